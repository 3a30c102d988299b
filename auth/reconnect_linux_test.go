package auth_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"testing"
	"time"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/reconnect/reconnecttest"
)

// After a change of network there is a token again within 15 seconds: a program
// that runs for days has connections that are dead, and nobody tells it.
func TestATokenAfterAChangeOfNetwork(t *testing.T) {
	tokenAfter(t, "HTTP/2.0")
}

func TestATokenAfterAChangeOfNetworkOverHTTP1(t *testing.T) {
	tokenAfter(t, "HTTP/1.1")
}

func tokenAfter(t *testing.T, protocol string) {
	t.Helper()
	t.Parallel()
	if !reconnecttest.Isolate(t) {
		return
	}
	network := reconnecttest.Connect(t)
	w := newWorld(t, demo.Config{})
	front := tokenEndpoint(t, w, protocol)
	w.faults.Always("/oidc/.well-known/openid-configuration", demotest.Edit(func(answer map[string]any) {
		answer["token_endpoint"] = front.URL + "/oidc/token"
	}))
	p := w.program(nil)
	p.signIn(demotest.ZhangSan)
	if network.Connections() == 0 {
		t.Fatal("no connection is kept for the next request")
	}
	w.clock.advance(2 * time.Hour)
	network.ChangeAddress()
	begun := time.Now()
	for {
		token, err := p.AccessToken(t.Context())
		took := time.Since(begun)
		t.Logf("after %v: %v", took.Round(time.Millisecond), err)
		if took > 15*time.Second {
			t.Fatal("no token within 15 s")
		}
		if err == nil {
			if status := userInfo(t, w.Server, token.Value.Reveal()); status != http.StatusOK {
				t.Errorf("the provider answers %d", status)
			}
			return
		}
		time.Sleep(100 * time.Millisecond)
		w.clock.sleep(time.Second) // over the pause after a failure
	}
}

// tokenEndpoint is an https server in front of the stand-in. Its certificate is
// among the system's, as far as this program sees.
func tokenEndpoint(t *testing.T, w *world, protocol string) *httptest.Server {
	t.Helper()
	to, err := url.Parse(w.Endpoint())
	if err != nil {
		t.Fatal(err)
	}
	s, certificate := reconnecttest.Serve(t, protocol, &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(to) },
		Transport: &http.Transport{DisableKeepAlives: true},
	})
	// Not t.Setenv, which a parallel test must not; it is this test's own program.
	if err := os.Setenv("SSL_CERT_FILE", certificate); err != nil {
		t.Fatal(err)
	}
	return s
}
