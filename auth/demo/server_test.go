package demo_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

func TestMovesWhereTheDefaultPortIsBusy(t *testing.T) {
	busy, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", demo.DefaultPort))
	if err == nil {
		defer busy.Close()
	} // else somebody else keeps it busy for us
	dir := t.TempDir()
	s, err := demo.Start(demo.Config{StateDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if !s.Moved() || s.Endpoint() == fmt.Sprintf("http://127.0.0.1:%d", demo.DefaultPort) {
		t.Errorf("moved %t to %s", s.Moved(), s.Endpoint())
	}
	if got := files(t, dir); len(got) != 0 {
		t.Errorf("it uses the folder of the one it moved away from: %v", got)
	}
}

func TestPortAskedForMustBeFree(t *testing.T) {
	busy, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	port := busy.Addr().(*net.TCPAddr).Port
	if s, err := demo.Start(demo.Config{Port: port}); err == nil {
		s.Close()
		t.Error("no error")
	}
	busy.Close()
	s := demotest.Start(t, demo.Config{Port: port})
	if s.Moved() || s.Issuer() != fmt.Sprintf("http://127.0.0.1:%d/oidc", port) {
		t.Errorf("moved %t, issuer %s", s.Moved(), s.Issuer())
	}
}

func TestServesThisComputerOnly(t *testing.T) {
	l := newLab(t, demo.Config{})
	endpoint, _ := url.Parse(l.Endpoint())
	port := endpoint.Port()
	for host, served := range map[string]bool{
		"127.0.0.1:" + port:         true,
		"localhost:" + port:         true,
		"[::1]:" + port:             true,
		"127.0.0.1":                 false,
		"127.0.0.1:1":               false,
		"demo.example.test:" + port: false,
		"demo.example.test":         false,
	} {
		for _, path := range []string{"/", "/oidc/jwks", "/assets/style.css"} {
			r := l.newRequest(http.MethodGet, path, nil)
			r.Host = host
			got := l.do(r)
			if ok := got.status == 200; ok != served || !served && got.status != http.StatusMisdirectedRequest {
				t.Errorf("%s as %s: %d", path, host, got.status)
			}
		}
	}
}

func TestListensOnLoopbackOnly(t *testing.T) {
	l := newLab(t, demo.Config{})
	endpoint, _ := url.Parse(l.Endpoint())
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range addresses {
		ip, _, err := net.ParseCIDR(address.String())
		if err != nil || ip.IsLoopback() {
			continue
		}
		conn, err := net.DialTimeout("tcp", net.JoinHostPort(ip.String(), endpoint.Port()), time.Second)
		if err == nil {
			conn.Close()
			t.Errorf("it answers at %s", ip)
		}
	}
}

func TestBodiesAreBounded(t *testing.T) {
	l := newLab(t, demo.Config{})
	for _, path := range []string{"/oidc/token", "/oidc/token/revocation", "/oidc/auth", "/oidc/session/end", "/sign-in", "/sign-in/social/wecom", "/wecom/qrconnect"} {
		form := url.Values{"client_id": {demo.ClientID}, "padding": {strings.Repeat("x", 64<<10)}}
		r := l.withForm(l.newRequest(http.MethodPost, path, nil), form)
		if got := l.do(r); got.status < 400 {
			t.Errorf("%s takes it: %d", path, got.status)
		}
	}
}

func TestMethodsAndPaths(t *testing.T) {
	l := newLab(t, demo.Config{})
	for _, test := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/oidc/token", 405},
		{"GET", "/oidc/token/revocation", 405},
		{"POST", "/oidc/jwks", 405},
		{"DELETE", "/oidc/me", 405},
		{"GET", "/oidc/token/introspection", 404},
		{"GET", "/oidc/session/end/x", 404},
		{"GET", "/callback/another", 404},
	} {
		if got := l.do(l.newRequest(test.method, test.path, nil)); got.status != test.want {
			t.Errorf("%s %s: %d, not %d", test.method, test.path, got.status, test.want)
		}
	}
}

// A browser opens sockets ahead of time and may never use them.
func TestCloseDoesNotWaitForIdleSockets(t *testing.T) {
	s, err := demo.Start(demo.Config{Port: -1})
	if err != nil {
		t.Fatal(err)
	}
	idle, err := net.Dial("tcp4", strings.TrimPrefix(s.Endpoint(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	used, err := net.Dial("tcp4", strings.TrimPrefix(s.Endpoint(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer used.Close()
	fmt.Fprintf(used, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", strings.TrimPrefix(s.Endpoint(), "http://"))
	if _, err := http.ReadResponse(bufio.NewReader(used), nil); err != nil {
		t.Fatal(err)
	}

	start := time.Now()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("took %s", took)
	}
	if err := s.Close(); err != nil {
		t.Errorf("the second time: %v", err)
	}
	if _, err := net.Dial("tcp4", strings.TrimPrefix(s.Endpoint(), "http://")); err == nil {
		t.Error("it still listens")
	}
}

// The library has a logger of its own choice, and a program its terminal.
func TestSaysNothingUnasked(t *testing.T) {
	var log bytes.Buffer
	former := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(former)

	l := newLab(t, demo.Config{})
	l.mustRefresh(l.signIn("lisi", nil).RefreshToken)
	l.refresh("bogus")
	l.get("/oidc/auth")
	if log.Len() > 0 {
		t.Errorf("log %q", log.String())
	}
}

func TestManyAtOnce(t *testing.T) {
	l := newLab(t, demo.Config{StateDir: t.TempDir()})
	errs := make(chan error)
	const people = 12
	for i := range people {
		go func() {
			address, _ := l.authorizeURL(nil)
			_, err := demotest.Person(t.Context(), nil, address, []string{"lisi", "zhangsan", "wangxiaoming"}[i%3])
			errs <- err
		}()
	}
	for range people {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func BenchmarkRefresh(b *testing.B) {
	l := newLab(b, demo.Config{})
	token := l.signIn("lisi", nil).RefreshToken
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {demo.ClientID}, "refresh_token": {token}}.Encode()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, l.Endpoint()+"/oidc/token", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		demo.Handler(l.Server).ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			body, _ := io.ReadAll(w.Body)
			b.Fatalf("%d %s", w.Code, body)
		}
	}
}

// freePort is one that was free a moment ago, for a stand-in that is to have
// the same one twice.
func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
