package network_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"doorkey/cmd/internal/network"
	"doorkey/cmd/internal/settings"
)

// A transport goes on as it is when the settings change.
func TestATransportOfItsOwn(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	n := network.New()
	if err := n.Set(settings.Settings{Proxy: "http://proxy.example.test:8080"}); err != nil {
		t.Fatal(err)
	}
	transport := n.Transport()
	defer transport.CloseIdleConnections()
	if err := n.Set(settings.Settings{Proxy: "none"}); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	r.URL.Host = "id.example.test"
	if proxy, err := transport.Proxy(r); err != nil || proxy == nil || proxy.Host != "proxy.example.test:8080" {
		t.Errorf("proxy %v, %v", proxy, err)
	}
}

func TestBrowserThatWouldBeOpened(t *testing.T) {
	t.Setenv("BROWSER", "no-such-browser")
	n := network.New()
	if program, err := n.Browser(); err == nil {
		t.Errorf("%s would be opened", program)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Set(settings.Settings{Browser: `"` + self + `" version`}); err != nil {
		t.Fatal(err)
	}
	if program, err := n.Browser(); err != nil || program == "" {
		t.Errorf("%q, %v", program, err)
	}
}
