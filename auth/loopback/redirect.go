package loopback

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
)

// redirectURI is a redirect URI on this machine. Port 0 stands for "none yet".
type redirectURI struct {
	host string // "127.0.0.1", "::1" or "localhost"
	port int
	path string // "" or "/…"
	any  bool   // no host was asked for: [::1] will do where there is no IPv4
}

const defaultPath = "/callback"

// CheckRedirectURI tells what is wrong with a redirect URI for [Request].
func CheckRedirectURI(uri string) error {
	_, err := parseRedirect(uri)
	return err
}

func parseRedirect(uri string) (redirectURI, error) {
	if uri == "" {
		return redirectURI{host: "127.0.0.1", path: defaultPath, any: true}, nil
	}
	bad := func(why string) (redirectURI, error) {
		return redirectURI{}, fmt.Errorf("redirect URI %q %s", uri, why)
	}
	u, err := url.Parse(uri)
	switch {
	case err != nil:
		return bad("is not a URL")
	case u.Scheme != "http":
		return bad("must start with http:// (it never leaves this machine)")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return bad("must have no user, query or fragment")
	case u.Hostname() != "localhost" && !isLoopbackIP(u.Hostname()):
		return bad("must name 127.0.0.1, [::1] or localhost, since the answer must come to this machine")
	case u.EscapedPath() != u.Path:
		return bad("must have a path without %-escapes")
	}
	port := 0
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil || port < 1 || port > 65535 {
			return bad("must have a port from 1 to 65535, or none")
		}
	}
	return redirectURI{host: u.Hostname(), port: port, path: u.Path}, nil
}

func isLoopbackIP(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback() && ip.Zone() == ""
}

// String is the redirect_uri parameter.
func (r redirectURI) String() string { return "http://" + r.authority() + r.path }

// authority is what a browser sends as Host. It leaves out port 80.
func (r redirectURI) authority() string {
	host := r.host
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
		host = "[" + host + "]"
	}
	if r.port == 0 || r.port == 80 {
		return host
	}
	return host + ":" + strconv.Itoa(r.port)
}

// address to listen on: always an IP literal, since a name can be looked up to
// something else.
func (r redirectURI) address() string {
	host := r.host
	if host == "localhost" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, strconv.Itoa(r.port))
}

// freePortTries is how often a free port may be taken away by another program
// between our finding it and oauth2cli's binding it.
const freePortTries = 5

// candidates are the redirect URIs to try, each found when its turn comes.
func (r redirectURI) candidates(ports []int) []func() (redirectURI, error) {
	if r.any {
		r.host = loopbackIP(net.Listen)
	}
	var tries []func() (redirectURI, error)
	on := func(port int) {
		tries = append(tries, func() (redirectURI, error) {
			r := r
			r.port = port
			return r, nil
		})
	}
	switch {
	case r.port != 0:
		on(r.port)
	case len(ports) > 0:
		for _, port := range ports {
			on(port)
		}
	default:
		for range freePortTries {
			tries = append(tries, r.onFreePort)
		}
	}
	return tries
}

// loopbackIP is 127.0.0.1, or ::1 on a machine without IPv4.
func loopbackIP(listen func(network, address string) (net.Listener, error)) string {
	l, err := listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "::1"
	}
	l.Close()
	return "127.0.0.1"
}

// onFreePort finds a port first and leaves it to oauth2cli to bind it, because
// the redirect URI must be known before oauth2cli starts.
func (r redirectURI) onFreePort() (redirectURI, error) {
	l, err := net.Listen("tcp", r.address())
	if err != nil {
		return r, err
	}
	defer l.Close()
	r.port = l.Addr().(*net.TCPAddr).Port
	return r, nil
}

// listenTwin takes [::1] as well where the redirect URI says "localhost". It
// returns nil for an IP literal and on a machine without IPv6.
func (r redirectURI) listenTwin(ctx context.Context) (net.Listener, error) {
	if r.host != "localhost" {
		return nil, nil
	}
	probe, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		return nil, nil // no IPv6: the browser cannot go there either
	}
	probe.Close()
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", net.JoinHostPort("::1", strconv.Itoa(r.port)))
	if err != nil {
		return nil, fmt.Errorf("localhost is also [::1], where another program listens: %w", err)
	}
	return l, nil
}

// PortError means that no port for the redirect URI could be had.
type PortError struct {
	RedirectURI string
	Ports       []int // the configured list, if there was one
	err         error
}

func (e *PortError) Error() string {
	if len(e.Ports) > 0 {
		return fmt.Sprintf("no port of %v is free for %s: close the program that uses one, or configure others: %v", e.Ports, e.RedirectURI, e.err)
	}
	return fmt.Sprintf("cannot listen for %s: close the program that uses the port: %v", e.RedirectURI, e.err)
}

func (e *PortError) Unwrap() error { return e.err }
