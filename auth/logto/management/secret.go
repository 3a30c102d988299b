package management

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a value that never shows; printed, logged or marshalled in any way
// it is "[redacted]". The zero Secret is empty. It does for this package what
// auth.Secret does for that one, which this one must not need.
type Secret struct{ value *string } // a pointer: fmt would print an unexported string

// NewSecret keeps value from showing.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{&value}
}

// Reveal returns the value.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsZero tells whether there is no value.
func (s Secret) IsZero() bool { return s.value == nil }

const redacted = "[redacted]"

func (Secret) String() string               { return redacted }
func (Secret) GoString() string             { return redacted }
func (Secret) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, redacted) }
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }
