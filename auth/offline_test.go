package auth_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// broken is a network that goes wrong before the provider is reached.
type broken func(*http.Request) (*http.Response, error)

func (b broken) RoundTrip(r *http.Request) (*http.Response, error) { return b(r) }

// switched is a transport that a test can break and mend.
type switched struct{ now chan http.RoundTripper }

func newSwitched(t *testing.T) *switched {
	s := &switched{now: make(chan http.RoundTripper, 1)}
	direct := &http.Transport{}
	t.Cleanup(direct.CloseIdleConnections)
	s.now <- direct
	return s
}

func (s *switched) to(r http.RoundTripper) http.RoundTripper {
	before := <-s.now
	s.now <- r
	return before
}

func (s *switched) RoundTrip(r *http.Request) (*http.Response, error) {
	now := <-s.now
	s.now <- now
	return now.RoundTrip(r)
}

// Whatever the network does, nobody is signed out: what is valid is handed out,
// the rest fails as unreachable, and it heals by itself.
func TestOffline(t *testing.T) {
	t.Parallel()
	dial := func(address string) broken {
		return func(r *http.Request) (*http.Response, error) {
			return (&http.Transport{DisableKeepAlives: true}).RoundTrip(redirected(r, address))
		}
	}
	for _, test := range []struct {
		name    string
		network http.RoundTripper // or
		fault   demotest.Fault
		says    string
	}{
		{"no such host", dial("http://nobody.invalid"), nil, "nobody.invalid"},
		{"connection refused", dial("http://127.0.0.1:1"), nil, "refused"},
		{"no TLS there", dial("https://HOST"), nil, "HTTP response to HTTPS client"},
		{"a certificate of nobody", broken(func(r *http.Request) (*http.Response, error) {
			return nil, &tls.CertificateVerificationError{Err: errors.New("x509: certificate signed by unknown authority")}
		}), nil, "unknown authority"},
		{"time-out", broken(func(r *http.Request) (*http.Response, error) {
			return nil, context.DeadlineExceeded
		}), nil, "deadline exceeded"},
		{"a captive portal", nil, demotest.HTML(), "web page"},
		{"a captive portal that says so", nil, page(http.StatusNetworkAuthenticationRequired), "sign-in of its own"},
		{"a captive portal that redirects", nil, demotest.Redirect("http://portal.invalid/"), "307"},
		{"500", nil, demotest.Status(500), "500"},
		{"502", nil, demotest.Status(502), "502"},
		{"503", nil, demotest.Status(503), "503"},
		{"503 for a while", nil, demotest.Status(503, "Retry-After", "7"), "503"},
		{"429", nil, demotest.Status(429, "Retry-After", "7"), "429"},
		{"404", nil, demotest.Status(404), "404"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, demo.Config{})
			network := newSwitched(t)
			p := w.program(func(c *auth.Config) { c.HTTPClient = &http.Client{Transport: network} })
			before := p.signIn(demotest.ZhangSan)
			token := p.mustToken()
			goodNetwork := http.RoundTripper(network)
			if test.network != nil {
				goodNetwork = network.to(redirecting{test.network, w.Endpoint()})
			} else {
				w.faults.Always("/oidc/token", test.fault)
			}

			w.clock.advance(58 * time.Minute)
			err := p.Refresh(t.Context())
			var away *auth.UnreachableError
			if !errors.As(err, &away) || !strings.Contains(err.Error(), test.says) {
				t.Fatalf("error = %v, want an UnreachableError that says %q", err, test.says)
			}
			if got := p.mustToken(); got.Value.Reveal() != token.Value.Reveal() {
				t.Error("another token")
			}
			if p.mustToken(auth.MinValidity(10*time.Minute)).Value.Reveal() != token.Value.Reveal() {
				t.Error("a token that is still valid was not handed out")
			}
			state := p.State()
			if state.Phase != auth.SignedIn || state.Session.Profile.Name != "张三" || !errors.As(state.Err, &away) {
				t.Errorf("state = %v, %q, %v", state.Phase, state.Session.Profile.Name, state.Err)
			}
			if !state.LastReached.Equal(before.RenewedAt) {
				t.Errorf("last reached %v, want the last answer, %v", state.LastReached, before.RenewedAt)
			}

			w.clock.advance(time.Hour)
			if _, err := p.AccessToken(t.Context()); !errors.As(err, &away) || errors.Is(err, auth.ErrSignedOut) {
				t.Errorf("with an expired token: %v", err)
			}
			if session, err := p.Session(t.Context()); err != nil || session.Profile.Name != "张三" {
				t.Errorf("Session = %q, %v", session.Profile.Name, err)
			}

			if test.network != nil {
				network.to(goodNetwork)
			}
			w.faults.Clear()
			w.clock.advance(time.Hour) // beyond any pause
			p.mustToken()
			if state := p.State(); state.Err != nil || !state.LastReached.IsZero() {
				t.Errorf("back on line, and the state says %v since %v", state.Err, state.LastReached)
			}
			if n := w.Revoked(); n != 0 {
				t.Errorf("%d grants were revoked", n)
			}
		})
	}
}

