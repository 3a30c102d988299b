package network

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"doorkey/auth/loopback"
	"doorkey/cmd/internal/settings"
)

// newTransport gives up soon on a host that does not answer, since a person
// waits. Nil roots are the system's.
func newTransport(proxy func(*http.Request) (*url.URL, error), roots *x509.CertPool) *http.Transport {
	dialer := net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                 proxy,
		DialContext:           loopback.DialLocalhost(dialer.DialContext),
		TLSClientConfig:       &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second,
		ExpectContinueTimeout: time.Second,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConns:          20,
		ForceAttemptHTTP2:     true,
	}
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
