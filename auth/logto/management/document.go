package management

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"

	"doorkey/auth/internal/secret"
)

// Document is a JSON object that Logto stores and replaces as a whole. It keeps
// what this package does not know, and does not show what is in it when it is
// printed: a connector's has a secret.
type Document map[string]json.RawMessage

// Text is a member that is text; empty where there is none.
func (d Document) Text(key string) string { return read[string](d, key) }

// Texts is a member that is a list of text.
func (d Document) Texts(key string) []string { return read[[]string](d, key) }

// Number is a member that is a whole number; 0 where there is none.
func (d Document) Number(key string) int { return read[int](d, key) }

// Bool is a member that is true or false.
func (d Document) Bool(key string) bool { return read[bool](d, key) }

// Document is a member that is an object.
func (d Document) Document(key string) Document { return read[Document](d, key) }

// read is the zero value for what is missing or of another type: Logto's own
// type is known, and whoever compares finds that it differs.
func read[T any](d Document, key string) T {
	var value, zero T
	if json.Unmarshal(d[key], &value) != nil {
		return zero
	}
	return value
}

// With returns d with one member set, and leaves d as it is.
func (d Document) With(key string, value any) Document {
	raw, err := json.Marshal(value)
	if err != nil { // only for what has no JSON, such as a channel
		panic("management: " + err.Error())
	}
	changed := maps.Clone(d)
	if changed == nil {
		changed = Document{}
	}
	changed[key] = raw
	return changed
}

// Format implements [fmt.Formatter]: it prints nothing of what is in it.
func (Document) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, secret.Redacted) }

// LogValue implements [slog.LogValuer].
func (Document) LogValue() slog.Value { return slog.StringValue(secret.Redacted) }
