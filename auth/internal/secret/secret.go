// Package secret has the type of values that never show. Whoever has one in its
// interface gives it a name of its own there.
package secret

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

// New keeps value from showing.
func New(value string) Secret {
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

// Redacted stands in place of a value.
const Redacted = "[redacted]"

func (Secret) String() string               { return Redacted }
func (Secret) GoString() string             { return Redacted }
func (Secret) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, Redacted) }
func (Secret) MarshalText() ([]byte, error) { return []byte(Redacted), nil }
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + Redacted + `"`), nil }
func (Secret) LogValue() slog.Value         { return slog.StringValue(Redacted) }
