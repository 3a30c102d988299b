package reconnect_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"doorkey/auth/reconnect"
	"doorkey/auth/reconnect/reconnecttest"
)

// A change of network may end connections without a word. A program that runs
// for days must not go on with dead ones: it has 15 seconds.

// If the computer's address changes, no request is sent on a dead connection.
func TestAnotherAddress(t *testing.T) {
	onChange(t, func(n *reconnecttest.Network, clients []*client) {
		time.Sleep(reconnect.LookPause)
		n.ChangeAddress()
		for _, c := range clients {
			c.wantAnswer(0, 5*time.Second)
		}
	})
}

// A request that comes before the addresses are looked at again may wait, once.
func TestAnotherAddressAtOnce(t *testing.T) {
	onChange(t, func(n *reconnecttest.Network, clients []*client) {
		n.ChangeAddress()
		together(clients, func(c *client) { c.wantAnswer(1, 15*time.Second) })
	})
}

// The same with a transport of the caller's own, which pings nobody.
func TestAnotherAddressForAnotherTransport(t *testing.T) {
	onChange(t, func(n *reconnecttest.Network, clients []*client) {
		time.Sleep(reconnect.LookPause)
		n.ChangeAddress()
		for _, c := range clients {
			c.wantAnswer(0, 5*time.Second)
		}
	}, theirs)
}

// If packets are lost, one request may wait on a dead connection, and the next
// does not.
func TestLostPackets(t *testing.T) {
	onChange(t, func(n *reconnecttest.Network, clients []*client) {
		n.LosePackets()
		together(clients, func(c *client) { c.wantAnswer(1, 15*time.Second) })
	})
}

// The same with a transport of the caller's own: its time limit ends the first.
func TestLostPacketsForAnotherTransport(t *testing.T) {
	onChange(t, func(n *reconnecttest.Network, clients []*client) {
		n.LosePackets()
		together(clients, func(c *client) {
			c.Timeout = 3 * time.Second
			c.wantAnswer(1, 15*time.Second)
		})
	}, theirs)
}

// Idle connections are found to be dead before a request needs them.
func TestLostPacketsOfIdleConnections(t *testing.T) {
	onChange(t, func(n *reconnecttest.Network, clients []*client) {
		n.LosePackets()
		waitFor(t, 15*time.Second, "dead connections are closed", func() bool { return n.Connections() == 0 })
		for _, c := range clients {
			c.wantAnswer(0, 5*time.Second)
		}
	})
}

// A proxy may be there, and nothing behind it: TCP finds nothing out. HTTP/2 is
// pinged through it, and HTTP/1.1 has the request's time limit.
func TestASilentProxy(t *testing.T) {
	var now atomic.Pointer[atomic.Bool] // whether the connections made now are silent
	now.Store(new(atomic.Bool))
	onChange(t, func(_ *reconnecttest.Network, clients []*client) {
		now.Swap(new(atomic.Bool)).Store(true)
		together(clients, func(c *client) {
			if c.server.protocol == "HTTP/1.1" {
				c.Timeout = 3 * time.Second
			}
			c.wantAnswer(1, 15*time.Second)
		})
	}, func(transport *http.Transport) *http.Transport {
		dial := transport.DialContext
		transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			return proxied{conn, now.Load()}, err
		}
		return transport
	})
}

// proxied is a connection to a proxy.
type proxied struct {
	net.Conn
	silent *atomic.Bool
}

func (p proxied) Write(b []byte) (int, error) {
	if p.silent.Load() {
		return len(b), nil
	}
	return p.Conn.Write(b)
}

// A request that the server has got, and whose answer cannot arrive, ends too.
func TestAnotherAddressWhileARequestWaits(t *testing.T) {
	onChange(t, func(n *reconnecttest.Network, clients []*client) {
		waiting := make([]chan error, len(clients))
		for i, c := range clients {
			waiting[i] = make(chan error, 1)
			go func() { waiting[i] <- c.post("/never") }()
			<-c.server.arrived
		}
		n.ChangeAddress()
		begun := time.Now()
		for i, c := range clients {
			err := <-waiting[i]
			t.Logf("%s: after %v: %v", c.server.protocol, time.Since(begun).Round(time.Millisecond), err)
			if took := time.Since(begun); err == nil || took > 13*time.Second {
				t.Errorf("%s: %v after %v", c.server.protocol, err, took)
			}
			c.wantAnswer(0, 5*time.Second)
		}
	})
}

