package management

import "doorkey/auth/internal/secret"

// Secret is a value that never shows: it is auth.Secret, which this package has
// no need to import.
type Secret = secret.Secret

// NewSecret keeps value from showing.
func NewSecret(value string) Secret { return secret.New(value) }
