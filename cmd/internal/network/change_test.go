package network_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"doorkey/cmd/internal/network"
	"doorkey/cmd/internal/settings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// A change is in force for the next request of a client that was there before.
func TestAChangeTakesEffectAtOnce(t *testing.T) {
	company := newAuthority(t)
	server := company.serve(t, page, nil)
	one, two := newProxy(t, server.Listener.Addr().String()), newProxy(t, server.Listener.Addr().String())
	n := network.New()
	client := n.Client()
	ca := file(t, company.pem)
	for range 3 {
		for _, p := range []*proxy{one, two} {
			set(t, n, settings.Settings{Proxy: p.URL, CAFile: ca})
			wantPage(t, client, "https://example.test/", "HTTP/2.0 example.test")
			p.wantAsked(t, "CONNECT example.test:443")
		}
	}
	set(t, n, settings.Settings{Proxy: one.URL})
	if _, err := get(client, "https://example.test/"); err == nil {
		t.Error("an authority that is no longer set is still trusted")
	}
}

// What cannot work changes nothing, and the error says what, what to do, and no
// password.
func TestABadSettingChangesNothing(t *testing.T) {
	p := newProxy(t, "127.0.0.1:1")
	n := with(t, settings.Settings{Proxy: p.URL})
	missing := filepath.Join(t.TempDir(), "x.pem")
	for _, test := range []struct {
		settings settings.Settings
		says     []string
	}{
		{settings.Settings{Proxy: "http://zhang:s3cret@proxy:0"}, []string{"network: proxy: ", "1 to 65535"}},
		{settings.Settings{Proxy: "none", CAFile: missing}, []string{"network: ca-file: " + missing}},
		{settings.Settings{Proxy: "none", Browser: "/nowhere/browser"}, []string{"network: browser: ", "/nowhere/browser", "install it"}},
		{settings.Settings{Proxy: "none", Browser: `"x`}, []string{"network: browser: ", "quotation mark"}},
	} {
		err := n.Set(test.settings)
		if err == nil {
			t.Errorf("%v: no error", test.settings)
			continue
		}
		if _, is := errors.AsType[*network.Error](err); !is {
			t.Errorf("%v is a %T", err, err)
		}
		for _, want := range test.says {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%v lacks %q", err, want)
			}
		}
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%v shows the password", err)
		}
		wantPage(t, n.Client(), "http://example.test/", "from the proxy")
	}
}

// counted is a server that knows how many connections are open.
type counted struct {
	*httptest.Server
	open atomic.Int32
}

func (c *counted) state(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		c.open.Add(1)
	case http.StateClosed, http.StateHijacked:
		c.open.Add(-1)
	}
}

func (c *counted) wantOpen(t *testing.T, want int32) {
	t.Helper()
	for range 100 {
		if c.open.Load() == want {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d connections are open, want %d", c.open.Load(), want)
}

// Nothing of what was set before stays open: what nobody uses at once, what a
// request uses when its body is closed.
func TestOldConnectionsAreClosed(t *testing.T) {
	company := newAuthority(t)
	ca := file(t, company.pem)
	for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(name, func(t *testing.T) {
			goOn := make(chan struct{})
			c := &counted{}
			c.Server = company.serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, "first half, ")
				if r.URL.Path == "/slow" {
					_ = http.NewResponseController(w).Flush()
					<-goOn
				}
				_, _ = io.WriteString(w, "second half")
			}), func(s *httptest.Server) {
				s.EnableHTTP2 = http2
				s.Config.ConnState = c.state
			})
			n := with(t, settings.Settings{CAFile: ca})
			client := n.Client()
			wantPage(t, client, c.URL, "first half, second half")
			c.wantOpen(t, 1)
			set(t, n, settings.Settings{CAFile: ca}) // an idle one
			c.wantOpen(t, 0)

			resp, err := client.Get(c.URL)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			resp.Body.Close() // as many do
			if _, err := client.Get("https://127.0.0.1:1/"); err == nil {
				t.Fatal("something listens on port 1")
			}
			if resp, err = client.Get(c.URL + "/slow"); err != nil {
				t.Fatal(err)
			}
			wantPage(t, client, c.URL, "first half, second half") // HTTP/1.1 takes another
			c.wantOpen(t, map[bool]int32{false: 2, true: 1}[http2])
			set(t, n, settings.Settings{CAFile: ca}) // one in use
			c.wantOpen(t, 1)
			close(goOn)
			body, err := io.ReadAll(resp.Body)
			if err != nil || string(body) != "first half, second half" {
				t.Errorf("it got %q, %v", body, err)
			}
			resp.Body.Close()
			c.wantOpen(t, 0)

			wantPage(t, client, c.URL, "first half, second half")
			wantPage(t, n.Client(), c.URL, "first half, second half")
			c.wantOpen(t, 1) // all clients share it
			client.CloseIdleConnections()
			c.wantOpen(t, 0)
		})
	}
}

