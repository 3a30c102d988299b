package auth

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a value that never shows: a token or a client secret. Printed,
// logged or marshalled in any way it is "[redacted]"; Reveal is the only way to
// its value. The zero Secret is empty.
type Secret struct {
	// A pointer, because fmt prints a struct's unexported fields without
	// asking their methods: of a pointer in there it prints the address.
	value *string
}

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
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
func (Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }
