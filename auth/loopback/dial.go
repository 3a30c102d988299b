package loopback

import (
	"context"
	"net"
	"strings"
)

// DialFunc is that of [net.Dialer.DialContext].
type DialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// DialLocalhost has dial never ask a name server for localhost (RFC 6761
// §6.3): http is accepted for it because it is this machine, and must not be
// another one.
func DialLocalhost(dial DialFunc) DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil || !IsLocalhost(host) {
			return dial(ctx, network, address)
		}
		conn, err := dial(ctx, network, net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			if conn, err6 := dial(ctx, network, net.JoinHostPort("::1", port)); err6 == nil {
				return conn, nil
			}
		}
		return conn, err
	}
}

// IsLocalhost tells whether a host is this machine by its name.
func IsLocalhost(host string) bool {
	return strings.EqualFold(strings.TrimSuffix(host, "."), "localhost")
}