func page(status int) demotest.Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
	}
}

func redirected(r *http.Request, address string) *http.Request {
	c := r.Clone(r.Context())
	address = strings.Replace(address, "HOST", r.URL.Host, 1)
	scheme, host, _ := strings.Cut(address, "://")
	c.URL.Scheme, c.URL.Host, c.Host = scheme, host, host
	return c
}

// redirecting leaves alone what does not go to the provider.
type redirecting struct {
	broken   http.RoundTripper
	provider string
}

func (r redirecting) RoundTrip(req *http.Request) (*http.Response, error) {
	return r.broken.RoundTrip(req)
}

// The provider comes back, and nobody does anything.
func TestAnOutageHealsByItself(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(inBackground)
	p.signIn(demotest.ZhangSan)
	states := p.Watch(t.Context())
	w.faults.Always("", demotest.Status(503))
	old := p.mustToken()
	w.clock.advance(56 * time.Minute)
	await := func(what string, is func(auth.State) bool) {
		t.Helper()
		for deadline := time.After(10 * time.Second); ; {
			select {
			case s := <-states:
				if is(s) {
					return
				}
			case <-deadline:
				t.Fatalf("in vain: %s; state %+v", what, p.State())
			}
		}
	}
	await("offline", func(s auth.State) bool { return s.Phase == auth.SignedIn && !s.LastReached.IsZero() })
	w.faults.Clear()
	await("on line", func(s auth.State) bool { return s.LastReached.IsZero() && s.Err == nil })
	until(t, "a new token", func() bool { return p.mustToken().Value.Reveal() != old.Value.Reveal() })
}

// Another program on this computer has reached the provider: so can this one.
func TestAnOutageIsOverWhenSomebodyElseGetsThrough(t *testing.T) {
	w := newWorld(t, demo.Config{})
	network := newSwitched(t)
	p := w.program(func(c *auth.Config) {
		c.RefreshAhead = 0
		c.HTTPClient = &http.Client{Transport: network}
	})
	p.signIn(demotest.ZhangSan)
	// This one is told to wait, and does: nothing but the other's news can help.
	network.to(broken(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {"3600"}}, Body: http.NoBody, Request: r}, nil
	}))
	_ = p.Refresh(t.Context())
	if p.State().LastReached.IsZero() {
		t.Fatal("it is not offline")
	}
	w.clock.advance(time.Second)
	q := w.program(nil)
	if err := q.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	until(t, "the end of the outage", func() bool { return p.State().LastReached.IsZero() })
	until(t, "the other's token", func() bool { return p.mustToken().Value.Reveal() == q.mustToken().Value.Reveal() })
}

