// Package reconnect makes HTTP transports for programs that run for days while
// the network changes under them: another Wi-Fi, a VPN, a computer that slept.
// A connection from before such a change is often dead without either end being
// told. The operating system then retransmits for 15 minutes, and net/http keeps
// sending new requests on the same HTTP/2 connection.
//
//	transport := reconnect.Transport(http.ProxyFromEnvironment)
//	client := &http.Client{Transport: reconnect.Wrap(transport)}
package reconnect

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"syscall"
	"time"

	"doorkey/auth/loopback"
)

const (
	// dialTimeout is short because a person waits.
	dialTimeout = 10 * time.Second

	// A connection on which nothing arrives for askAfter is probed, and closed if
	// it does not answer within answerWithin. That is less than the 30 s a request
	// may take, and enough to sit out a short gap in the network: the answer may
	// hold a refresh token that exists nowhere else.
	askAfter, answerWithin = 5 * time.Second, 5 * time.Second

	// idleTimeout bounds how long an unused connection is kept, and so how long
	// it is probed.
	idleTimeout = 90 * time.Second
)

// Transport returns a transport with a proxy as [http.Transport.Proxy] takes it,
// and otherwise much like Go's default one. It closes a connection whose other
// end has been silent for 10 seconds, whether a request waits on it or not:
// HTTP/2 connections are probed by pings, all of them by TCP. An idle connection
// is closed after 90 seconds; from then on it causes no traffic.
//
// The time limit for connecting is 10 seconds, for a TLS handshake as well, and
// there is none for an answer. The host name localhost is always this machine.
func Transport(proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	return &http.Transport{
		Proxy:                 proxy,
		DialContext:           loopback.DialLocalhost(dial),
		TLSHandshakeTimeout:   10 * time.Second,
		ExpectContinueTimeout: time.Second,
		IdleConnTimeout:       idleTimeout,
		MaxIdleConns:          100,
		ForceAttemptHTTP2:     true,
		HTTP2:                 &http.HTTP2Config{SendPingTimeout: askAfter, PingTimeout: answerWithin},
	}
}

// dial opens a connection that fails once its other end has been silent. TCP
// probes several times, since one packet may be lost. It does not probe while
// sent data is unacknowledged, which is why that has a limit of its own.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	const times = 5
	dialer := net.Dialer{
		Timeout:         dialTimeout,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: askAfter, Interval: answerWithin / times, Count: times},
	}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	// Only now: set earlier, it would limit connecting as well.
	if c, ok := conn.(syscall.Conn); ok {
		if raw, err := c.SyscallConn(); err == nil {
			_ = raw.Control(func(fd uintptr) { limitUnacknowledged(fd, askAfter+answerWithin) })
		}
	}
	return conn, nil
}

// Wrap returns a transport that closes the idle connections of base before the
// first request after a request failed, and after the addresses of this computer
// changed. Otherwise a request may wait on a dead connection until that is
// noticed, and if base has several of them or never pings, so may the next one.
// base must have a CloseIdleConnections method, as [http.Transport] does; without
// one Wrap has no effect. The settings of base are not changed.
//
// Requests under way are left alone. It is safe for concurrent use if base is.
func Wrap(base http.RoundTripper) http.RoundTripper { return &wrapped{base: base} }

// lookPause is how often the computer's addresses are looked at, at most: it
// takes 20 µs on Linux, and a millisecond or so on Windows.
const lookPause = time.Second

type wrapped struct {
	base http.RoundTripper

	mu        sync.Mutex
	failed    bool // a request, since idle connections were last closed
	looked    time.Time
	addresses []string // then; nil if unknown
}

func (w *wrapped) RoundTrip(r *http.Request) (*http.Response, error) {
	if w.isStale() {
		w.CloseIdleConnections()
	}
	response, err := w.base.RoundTrip(r)
	if err != nil {
		// Not closed here: an HTTP/2 connection stays busy with the request for
		// a moment. Canceled requests count, since people cancel what hangs.
		w.mu.Lock()
		w.failed = true
		w.mu.Unlock()
	}
	return response, err
}

// CloseIdleConnections is for [http.Client.CloseIdleConnections].
func (w *wrapped) CloseIdleConnections() {
	if base, ok := w.base.(interface{ CloseIdleConnections() }); ok {
		base.CloseIdleConnections()
	}
}

// isStale reports, once, that idle connections may be dead.
func (w *wrapped) isStale() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	stale := w.failed
	w.failed = false
	if !w.looked.IsZero() && time.Since(w.looked) < lookPause {
		return stale
	}
	w.looked = time.Now()
	now := addresses()
	if now == nil {
		return stale
	}
	stale = stale || w.addresses != nil && !slices.Equal(now, w.addresses)
	w.addresses = now
	return stale
}

// addresses are this computer's, sorted; nil if they cannot be read.
func addresses() []string {
	found, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	all := make([]string, len(found))
	for i, a := range found {
		all[i] = a.String()
	}
	slices.Sort(all)
	return all
}
