package network

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"

	"doorkey/auth/loopback"
	"doorkey/auth/reconnect"
)

// route is a transport, who uses it, and its connections.
type route struct {
	transport *http.Transport
	wrapped   http.RoundTripper // the same, over changes of the network
	alone     loopback.DialFunc // as the transport dials, but for no route

	mu      sync.Mutex
	users   int // requests under way, until their body is closed
	retired bool
	conns   map[*conn]struct{}
}

func newRoute(proxy func(*http.Request) (*url.URL, error), roots *x509.CertPool) *route {
	r := &route{transport: newTransport(proxy, roots), conns: map[*conn]struct{}{}}
	r.alone = r.transport.DialContext
	r.transport.DialContext = r.dial(r.alone)
	r.wrapped = reconnect.Wrap(r.transport)
	return r
}

func (r *route) enter() {
	r.mu.Lock()
	r.users++
	r.mu.Unlock()
}

func (r *route) leave() {
	r.mu.Lock()
	r.users--
	r.mu.Unlock()
	r.end()
}

// retire closes the connections that nobody uses. No request enters any more.
func (r *route) retire() {
	r.mu.Lock()
	r.retired = true
	r.mu.Unlock()
	r.transport.CloseIdleConnections()
	r.end()
}

// over tells, with mu held, that nobody will use the route again.
func (r *route) over() bool { return r.retired && r.users == 0 }

// end closes all connections of a route that is over. The transport would keep
// some HTTP/2 connections open: those that were busy when it was told to close
// what is idle, or dialed for a request that then took another.
func (r *route) end() {
	r.mu.Lock()
	var left []*conn
	if r.over() {
		for c := range r.conns {
			left = append(left, c)
		}
	}
	r.mu.Unlock()
	for _, c := range left {
		_ = c.Close()
	}
}

// roundTrip is for a request that has entered.
func (r *route) roundTrip(request *http.Request) (*http.Response, error) {
	response, err := r.wrapped.RoundTrip(request)
	if err != nil {
		r.leave()
		return nil, err
	}
	leave := sync.OnceFunc(r.leave)
	if both, ok := response.Body.(io.ReadWriteCloser); ok { // 101 Switching Protocols
		response.Body = &duplex{both, leave}
	} else {
		response.Body = &body{response.Body, leave}
	}
	return response, nil
}

// body tells when nobody reads it any more.
type body struct {
	io.ReadCloser
	leave func()
}

func (b *body) Close() error {
	defer b.leave()
	return b.ReadCloser.Close()
}

// duplex is a body that is written to as well.
type duplex struct {
	io.ReadWriteCloser
	leave func()
}

func (d *duplex) Close() error {
	defer d.leave()
	return d.ReadWriteCloser.Close()
}

// dial notes each connection for as long as it is open.
func (r *route) dial(dial loopback.DialFunc) loopback.DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		inner, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		c := &conn{inner, r}
		r.mu.Lock()
		over := r.over()
		r.conns[c] = struct{}{}
		r.mu.Unlock()
		if over {
			_ = c.Close()
			return nil, errors.New("network: the settings have changed")
		}
		return c, nil
	}
}

type conn struct {
	net.Conn
	route *route
}

func (c *conn) Close() error {
	c.route.mu.Lock()
	delete(c.route.conns, c)
	c.route.mu.Unlock()
	return c.Conn.Close()
}