// How often a provider that is down is asked: by the background, with growing
// pauses; by an impatient program, not more than once a second.
func TestBackOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, demo.Config{})
	p := w.program(inBackground)
	p.signIn(demotest.ZhangSan)
	w.faults.Always("", demotest.Status(404)) // is not retried at once
	w.faults.Reset()
	w.clock.advance(2 * time.Hour)
	begun := w.clock.now()
	for w.clock.now().Sub(begun) < 10*time.Minute {
		if _, err := p.AccessToken(t.Context()); err == nil {
			t.Fatal("an expired token was handed out")
		}
		w.clock.advance(100 * time.Millisecond)
		time.Sleep(10 * time.Microsecond)
	}
	if n := w.faults.Refreshes(); n < 300 || n > 620 {
		t.Errorf("an impatient program had the provider asked %d times in 10 minutes, want about 600", n)
	}

	w.faults.Reset()
	for range 120 {
		w.clock.advance(time.Second)
		time.Sleep(25 * time.Millisecond)
	}
	if n := w.faults.Refreshes(); n < 1 || n > 5 {
		t.Errorf("the background asked %d times in 2 minutes, want once or twice a minute by now", n)
	}
}

func TestRetryAfter(t *testing.T) {
	for _, test := range []struct {
		name  string
		value string
		wait  time.Duration
	}{
		{"seconds", "120", 2 * time.Minute},
		{"an absurd time", "999999999", time.Hour},
		{"nonsense", "soon", time.Second},
		{"a time in the past", "Wed, 21 Oct 2015 07:28:00 GMT", time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, demo.Config{})
			p := w.program(inBackground)
			p.signIn(demotest.ZhangSan)
			w.faults.Always("/oidc/token", demotest.Status(429, "Retry-After", test.value))
			w.faults.Reset()
			w.clock.advance(2 * time.Hour)
			until(t, "the first request", func() bool { return w.faults.Refreshes() == 1 })
			until(t, "its answer", func() bool { return !p.State().LastReached.IsZero() })
			w.clock.advance(test.wait - 500*time.Millisecond)
			time.Sleep(80 * time.Millisecond)
			if _, err := p.AccessToken(t.Context()); err == nil {
				t.Error("an expired token was handed out")
			}
			if n := w.faults.Refreshes(); n != 1 {
				t.Errorf("%d requests before the time", n)
			}
			w.clock.advance(time.Second)
			if _, err := p.AccessToken(t.Context()); err == nil {
				t.Error("an expired token was handed out")
			}
			if n := w.faults.Refreshes(); n != 2 {
				t.Errorf("%d requests after the time", n)
			}
		})
	}
}

