//go:build linux

package bench_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"doorkey/cmd/internal/bench"

	"github.com/zalando/go-keyring"
)

// A whole sign-in, from the start of the program to its end, with the person at
// a browser that takes no time to draw.
func BenchmarkSignIn(b *testing.B) {
	w := newWorld(b, "doorkey", "signin")
	ours := func() time.Duration {
		w.program("doorkey", "signout").Try(b.Context()) // nobody is, the first time
		return w.signIn(w.program("doorkey", "signin"), w.person)
	}
	theirs := func() time.Duration {
		_ = keyring.Delete("yardstick", "session")
		return w.signIn(w.program("signin"), w.person)
	}
	result := bench.Compare(b, bench.Row{
		Name:      "a whole sign-in, scripted browser, stored and verified",
		Yardstick: "the shortest program with oauth2cli, go-oidc and go-keyring",
		MaxRatio:  1.2,
	}, pairs(b, 30), ours, theirs)
	bench.Record(b, result)
	if kubelogin() != "" {
		w.kubeloginSignIn(ours)
	}
}

// From the callback of the browser to the request that exchanges the code, where
// that browser holds another connection that it does not use, as Chromium does.
func BenchmarkCallback(b *testing.B) {
	w := newWorld(b, "doorkey", "signin")
	measure := func(p bench.Program) (took time.Duration) {
		w.signIn(p, func(authorizeURL string) {
			callback := w.callback(authorizeURL)
			u, err := url.Parse(callback)
			if err != nil {
				b.Fatal(err)
			}
			idle, err := net.Dial("tcp", u.Host)
			if err != nil {
				b.Fatal(err)
			}
			defer idle.Close()
			time.Sleep(20 * time.Millisecond) // until it is accepted
			keepAlive := &http.Transport{}
			defer keepAlive.CloseIdleConnections()
			begun := time.Now()
			answer, err := keepAlive.RoundTrip(mustRequest(callback))
			if err != nil {
				b.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
			for deadline := begun.Add(patience); !w.lastAsked().After(begun); time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					b.Fatal("the code was not exchanged")
				}
			}
			took = w.lastAsked().Sub(begun)
		})
		return took
	}
	result := bench.Compare(b, bench.Row{
		Name:      "from the callback to the code exchange, the browser holding an idle connection",
		Yardstick: "oauth2cli by default",
		MaxOurs:   5,
	}, min(pairs(b, 15), 15),
		func() time.Duration { return measure(w.program("doorkey", "signin")) },
		func() time.Duration { return measure(w.program("signin")) })
	bench.Record(b, result)
}
