package network

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"doorkey/auth/loopback"
	"doorkey/auth/reconnect"
	"doorkey/cmd/internal/settings"
)

// newTransport gives up on a host that sends no answer within 30 seconds, since
// a person waits. Nil roots are the system's.
func newTransport(proxy func(*http.Request) (*url.URL, error), roots *x509.CertPool) *http.Transport {
	t := reconnect.Transport(proxy)
	t.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	t.ResponseHeaderTimeout = 30 * time.Second
	t.MaxIdleConns = 20
	return t
}

// proxyFunc is the proxy setting as a transport takes it. This machine itself
// is never reached by a proxy, as [systemproxy.New] has it too.
func (n *Network) proxyFunc(setting string) (func(*http.Request) (*url.URL, error), error) {
	proxy, err := settings.ParseProxy(setting)
	switch {
	case err != nil:
		return nil, err
	case setting == "none":
		return nil, nil
	case proxy == nil:
		return n.system, nil
	}
	return func(r *http.Request) (*url.URL, error) {
		host := r.URL.Hostname()
		if ip, err := netip.ParseAddr(host); loopback.IsLocalhost(host) || err == nil && ip.IsLoopback() {
			return nil, nil
		}
		return proxy, nil
	}, nil
}
