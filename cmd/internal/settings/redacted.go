package settings

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
)

const redacted = "[redacted]"

// Line is a setting as it may be shown to anybody.
type Line struct {
	Key    Key
	Value  string
	Source Source
}

// Redacted lists all settings and where they come from, for a screen or a
// report. In place of the secret, and of user and password in an address, it
// has "[redacted]", as in place of the arguments of the command that prints a key.
func (s Settings) Redacted() []Line {
	var lines []Line
	for _, d := range definitions {
		value := get(d.in(&s))
		switch d.key {
		case KeyClientSecret:
			if value != "" {
				value = redacted
			}
		case KeyStorageKeyCommand:
			value = programOf(value)
		case KeyIssuer, KeyRedirectURI, KeyResources, KeyProxy:
			value = redactURL(value)
		}
		lines = append(lines, Line{d.key, value, s.Source(d.key)})
	}
	return lines
}

// programOf leaves of a command the program: a key may be among the arguments.
func programOf(command string) string {
	argv, err := SplitCommand(command)
	switch {
	case command == "":
		return ""
	case err != nil:
		return redacted
	case len(argv) == 1:
		return argv[0]
	}
	return argv[0] + " " + redacted
}

// redactURL takes user and password out of what may not even be an address: all
// before the last @, which no host, port or path here needs.
func redactURL(raw string) string {
	at := strings.LastIndexByte(raw, '@')
	if at < 0 {
		return raw
	}
	for _, scheme := range []string{"http://", "https://", "socks5://"} {
		if strings.HasPrefix(raw[:at], scheme) {
			return scheme + redacted + raw[at:]
		}
	}
	return redacted + raw[at:]
}

// String lists what is set, without secrets.
func (s Settings) String() string {
	var b strings.Builder
	for _, line := range s.Redacted() {
		if line.Value != "" {
			fmt.Fprintf(&b, "%s=%q ", line.Key, line.Value)
		}
	}
	return strings.TrimSuffix(b.String(), " ")
}

// Format implements [fmt.Formatter], for every verb without secrets.
func (s Settings) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// GoString implements [fmt.GoStringer].
func (s Settings) GoString() string { return s.String() }

// LogValue implements [slog.LogValuer].
func (s Settings) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON implements [json.Marshaler].
func (s Settings) MarshalJSON() ([]byte, error) {
	values := map[Key]string{}
	for _, line := range s.Redacted() {
		values[line.Key] = line.Value
	}
	return json.Marshal(values)
}
