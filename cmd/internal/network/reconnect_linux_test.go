package network_test

import (
	"sync"
	"testing"
	"time"

	"doorkey/auth/reconnect/reconnecttest"
	"doorkey/cmd/internal/settings"
)

// A client goes on after a change of network, whichever protocol it speaks.
func TestAChangeOfNetwork(t *testing.T) {
	t.Parallel()
	if !reconnecttest.Isolate(t) {
		return
	}
	network := reconnecttest.Connect(t)
	var asks []func()
	for _, protocol := range []string{"HTTP/1.1", "HTTP/2.0"} {
		server, ca := reconnecttest.Serve(t, protocol, page)
		client := with(t, settings.Settings{Proxy: "none", CAFile: ca}).Client()
		want := protocol + " " + server.Listener.Addr().String()
		wantPage(t, client, server.URL, want)
		asks = append(asks, func() {
			begun := time.Now()
			for {
				body, err := get(client, server.URL)
				took := time.Since(begun)
				t.Logf("%s: after %v: %q, %v", protocol, took.Round(time.Millisecond), body, err)
				switch {
				case took > 15*time.Second:
					t.Errorf("%s: not within 15 s", protocol)
					return
				case err == nil:
					if body != want {
						t.Errorf("%q, want %q", body, want)
					}
					return
				}
				time.Sleep(time.Second)
			}
		})
	}
	network.ChangeAddress()
	var all sync.WaitGroup
	for _, ask := range asks {
		all.Go(ask)
	}
	all.Wait()
}
