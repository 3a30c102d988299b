package auth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"doorkey/auth"
)

// recordLines are the JSON objects of what is stored for the application of a
// session: who is current, and each account.
func recordLines(t testing.TB, store auth.Store, s auth.Session) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for line := range strings.Lines(readRecord(t, store, s)) {
		var m map[string]any
		if _, object, _ := strings.Cut(strings.SplitN(line, " ", 2)[1], " "); json.Unmarshal([]byte(object), &m) != nil {
			t.Fatalf("not a line of a record: %q", line)
		}
		lines = append(lines, m)
	}
	return lines
}

func readRecord(t testing.TB, store auth.Store, s auth.Session) string {
	t.Helper()
	data, err := store.Read(context.Background(), auth.RecordName(s.Issuer, s.ClientID))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func writeRecord(t testing.TB, store auth.Store, s auth.Session, record string) {
	t.Helper()
	if err := store.Write(context.Background(), auth.RecordName(s.Issuer, s.ClientID), []byte(record)); err != nil {
		t.Fatal(err)
	}
}

// recordOf makes a record of its lines.
func recordOf(t testing.TB, lines ...map[string]any) string {
	t.Helper()
	var b strings.Builder
	for _, line := range lines {
		object, err := json.Marshal(line)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "1 %08x %s\n", crc32.ChecksumIEEE(object), object)
	}
	return b.String()
}

// account is what is stored of a person, nil where there is nothing.
func account(t testing.TB, store auth.Store, s auth.Session) map[string]any {
	t.Helper()
	for _, line := range recordLines(t, store, s) {
		if line["sub"] == s.Profile.ID {
			return line
		}
	}
	return nil
}

// edit changes what is stored of a session.
func edit(t testing.TB, store auth.Store, s auth.Session, change func(map[string]any)) {
	t.Helper()
	lines := recordLines(t, store, s)
	for _, line := range lines {
		if line["sub"] == s.Profile.ID {
			change(line)
		}
	}
	writeRecord(t, store, s, recordOf(t, lines...))
}

// storedToken reads a token from where only tests look for it.
func storedToken(t testing.TB, store auth.Store, s auth.Session, name string) string {
	t.Helper()
	m := account(t, store, s)
	if name == "access_token" {
		m = m["tokens"].([]any)[0].(map[string]any)
		name = "value"
	}
	token, _ := m[name].(string)
	if token == "" {
		t.Fatalf("no %s is stored", name)
	}
	return token
}
