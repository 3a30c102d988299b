// Package network is what the proxy, ca-file and browser settings become: one
// HTTP client and one way to open the browser, both of which follow the
// settings while the program runs.
//
//	n := network.New()
//	if err := n.Set(s); err != nil { … }
//	client, err := auth.New(auth.Config{HTTPClient: n.Client(), OpenBrowser: n.OpenBrowser, …})
package network

import (
	"net/http"
	"net/url"
	"sync"

	"doorkey/auth/systemproxy"
	"doorkey/cmd/internal/settings"
)

// Network reaches the provider and the browser as the settings say. It is safe
// for concurrent use.
type Network struct {
	system func(*http.Request) (*url.URL, error) // the proxy that this computer is set to use

	mu      sync.Mutex
	current *route
	browser []string // program and arguments; empty for the system's browser
}

// New makes a Network as it is without any settings: with the proxy, the
// certificates and the browser of this computer.
func New() *Network {
	system := systemproxy.New()
	return &Network{system: system, current: newRoute(system, nil)}
}

// Set puts the settings Proxy, CAFile and Browser in force: at once, for the
// next request of each client that [Network.Client] returned and the next page
// opened. Requests that are under way go on as they began; connections that
// nobody uses are closed.
//
// The proxy "system", or "", is what [systemproxy.New] finds, "none" is none, and
// an address is that proxy, but not for this machine itself. The certificates of CAFile count besides the system's.
//
// If one of the three cannot work, none is changed. The error, an [*Error], says
// which, and what to do; it shows no password.
func (n *Network) Set(s settings.Settings) error {
	proxy, err := n.proxyFunc(s.Proxy)
	if err != nil {
		return &Error{settings.KeyProxy, err}
	}
	roots, err := readRoots(s.CAFile)
	if err != nil {
		return &Error{settings.KeyCAFile, err}
	}
	browser, err := browserCommand(s.Browser)
	if err != nil {
		return &Error{settings.KeyBrowser, err}
	}
	next := newRoute(proxy, roots)

	n.mu.Lock()
	old := n.current
	n.current, n.browser = next, browser
	n.mu.Unlock()
	old.retire()
	return nil
}

// Client returns a client whose transport follows the settings. It has no time
// limit of its own and follows redirects; auth.Config.HTTPClient takes only
// its transport. Its CloseIdleConnections closes those of all clients of n.
func (n *Network) Client() *http.Client { return &http.Client{Transport: follower{n}} }

// Transport is a transport as the settings are now, and stays so, for who asks it
// what the client's cannot answer, such as which proxy it takes.
func (n *Network) Transport() *http.Transport {
	n.mu.Lock()
	defer n.mu.Unlock()
	t := n.current.transport.Clone()
	t.DialContext = n.current.alone
	return t
}

// follower sends each request along the route in force.
type follower struct{ network *Network }

func (f follower) RoundTrip(r *http.Request) (*http.Response, error) {
	f.network.mu.Lock()
	current := f.network.current
	current.enter() // with the lock held, so that it is counted before Set retires it
	f.network.mu.Unlock()
	return current.roundTrip(r)
}

// CloseIdleConnections is for [http.Client.CloseIdleConnections].
func (f follower) CloseIdleConnections() {
	f.network.mu.Lock()
	current := f.network.current
	f.network.mu.Unlock()
	current.transport.CloseIdleConnections()
}

// Error is a setting that cannot work here, though it may look right.
type Error struct {
	Key settings.Key
	Err error
}

func (e *Error) Error() string { return "network: " + string(e.Key) + ": " + e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }
