package network

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// A connection that comes when its route is over is closed at once, and closed
// ones are forgotten.
func TestConnectionsOfARoute(t *testing.T) {
	r := newRoute(nil, nil)
	var other net.Conn
	dial := r.dial(func(context.Context, string, string) (net.Conn, error) {
		var conn net.Conn
		conn, other = net.Pipe()
		return conn, nil
	})
	wantClosed := func() {
		t.Helper()
		_ = other.SetReadDeadline(time.Now().Add(time.Second))
		if _, err := other.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("not closed: %v", err)
		}
		if len(r.conns) != 0 {
			t.Errorf("%d connections are remembered", len(r.conns))
		}
	}
	conn, err := dial(t.Context(), "tcp", "x")
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	wantClosed()

	r.enter()
	r.retire()
	if _, err := dial(t.Context(), "tcp", "x"); err != nil { // for the request that has entered
		t.Fatal(err)
	}
	r.leave()
	wantClosed()
	if _, err := dial(t.Context(), "tcp", "x"); err == nil {
		t.Error("no error")
	}
	wantClosed()
}