// Requests that run while settings change all get their answer, by the one way
// or the other.
func TestChangesWhileRequestsRun(t *testing.T) {
	company := newAuthority(t)
	c := &counted{}
	c.Server = company.serve(t, page, func(s *httptest.Server) { s.Config.ConnState = c.state })
	one, two := newProxy(t, c.Listener.Addr().String()), newProxy(t, c.Listener.Addr().String())
	ca := file(t, company.pem)
	n := with(t, settings.Settings{Proxy: one.URL, CAFile: ca})
	client := n.Client()
	var all sync.WaitGroup
	done := make(chan struct{})
	var answers atomic.Int32
	for range 8 {
		all.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if body, err := get(client, "https://example.test/"); err != nil || body != "HTTP/2.0 example.test" {
					t.Errorf("%q, %v", body, err)
					return
				}
				answers.Add(1)
			}
		})
	}
	for i := range 40 {
		set(t, n, settings.Settings{Proxy: []string{one.URL, two.URL}[i%2], CAFile: ca})
		time.Sleep(10 * time.Millisecond)
	}
	close(done)
	all.Wait()
	if answers.Load() < 40 {
		t.Errorf("only %d answers", answers.Load())
	}
	// Not CloseIdleConnections: a connection may be on its way for a request
	// that took another one, and would only then be idle.
	set(t, n, settings.Settings{Proxy: "none"})
	c.wantOpen(t, 0)
	if !slices.Contains(one.asked, "CONNECT example.test:443") || !slices.Contains(two.asked, "CONNECT example.test:443") {
		t.Error("a proxy was not asked")
	}
}

// A request that fails, or that the server takes over, leaves nothing behind.
func TestRequestsWithoutABody(t *testing.T) {
	c := &counted{}
	c.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/fail" {
			conn, _, _ := w.(http.Hijacker).Hijack()
			conn.Close()
			return
		}
		w.Header().Set("Connection", "upgrade")
		w.Header().Set("Upgrade", "echo")
		w.WriteHeader(http.StatusSwitchingProtocols)
		conn, _, _ := w.(http.Hijacker).Hijack()
		defer conn.Close()
		_, _ = io.WriteString(conn, "upgraded")
	}))
	c.Config.ConnState = c.state
	c.Config.ErrorLog = quiet
	c.Start()
	t.Cleanup(c.Close)
	n := with(t, settings.Settings{Proxy: "none"})
	if _, err := get(n.Client(), c.URL+"/fail"); err == nil {
		t.Error("no error")
	}
	resp, err := n.Client().Get(c.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, ok := resp.Body.(io.ReadWriteCloser); !ok || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Errorf("%s, and a body that is a %T", resp.Status, resp.Body)
	}
	if body, err := io.ReadAll(resp.Body); string(body) != "upgraded" {
		t.Errorf("%q, %v", body, err)
	}
}