// A program that does nothing causes no traffic: its connections are closed, and
// pings do not keep them.
func TestIdleConnectionsAreClosed(t *testing.T) {
	onChange(t, func(n *reconnecttest.Network, clients []*client) {
		if n.Connections() == 0 {
			t.Error("no connection is kept for the next request")
		}
		waitFor(t, 15*time.Second, "idle connections are closed", func() bool { return n.Connections() == 0 })
	}, func(transport *http.Transport) *http.Transport {
		if transport.IdleConnTimeout != 90*time.Second {
			t.Errorf("idle connections are kept for %v", transport.IdleConnTimeout)
		}
		transport.IdleConnTimeout = 3 * time.Second
		transport.HTTP2.SendPingTimeout = 100 * time.Millisecond
		return transport
	})
}

// theirs is a transport as many programs make it.
func theirs(*http.Transport) *http.Transport { return &http.Transport{ForceAttemptHTTP2: true} }

// onChange runs a test in a network of its own, where one client has two idle
// connections of HTTP/1.1 to one server, and another has one of HTTP/2 to
// another.
func onChange(t *testing.T, run func(*reconnecttest.Network, []*client), edits ...func(*http.Transport) *http.Transport) {
	t.Helper()
	t.Parallel()
	if !reconnecttest.Isolate(t) {
		return
	}
	network := reconnecttest.Connect(t)
	var clients []*client
	for _, protocol := range []string{"HTTP/1.1", "HTTP/2.0"} {
		s := serve(t, protocol)
		transport := reconnect.Transport(nil)
		for _, edit := range edits {
			transport = edit(transport)
		}
		roots := x509.NewCertPool()
		roots.AddCert(s.Certificate())
		transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
		c := &client{http.Client{Transport: reconnect.Wrap(transport), Timeout: 30 * time.Second}, t, s}
		t.Cleanup(transport.CloseIdleConnections)
		if err := c.post("/"); err != nil { // else HTTP/2 opens two as well
			t.Fatal(err)
		}
		together([]*client{c, c}, func(c *client) {
			if err := c.post("/pair"); err != nil {
				t.Error(err)
			}
		})
		clients = append(clients, c)
	}
	if n := network.Connections(); n != 3 {
		t.Fatalf("%d connections, want 3", n)
	}
	run(network, clients)
}

func together(clients []*client, do func(*client)) {
	var all sync.WaitGroup
	for _, c := range clients {
		all.Go(func() { do(c) })
	}
	all.Wait()
}

func waitFor(t *testing.T, limit time.Duration, what string, done func() bool) {
	t.Helper()
	begun := time.Now()
	for !done() {
		if time.Since(begun) > limit {
			t.Fatalf("not within %v: %s", limit, what)
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Logf("after %v: %s", time.Since(begun).Round(time.Millisecond), what)
}

// server answers "/" at once, "/pair" once there are two, and "/never" never.
type server struct {
	*httptest.Server
	protocol string
	arrived  chan struct{} // a request for "/never"
}

func serve(t *testing.T, protocol string) *server {
	t.Helper()
	s := &server{protocol: protocol, arrived: make(chan struct{})}
	var pair sync.WaitGroup
	pair.Add(2)
	end := make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) })
	mux.HandleFunc("/pair", func(w http.ResponseWriter, r *http.Request) {
		pair.Done()
		pair.Wait()
		_, _ = io.WriteString(w, r.Proto)
	})
	mux.HandleFunc("/never", func(http.ResponseWriter, *http.Request) {
		s.arrived <- struct{}{}
		<-end
	})
	s.Server, _ = reconnecttest.Serve(t, protocol, mux)
	t.Cleanup(func() { close(end) }) // before the server is closed
	return s
}

type client struct {
	http.Client
	t      *testing.T
	server *server
}

// post sends a request that is never sent twice by itself, as one for tokens.
func (c *client) post(path string) error {
	response, err := c.Post(c.server.URL+path, "text/plain", strings.NewReader("x"))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != c.server.protocol {
		c.t.Errorf("%q, %v, want %s", body, err, c.server.protocol)
	}
	return nil
}

// wantAnswer asks until there is an answer, after that many failures at most.
func (c *client) wantAnswer(failures int, within time.Duration) {
	c.t.Helper()
	begun := time.Now()
	for failed := 0; ; failed++ {
		err := c.post("/")
		took := time.Since(begun).Round(time.Millisecond)
		c.t.Logf("%s: after %v: %v", c.server.protocol, took, err)
		switch {
		case err == nil && took <= within:
			return
		case err == nil || failed == failures:
			c.t.Errorf("%s: after %v: %v; want an answer within %v, after %d failures at most", c.server.protocol, took, err, within, failures)
			return
		}
		time.Sleep(time.Second) // as auth does
	}
}
