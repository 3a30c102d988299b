package loopback

import (
	"context"
	"errors"
	"net"
	"testing"
)

// localhost is this machine whatever a name server says (RFC 6761 §6.3).
func TestLocalhostIsNeverLookedUp(t *testing.T) {
	noIPv4 := errors.New("there is no IPv4")
	for _, test := range []struct {
		address, working string // the one address that can be dialed
		want             string
	}{
		{"localhost:80", "127.0.0.1:80", "127.0.0.1:80"},
		{"localhost:80", "[::1]:80", "127.0.0.1:80 [::1]:80"},
		{"LocalHost.:80", "127.0.0.1:80", "127.0.0.1:80"},
		{"localhost:80", "", "127.0.0.1:80 [::1]:80"},
		{"localhost.example.test:80", "localhost.example.test:80", "localhost.example.test:80"},
		{"example.test:80", "example.test:80", "example.test:80"},
		{"127.0.0.2:80", "127.0.0.2:80", "127.0.0.2:80"},
	} {
		var dialed string
		dial := DialLocalhost(func(_ context.Context, _, address string) (net.Conn, error) {
			if dialed != "" {
				dialed += " "
			}
			dialed += address
			if address == test.working {
				return nil, nil
			}
			return nil, noIPv4
		})
		if _, err := dial(t.Context(), "tcp", test.address); dialed != test.want || (err == nil) != (test.working != "") || err != nil && !errors.Is(err, noIPv4) {
			t.Errorf("%s: dialed %s, %v; want %s", test.address, dialed, err, test.want)
		}
	}
}
