package auth

import "doorkey/auth/internal/secret"

// Secret is a value that never shows: a token or a client secret. Printed,
// logged or marshalled in any way it is "[redacted]"; its method Reveal is the
// only way to its value. The zero Secret is empty.
type Secret = secret.Secret

// NewSecret keeps value from showing.
func NewSecret(value string) Secret { return secret.New(value) }
