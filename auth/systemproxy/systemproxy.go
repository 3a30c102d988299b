// Package systemproxy finds the proxy that this computer is set to use, as a
// browser does: from the environment, and else from the settings of Windows or
// macOS, which net/http does not read.
//
//	client := &http.Client{Transport: reconnect.Wrap(systemproxy.Transport())}
package systemproxy

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"

	"doorkey/auth/reconnect"

	"golang.org/x/net/http/httpproxy"
)

// Transport is that of [reconnect.Transport] with the proxy of [New].
func Transport() *http.Transport { return reconnect.Transport(New()) }

// New returns a function for [http.Transport.Proxy], which is safe for concurrent
// use. The environment is read now, the system's settings whenever a proxy is
// asked for, so that a change of them counts.
//
// HTTP_PROXY and HTTPS_PROXY count before the system's settings, and NO_PROXY with
// both, as [http.ProxyFromEnvironment] reads them. This machine itself is never
// reached by a proxy. Settings that name none, or cannot be read, mean none.
//
// On Windows these are what its Settings keep for the person: a proxy script, found by
// its address or by the network (WPAD), then a proxy with its exceptions. A script
// may have to be fetched: the function waits for it as long as the request's
// context lets it. Its answer for a host counts for a minute. On macOS they are
// the proxy and its exceptions of the network that is in use; a script is not
// read there. Other systems keep them in the environment.
func New() func(*http.Request) (*url.URL, error) {
	f := &finder{
		environment: httpproxy.FromEnvironment(),
		read:        readSettings,
		run:         runScript,
		now:         time.Now,
		lookups:     map[question]*lookup{},
	}
	return func(r *http.Request) (*url.URL, error) { return f.find(r.Context(), r.URL) }
}

// settings are what a system keeps.
type settings struct {
	detect bool   // the network may name a script
	script string // the address of one, or ""
	static string // see [forScheme]
	except string // see [excepted]
}

type finder struct {
	environment *httpproxy.Config
	read        func(context.Context) settings
	run         func(settings, *url.URL) (string, error) // as static, or "" for none
	now         func() time.Time

	mu      sync.Mutex
	lookups map[question]*lookup
}

// find is the proxy for a URL; nil for none.
func (f *finder) find(ctx context.Context, u *url.URL) (*url.URL, error) {
	if e := f.environment; e.HTTPProxy != "" || e.HTTPSProxy != "" {
		return e.ProxyFunc()(u)
	}
	// Whether the environment, or that it is this machine, forbids any.
	if allowed, err := f.as("http://any.invalid", u); allowed == nil {
		return nil, err
	}
	s := f.read(ctx)
	if s.detect || s.script != "" {
		switch proxy, err := f.ask(ctx, s, u); {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err == nil:
			return f.as(forScheme(proxy, u.Scheme), u)
		}
	}
	if excepted(s.except, u) {
		return nil, nil
	}
	return f.as(forScheme(s.static, u.Scheme), u)
}

// as is a proxy's address as the environment would say it for u.
func (f *finder) as(proxy string, u *url.URL) (*url.URL, error) {
	c := httpproxy.Config{HTTPProxy: proxy, HTTPSProxy: proxy, NoProxy: f.environment.NoProxy}
	return c.ProxyFunc()(u)
}

// A question to a script is about a host; paths are nobody's business.
type question struct {
	settings
	scheme, host string
}

type lookup struct {
	done  chan struct{} // closed once the rest is set
	proxy string
	err   error
	until time.Time
}

const remembered = time.Minute

// ask has the script answer, or waits for who has it answer already. A script
// cannot be interrupted: it ends by itself, after the request if need be.
func (f *finder) ask(ctx context.Context, s settings, u *url.URL) (string, error) {
	q := question{s, u.Scheme, u.Host}
	f.mu.Lock()
	for q, l := range f.lookups {
		if l.over(f.now()) {
			delete(f.lookups, q)
		}
	}
	l := f.lookups[q]
	if l == nil {
		l = &lookup{done: make(chan struct{})}
		f.lookups[q] = l
		go func() {
			defer close(l.done)
			l.proxy, l.err = f.run(s, &url.URL{Scheme: q.scheme, Host: q.host, Path: "/"})
			l.until = f.now().Add(remembered)
		}()
	}
	f.mu.Unlock()
	select {
	case <-l.done:
		return l.proxy, l.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (l *lookup) over(now time.Time) bool {
	select {
	case <-l.done:
		return !now.Before(l.until)
	default:
		return false
	}
}
