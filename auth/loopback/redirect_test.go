package loopback_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"doorkey/auth/loopback"
)

func TestPorts(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	taken := busy.Addr().(*net.TCPAddr).Port
	free := freePort(t)

	t.Run("the first free one of a list", func(t *testing.T) {
		e := newTokenEndpoint(t)
		tr := start(t, e, func(r *loopback.Request) { r.Ports = []int{taken, free} })
		if want := fmt.Sprintf("http://127.0.0.1:%d/callback", free); tr.param("redirect_uri") != want {
			t.Errorf("redirect_uri = %s, want %s", tr.param("redirect_uri"), want)
		}
		tr.get(tr.callback(tr.good()), nil)
		if _, err := tr.wait(); err != nil {
			t.Error(err)
		}
	})
	t.Run("none of a list", func(t *testing.T) {
		_, err := loopback.Authorize(t.Context(), loopback.Request{Ports: []int{taken}, Open: mustNotOpen(t)})
		var port *loopback.PortError
		if !errors.As(err, &port) || !strings.Contains(err.Error(), strconv.Itoa(taken)) {
			t.Errorf("error = %v, want a PortError that names %d", err, taken)
		}
	})
	t.Run("a fixed redirect URI", func(t *testing.T) {
		e := newTokenEndpoint(t)
		uri := fmt.Sprintf("http://[::1]:%d/api/auth/callback/logto", free)
		tr := start(t, e, func(r *loopback.Request) { r.RedirectURI = uri })
		if tr.param("redirect_uri") != uri {
			t.Errorf("redirect_uri = %s, want %s", tr.param("redirect_uri"), uri)
		}
		tr.get(tr.callback(tr.good()), nil)
		if _, err := tr.wait(); err != nil {
			t.Error(err)
		}
	})
}

// "localhost" is what many providers have registered, and two addresses.
func TestRedirectURIOnLocalhost(t *testing.T) {
	port := freePort(t)
	uri := fmt.Sprintf("http://localhost:%d/callback", port)
	for _, address := range []string{"127.0.0.1", "[::1]"} {
		t.Run("the browser comes to "+address, func(t *testing.T) {
			e := newTokenEndpoint(t)
			tr := start(t, e, func(r *loopback.Request) { r.RedirectURI = uri })
			target := strings.Replace(tr.callback(tr.good()), "localhost", address, 1)
			if status, _, _ := tr.do(http.MethodGet, target, nil, fmt.Sprintf("localhost:%d", port)); status != 200 {
				t.Errorf("answered %d", status)
			}
			if _, err := tr.wait(); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("another program holds [::1]", func(t *testing.T) {
		thief, err := net.Listen("tcp", fmt.Sprintf("[::1]:%d", port))
		if err != nil {
			t.Fatal(err)
		}
		defer thief.Close()
		_, err = loopback.Authorize(t.Context(), loopback.Request{RedirectURI: uri, Open: mustNotOpen(t)})
		var taken *loopback.PortError
		if !errors.As(err, &taken) || !strings.Contains(err.Error(), "[::1]") {
			t.Errorf("error = %v, want a PortError that names [::1]", err)
		}
	})
}

func TestCheckRedirectURI(t *testing.T) {
	for uri, want := range map[string]string{
		"":                               "",
		"http://127.0.0.1/callback":      "",
		"http://127.0.0.1":               "",
		"http://[::1]:8080/":             "",
		"http://localhost:3000/a/b":      "",
		"https://127.0.0.1/callback":     "http://",
		"http://example.com/callback":    "127.0.0.1",
		"http://127.0.0.1.evil.test/cb":  "127.0.0.1",
		"http://0.0.0.0/callback":        "127.0.0.1",
		"http://127.0.0.1/callback?x=1":  "query",
		"http://127.0.0.1/callback#x":    "fragment",
		"http://me@127.0.0.1/callback":   "user",
		"http://127.0.0.1:0/callback":    "port",
		"http://127.0.0.1:99999/c":       "port",
		"http://127.0.0.1/call%62ack":    "escapes",
		"com.example.app:/callback":      "http://",
		"http://127.0.0.1:*/callback":    "URL",
		"http://[fe80::1%25eth0]/callba": "127.0.0.1",
	} {
		err := loopback.CheckRedirectURI(uri)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", uri, err, want)
		}
	}
}