// The answer to a refresh is lost: the same token is used again at once.
func TestALostAnswer(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]demotest.Fault{
		"the connection breaks":        demotest.DropAnswer(),
		"the answer breaks off":        demotest.CutAnswer(),
		"the gateway lost it":          demotest.StatusAfter(502),
		"the gateway gave up waiting":  demotest.StatusAfter(504),
		"the provider failed half-way": demotest.StatusAfter(500),
		"the gateway has a page for that": func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
			next.ServeHTTP(httptest.NewRecorder(), r)
			page(http.StatusGatewayTimeout)(rw, r, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, demo.Config{})
			p := w.program(nil)
			p.signIn(demotest.ZhangSan)
			w.clock.advance(2 * time.Hour)
			w.faults.Reset()
			w.faults.Next("/oidc/token", fault)
			p.mustToken()
			if n := w.faults.Refreshes(); n != 2 {
				t.Errorf("%d requests", n)
			}
			if state := p.State(); state.Err != nil || !state.LastReached.IsZero() {
				t.Errorf("state = %v since %v", state.Err, state.LastReached)
			}
			w.clock.advance(2 * time.Hour)
			p.mustToken()
			if n := w.Revoked(); n != 0 {
				t.Errorf("%d grants were revoked", n)
			}
		})
	}
	t.Run("twice", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		p := w.program(nil)
		p.signIn(demotest.ZhangSan)
		w.clock.advance(2 * time.Hour)
		w.faults.Next("/oidc/token", demotest.DropAnswer(), demotest.DropAnswer())
		p.mustToken()
	})
	t.Run("too late for a second try", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		p := w.program(nil)
		p.signIn(demotest.ZhangSan)
		w.clock.advance(2 * time.Hour)
		w.faults.Reset()
		w.faults.Next("/oidc/token", func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
			time.Sleep(2500 * time.Millisecond)
			demotest.DropAnswer()(rw, r, next)
		})
		var away *auth.UnreachableError
		if _, err := p.AccessToken(t.Context()); !errors.As(err, &away) {
			t.Errorf("error = %v", err)
		}
		if n := w.faults.Refreshes(); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestTheProviderEndsTheSession(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p, q := w.program(nil), w.program(nil)
	before := p.signIn(demotest.LiSi)
	q.mustToken()
	w.Suspend(demotest.LiSi, true)
	w.clock.advance(2 * time.Hour)
	_, err := p.AccessToken(t.Context())
	var ended *auth.SessionEndedError
	if !errors.As(err, &ended) || ended.Reason != "invalid_grant" || !errors.Is(err, auth.ErrSignedOut) {
		t.Errorf("error = %v, want a SessionEndedError", err)
	}
	w.faults.Reset()
	for name, program := range map[string]*program{"this program": p, "after a restart": w.program(nil)} {
		session, err := program.Session(t.Context())
		if !errors.As(err, &ended) || session.Profile.Name != "李四" || session.Profile.Email != before.Profile.Email {
			t.Errorf("%s: session = %+v, %v", name, session.Profile, err)
		}
		state := program.State()
		if state.Phase != auth.SignedOut || state.Session.Profile.Name != "李四" || !errors.As(state.Err, &ended) {
			t.Errorf("%s: state = %v, %q, %v", name, state.Phase, state.Session.Profile.Name, state.Err)
		}
		if _, err := program.AccessToken(t.Context()); !errors.As(err, &ended) {
			t.Errorf("%s: token: %v", name, err)
		}
	}
	if n := w.faults.Requests(""); n != 0 {
		t.Errorf("%d more requests", n)
	}
	if _, err := q.AccessToken(t.Context()); !errors.As(err, &ended) || w.faults.Refreshes() != 0 {
		t.Errorf("another program: %v, after %d refreshes", err, w.faults.Refreshes())
	}
	w.edit(before, func(record map[string]any) {
		if record["refresh_token"] != nil || record["tokens"] != nil {
			t.Errorf("tokens are kept that are worth nothing")
		}
	})
	w.Suspend(demotest.LiSi, false)
	if session := p.signIn(demotest.LiSi); session.Profile.Name != "李四" {
		t.Errorf("signed in again: %+v", session.Profile)
	}
	p.mustToken()

	t.Run("and somebody else signs in instead", func(t *testing.T) {
		p.t = t
		w.Suspend(demotest.LiSi, true)
		w.clock.advance(2 * time.Hour)
		if _, err := p.AccessToken(t.Context()); !errors.As(err, &ended) {
			t.Fatalf("error = %v", err)
		}
		p.signIn(demotest.ZhangSan, auth.AnotherAccount())
		if got := names(p.mustAccounts()); len(got) != 1 || got[0] != "张三" {
			t.Errorf("accounts = %q", got)
		}
	})
}

// State.Err is what failed last.
func TestWhatFailedLast(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	p.signIn(demotest.ZhangSan)
	ctx, cancel := context.WithCancel(t.Context())
	done := p.begin(ctx)
	p.nextURL()
	cancel()
	await(t, done)
	if err := p.State().Err; !errors.Is(err, context.Canceled) {
		t.Errorf("after a sign-in that was cancelled: %v", err)
	}
	w.faults.Next("/oidc/token", demotest.Status(404))
	_ = p.Refresh(t.Context())
	var away *auth.UnreachableError
	if err := p.State().Err; !errors.As(err, &away) {
		t.Errorf("after a refresh that failed: %v", err)
	}
	w.clock.advance(2 * time.Second)
	if err := p.Refresh(t.Context()); err != nil || p.State().Err != nil {
		t.Errorf("after one that worked: %v, %v", err, p.State().Err)
	}
}

