package auth_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"
)

// hostile serves one answer for every request.
func hostile(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s.URL
}

func TestWhatAnswersAtTheIssuerIsNoProvider(t *testing.T) {
	elsewhere := hostile(t, func(w http.ResponseWriter, r *http.Request) { t.Error("a redirect was followed") })
	document := func(w http.ResponseWriter, r *http.Request, members string) {
		fmt.Fprintf(w, `{"issuer":"http://%s"%s}`, r.Host, members)
	}
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		says   string
	}{
		{"a web page", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<!doctype html><h1>Welcome</h1>") }, "discovery"},
		{"not found, at length", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(404)
			fmt.Fprint(w, strings.Repeat("no such page ", 10000))
		}, "404"},
		{"10 MB", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"issuer":"`+strings.Repeat("x", 10<<20)+`"}`)
		}, "longer than"},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere, http.StatusFound) }, "302"},
		{"no endpoints", func(w http.ResponseWriter, r *http.Request) { document(w, r, "") }, "endpoint"},
		{"a token endpoint in the clear", func(w http.ResponseWriter, r *http.Request) {
			document(w, r, `,"authorization_endpoint":"https://a.test/","jwks_uri":"https://a.test/","token_endpoint":"http://a.test/"`)
		}, "token_endpoint"},
		{"endpoints of another kind", func(w http.ResponseWriter, r *http.Request) {
			document(w, r, `,"authorization_endpoint":"file:///etc/passwd","jwks_uri":"https://a.test/","token_endpoint":"https://a.test/"`)
		}, "authorization_endpoint"},
	} {
		t.Run(test.name, func(t *testing.T) {
			client, err := auth.New(auth.Config{
				Issuer: hostile(t, test.answer), ClientID: "app", Store: keychain.NewMemory(),
				OpenBrowser: func(context.Context, string) error { t.Error("a browser was opened"); return nil },
			})
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			_, err = client.SignIn(t.Context())
			var bad *auth.DiscoveryError
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), test.says) || len(err.Error()) > 400 {
				t.Errorf("error = %v, want a short DiscoveryError that says %q", err, test.says)
			}
		})
	}
}

// Logto's endpoints follow the Host that was asked, its issuer does not.
func TestTheIssuerTrap(t *testing.T) {
	logto := demotest.Start(t, demo.Config{IssuerHost: "localhost:3001"})
	p := newProgram(t, logto, func(c *auth.Config) { c.Issuer = logto.Endpoint() + "/oidc" })
	_, err := p.SignIn(t.Context())
	var mismatch *auth.IssuerMismatchError
	if !errors.As(err, &mismatch) {
		t.Fatalf("error = %v, want an IssuerMismatchError", err)
	}
	if mismatch.Configured != logto.Endpoint()+"/oidc" || mismatch.Discovered != "http://localhost:3001/oidc" ||
		!strings.Contains(err.Error(), mismatch.Configured) || !strings.Contains(err.Error(), mismatch.Discovered) {
		t.Errorf("error = %v, want both issuers named", err)
	}
}

func TestNobodyAnswersAtTheIssuer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	client, err := auth.New(auth.Config{Issuer: "http://" + address + "/oidc", ClientID: "app", Store: keychain.NewMemory()})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, err = client.SignIn(t.Context())
	var away *auth.UnreachableError
	if !errors.As(err, &away) || away.Host != address {
		t.Errorf("error = %v, want an UnreachableError that names %s", err, address)
	}
}

// A server that is down or overloaded is one, and not something else.
func TestTheIssuerIsDown(t *testing.T) {
	for status, retryAfter := range map[int]time.Duration{
		http.StatusTooManyRequests: 30 * time.Second, http.StatusBadGateway: 0, http.StatusServiceUnavailable: maxRetryAfter,
	} {
		issuer := hostile(t, func(w http.ResponseWriter, _ *http.Request) {
			if retryAfter > 0 {
				w.Header().Set("Retry-After", strconv.Itoa(int(retryAfter.Seconds())))
			}
			http.Error(w, "a page of some length", status)
		})
		client, err := auth.New(auth.Config{Issuer: issuer, ClientID: "app", Store: keychain.NewMemory()})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		_, err = client.SignIn(t.Context())
		var away *auth.UnreachableError
		if !errors.As(err, &away) || away.RetryAfter != retryAfter || !strings.Contains(err.Error(), strconv.Itoa(status)) {
			t.Errorf("%d: %v, want an UnreachableError that asks for %v", status, err, retryAfter)
		}
	}
}

const maxRetryAfter = time.Hour
