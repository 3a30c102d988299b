package auth

import (
	"context"
	"errors"
	"net"
	"slices"
	"testing"
)

// A name server that says localhost is somewhere else is not asked.
func TestLocalhostIsThisMachine(t *testing.T) {
	refused := errors.New("refused")
	for address, want := range map[string][]string{
		"localhost:3001":        {"127.0.0.1:3001", "[::1]:3001"},
		"id.example.test:443":   {"id.example.test:443"},
		"localhost.evil.test:1": {"localhost.evil.test:1"},
	} {
		var dialled []string
		dial := dialLocalhost(func(_ context.Context, _, address string) (net.Conn, error) {
			dialled = append(dialled, address)
			return nil, refused
		})
		if _, err := dial(t.Context(), "tcp", address); !errors.Is(err, refused) {
			t.Errorf("%s: %v", address, err)
		}
		if !slices.Equal(dialled, want) {
			t.Errorf("%s: dialled %q, want %q", address, dialled, want)
		}
	}
}
