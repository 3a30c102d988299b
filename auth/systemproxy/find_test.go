package systemproxy

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// script is one that the system runs, or a person waits for.
type script struct {
	mu     sync.Mutex
	asked  []string
	answer string
	err    error
	takes  time.Duration
}

func (s *script) run(_ settings, u *url.URL) (string, error) {
	time.Sleep(s.takes)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, u.String())
	return s.answer, s.err
}

func newFinder(environment httpproxy.Config, system *settings, s *script) *finder {
	return &finder{
		environment: &environment,
		read:        func(context.Context) settings { return *system },
		run:         s.run,
		now:         time.Now,
		lookups:     map[question]*lookup{},
	}
}

func want(t *testing.T, f *finder, address, proxy string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.find(t.Context(), u)
	if err != nil || got == nil && proxy != "" || got != nil && got.String() != proxy {
		t.Errorf("for %s: %v, %v; want %q", address, got, err, proxy)
	}
}

func TestTheEnvironmentCountsFirst(t *testing.T) {
	system := &settings{script: "http://wpad/wpad.dat", static: "system:1"}
	s := &script{answer: "script:1"}
	f := newFinder(httpproxy.Config{HTTPSProxy: "http://environment:1", NoProxy: "direct.test"}, system, s)
	want(t, f, "https://a.test/", "http://environment:1")
	want(t, f, "http://a.test/", "") // as the environment has it, none
	want(t, f, "https://direct.test/", "")
	if len(s.asked) > 0 {
		t.Errorf("the script was asked for %q", s.asked)
	}

	f = newFinder(httpproxy.Config{NoProxy: "direct.test"}, system, s)
	want(t, f, "https://direct.test/", "")
	want(t, f, "https://a.test/", "http://script:1")
}

func TestTheSystemsProxy(t *testing.T) {
	system := &settings{}
	f := newFinder(httpproxy.Config{}, system, &script{})
	want(t, f, "https://a.test/", "")

	system.static, system.except = "proxy:8080", "*.inside.test"
	want(t, f, "https://a.test/", "http://proxy:8080")
	want(t, f, "http://a.test/", "http://proxy:8080")
	want(t, f, "https://b.inside.test/", "")
	for _, here := range []string{"https://localhost/", "http://127.0.0.1:3001/oidc", "http://[::1]:1/"} {
		want(t, f, here, "")
	}

	system.static = "socks5://proxy:1080"
	want(t, f, "https://a.test/", "socks5://proxy:1080")
	system.static = "https=http://user:pass@proxy:8080"
	want(t, f, "https://a.test/", "http://user:pass@proxy:8080")
	want(t, f, "http://a.test/", "")
}

func TestAScriptIsAskedForAHostOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		system := &settings{script: "http://pac.test/proxy.pac", static: "static:1", except: "a.test"}
		s := &script{answer: "first:1;second:2"}
		f := newFinder(httpproxy.Config{}, system, s)
		want(t, f, "https://a.test/oidc/token?secret=1", "http://first:1")
		want(t, f, "https://a.test/oidc/me", "http://first:1")
		s.answer = ""
		want(t, f, "https://b.test/", "") // DIRECT is an answer, too
		want(t, f, "https://127.0.0.1/", "")
		if asked := []string{"https://a.test/", "https://b.test/"}; !slices.Equal(s.asked, asked) {
			t.Errorf("the script was asked for %q, want %q", s.asked, asked)
		}
		time.Sleep(remembered)
		want(t, f, "https://a.test/", "")
		if len(f.lookups) != 1 {
			t.Errorf("%d answers are kept", len(f.lookups))
		}

		s.err = errors.New("there is no such script")
		system.script = "http://pac.test/other.pac" // at once
		want(t, f, "https://a.test/", "")           // an exception of the static one
		want(t, f, "https://b.test/", "http://static:1")
	})
}

func TestAScriptThatTakesLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answer: "proxy:1", takes: 20 * time.Second}
		f := newFinder(httpproxy.Config{}, &settings{detect: true, static: "static:1"}, s)
		u := &url.URL{Scheme: "https", Host: "a.test"}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if got, err := f.find(ctx, u); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v, %v", got, err)
		}
		began := time.Now()
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() { want(t, f, "https://a.test/", "http://proxy:1") })
		}
		all.Wait()
		if took := time.Since(began); took != 19*time.Second || len(s.asked) != 1 {
			t.Errorf("it took %v, and the script was asked %d times", took, len(s.asked))
		}
	})
}