// Somebody who does not share the lock, on another computer with the same
// keychain, has used the refresh token and stored the next one meanwhile.
func TestInvalidGrantAfterSomebodyElseRefreshed(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p, q := w.program(nil), w.program(nil)
	session := p.signIn(demotest.ZhangSan)
	q.mustToken()
	old := readRecord(t, w.store, session)
	w.clock.advance(2 * time.Hour)
	fresh := q.mustToken()
	latest := readRecord(t, w.store, session)
	// p still reads the old one; the new one comes while it asks the provider.
	writeRecord(t, w.store, session, old)
	w.faults.Next("/oidc/token", func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
		writeRecord(t, w.store, session, latest)
		demotest.Refuse("invalid_grant", 400)(rw, r, nil)
	})
	if token := p.mustToken(); token.Value.Reveal() != fresh.Value.Reveal() {
		t.Error("it did not take what was stored")
	}
}

// Logto answers invalid_grant also when it could not look the person up.
func TestInvalidGrantOnce(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	p.signIn(demotest.ZhangSan)
	w.clock.advance(2 * time.Hour)
	w.faults.Next("/oidc/token", demotest.Refuse("invalid_grant", 400))
	p.mustToken()
	if state := p.State(); state.Phase != auth.SignedIn || state.Err != nil {
		t.Errorf("state = %v, %v", state.Phase, state.Err)
	}
}

func TestNoAccessToTheApp(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(inBackground)
	p.signIn(demotest.ZhangSan)
	w.DenyAccess(demotest.ZhangSan, true)
	w.clock.advance(2 * time.Hour)
	_, err := p.AccessToken(t.Context())
	var denied *auth.AccessDeniedError
	if !errors.As(err, &denied) || errors.Is(err, auth.ErrSignedOut) {
		t.Errorf("error = %v, want an AccessDeniedError", err)
	}
	if state := p.State(); state.Phase != auth.SignedIn || !errors.As(state.Err, &denied) || !state.LastReached.IsZero() {
		t.Errorf("state = %v, %v, last reached %v", state.Phase, state.Err, state.LastReached)
	}
	w.DenyAccess(demotest.ZhangSan, false)
	w.clock.advance(2 * time.Minute)
	until(t, "the access given back to be noticed", func() bool { return p.State().Err == nil })
	p.mustToken()
}

// One person's trouble is not another's.
func TestTroubleAfterASwitch(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	zhang := p.signIn(demotest.ZhangSan)
	p.signIn(demotest.LiSi, auth.AnotherAccount())
	w.faults.Reset()
	w.faults.Next("/oidc/token", func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		time.Sleep(200 * time.Millisecond)
		demotest.Status(404)(rw, r, next)
	})
	failed := make(chan error, 1)
	go func() { failed <- p.Refresh(context.WithoutCancel(t.Context())) }()
	until(t, "the refresh of 李四", func() bool { return w.faults.Refreshes() == 1 })
	if _, err := p.Switch(t.Context(), zhang.Profile.ID); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err == nil {
		t.Error("the refresh worked")
	}
	if state := p.State(); state.Err != nil || !state.LastReached.IsZero() {
		t.Errorf("state of 张三 = %v since %v", state.Err, state.LastReached)
	}
}

// A setting that is wrong, of which only the administrator knows.
func TestARefusedRefreshKeepsTheSession(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	p.signIn(demotest.ZhangSan)
	w.clock.advance(2 * time.Hour)
	w.faults.Always("/oidc/token", demotest.Refuse("invalid_client", 401))
	_, err := p.AccessToken(t.Context())
	var refused *auth.RefusedError
	if !errors.As(err, &refused) || refused.Code != "invalid_client" || refused.StatusCode != 401 {
		t.Errorf("error = %v", err)
	}
	w.faults.Reset()
	for range 100 {
		_, _ = p.AccessToken(t.Context())
		w.clock.advance(90 * time.Millisecond)
	}
	if n := w.faults.Refreshes(); n != 0 {
		t.Errorf("asked %d times more in 9 seconds", n)
	}
	w.faults.Clear()
	w.clock.advance(2 * time.Second)
	p.mustToken()
}

// An organization that the person is not in is no reason to doubt the session.
func TestAnOrganizationOfOthers(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	p.signIn(demotest.ZhangSan, auth.Organization(acme))
	_, err := p.AccessToken(t.Context(), auth.Organization(acme))
	var refused *auth.RefusedError
	if !errors.As(err, &refused) || refused.Code != "access_denied" || refused.Organization != acme {
		t.Errorf("error = %v", err)
	}
	if state := p.State(); state.Err != nil {
		t.Errorf("state = %v", state.Err)
	}
	if err := p.Refresh(t.Context()); err != nil {
		t.Error(err)
	}

	// Asking again and again does not have the provider asked each time.
	w.faults.Reset()
	for range 100 {
		if _, err := p.AccessToken(t.Context(), auth.Organization(acme)); !errors.As(err, &refused) {
			t.Fatalf("error = %v", err)
		}
		w.clock.advance(90 * time.Millisecond)
	}
	if n := w.faults.Refreshes(); n != 0 {
		t.Errorf("%d refreshes in 9 seconds", n)
	}
	p.mustToken() // is another matter
	w.clock.advance(2 * time.Second)
	_, _ = p.AccessToken(t.Context(), auth.Organization(acme))
	if n := w.faults.Refreshes(); n != 1 {
		t.Errorf("%d refreshes after 11 seconds", n)
	}
	p.browser = demotest.NewBrowser()
	p.signIn(demotest.LiSi, auth.Organization(acme))
	p.mustToken(auth.Organization(acme))
}

// At a start without a network nothing waits for it: who is signed in, and
// what is valid, come from the keychain.
func TestAnOfflineStart(t *testing.T) {
	w := newWorld(t, demo.Config{})
	before := w.program(nil).signIn(demotest.ZhangSan)
	w.clock.advance(10 * time.Minute)

	t.Run("where nothing answers", func(t *testing.T) {
		hanging := make(chan struct{})
		p := w.program(func(c *auth.Config) {
			c.RefreshAhead = 0
			c.HTTPClient = &http.Client{Transport: broken(func(r *http.Request) (*http.Response, error) {
				select {
				case <-hanging:
				case <-r.Context().Done():
				}
				return nil, errors.New("network is unreachable")
			})}
		})
		p.t = t
		session, err := p.Session(t.Context())
		if err != nil || session.Profile.Name != "张三" {
			t.Fatalf("session = %q, %v", session.Profile.Name, err)
		}
		p.mustToken()
		if state := p.State(); state.Phase != auth.SignedIn || !state.LastReached.IsZero() {
			t.Errorf("state = %v, last reached %v, before anybody can know", state.Phase, state.LastReached)
		}
		close(hanging)
		until(t, "the outage", func() bool { return !p.State().LastReached.IsZero() })
		if got := p.State().LastReached; !got.Equal(before.RenewedAt) {
			t.Errorf("last reached %v, want the last answer, %v", got, before.RenewedAt)
		}
		p.mustToken()
	})
	t.Run("and then the network comes up", func(t *testing.T) {
		w.faults.Always("", demotest.Status(502))
		p := w.program(inBackground)
		p.t = t
		if _, err := p.Session(t.Context()); err != nil {
			t.Fatal(err)
		}
		until(t, "the outage", func() bool { return !p.State().LastReached.IsZero() })
		w.faults.Reset()
		w.faults.Clear()
		until(t, "its end", func() bool { return p.State().LastReached.IsZero() && p.State().Err == nil })
		if n := w.faults.Refreshes(); n != 0 {
			t.Errorf("%d refreshes, of a token that is good for 50 minutes more", n)
		}
	})
	t.Run("in the keychain of somebody whose token has expired", func(t *testing.T) {
		w.clock.advance(2 * time.Hour)
		w.faults.Always("", demotest.Status(502))
		p := w.program(inBackground)
		p.t = t
		session, err := p.Session(t.Context())
		if err != nil || session.Profile.Name != "张三" {
			t.Fatalf("session = %q, %v", session.Profile.Name, err)
		}
		var away *auth.UnreachableError
		if _, err := p.AccessToken(t.Context()); !errors.As(err, &away) {
			t.Errorf("token: %v", err)
		}
		w.faults.Clear()
		until(t, "a token", func() bool { _, err := p.AccessToken(t.Context()); return err == nil })
	})
}
