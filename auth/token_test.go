package auth_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"
)

func TestAccessToken(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(func(c *auth.Config) {
		c.Scopes = []string{"offline_access", "profile", "read:orders"}
		c.Resources = []string{ordersAPI}
	})
	if _, err := p.AccessToken(t.Context()); !errors.Is(err, auth.ErrSignedOut) {
		t.Errorf("before anybody signed in: %v", err)
	}
	p.signIn(demotest.LiSi, auth.Organization(acme), auth.Scopes("write:orders", "edit"))

	for _, test := range []struct {
		name    string
		options []auth.TokenOption
		aud     string // "" for an opaque token
		org     string
		scopes  []string
	}{
		{"for the provider", nil, "", "", []string{"openid", "offline_access", "profile"}},
		{"for an API", []auth.TokenOption{auth.Resource(ordersAPI)}, ordersAPI, "", []string{"read:orders", "write:orders"}},
		{"for an organization", []auth.TokenOption{auth.Organization(acme)}, "urn:logto:organization:" + acme, "", []string{"edit"}},
		{"for an API in an organization", []auth.TokenOption{auth.Organization(acme), auth.Resource(ordersAPI)}, ordersAPI, acme, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			p.t = t
			token := p.mustToken(test.options...)
			if lasts := token.Expiry.Sub(w.clock.now()); lasts < 59*time.Minute || lasts > time.Hour {
				t.Errorf("it lasts %v, want an hour", lasts)
			}
			if token.Type != "Bearer" {
				t.Errorf("type = %q", token.Type)
			}
			for _, scope := range test.scopes {
				if !slices.Contains(token.Scopes, scope) {
					t.Errorf("scopes = %q, want %s among them", token.Scopes, scope)
				}
			}
			if test.aud == "" {
				if status := userInfo(t, w.Server, token.Value.Reveal()); status != http.StatusOK {
					t.Errorf("the provider answers %d", status)
				}
			} else if got := jwtClaims(t, token); got["aud"] != test.aud || test.org != "" && got["organization_id"] != test.org {
				t.Errorf("claims = %v, want aud %q, organization %q", got, test.aud, test.org)
			}

			w.faults.Reset()
			if again := p.mustToken(test.options...); again.Value.Reveal() != token.Value.Reveal() || w.faults.Requests("") != 0 {
				t.Errorf("a second call gave another token, with %d requests", w.faults.Requests(""))
			}
		})
	}
	t.Run("and all of them after a restart", func(t *testing.T) {
		w.faults.Reset()
		q := w.program(nil)
		q.t = t
		for _, options := range [][]auth.TokenOption{nil, {auth.Resource(ordersAPI)}, {auth.Organization(acme), auth.Resource(ordersAPI)}} {
			if got, want := q.mustToken(options...), p.mustToken(options...); got.Value.Reveal() != want.Value.Reveal() || !got.Expiry.Equal(want.Expiry) {
				t.Errorf("%v: another token", options)
			}
		}
		if n := w.faults.Requests(""); n != 0 {
			t.Errorf("%d requests", n)
		}
	})
}

func jwtClaims(t *testing.T, token auth.Token) map[string]any {
	t.Helper()
	parts := strings.Split(token.Value.Reveal(), ".")
	if len(parts) != 3 {
		t.Fatal("it is no JWT")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// Logto uses the refresh token up before it refuses a resource that the sign-in
// did not ask for. So it must not be asked.
func TestWhatWasNotAskedForIsRefusedHere(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(func(c *auth.Config) { c.Resources = []string{ordersAPI} })
	p.signIn(demotest.LiSi)
	w.faults.Reset()
	for _, test := range []struct {
		name    string
		options []auth.TokenOption
		says    string
	}{
		{"a resource", []auth.TokenOption{auth.Resource(stockAPI)}, `auth.Resource("` + stockAPI + `")`},
		{"a resource but for a slash", []auth.TokenOption{auth.Resource(ordersAPI + "/")}, "Config.Resources"},
		{"an organization", []auth.TokenOption{auth.Organization(acme)}, `auth.Organization("` + acme + `")`},
		{"an organization, for an API that was", []auth.TokenOption{auth.Organization(acme), auth.Resource(ordersAPI)}, "urn:logto:scope:organizations"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := p.AccessToken(t.Context(), test.options...)
			var missing *auth.NotRequestedError
			if !errors.As(err, &missing) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error = %v, want a NotRequestedError that says %q", err, test.says)
			}
		})
	}
	if n := w.faults.Requests(""); n != 0 {
		t.Errorf("the provider was asked %d times", n)
	}
	p.mustToken(auth.Resource(ordersAPI))
}

// A resource can be taken away at the provider after the sign-in. Logto has
// used up the refresh token when it says so, and the session must survive that.
func TestAResourceThatIsGoneDoesNotCostTheSession(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(func(c *auth.Config) { c.Resources = []string{ordersAPI} })
	session := p.signIn(demotest.LiSi)
	// The stand-in has it, so play one that has not: ask under another name.
	w.edit(session, func(record map[string]any) { record["resources"] = []string{stockAPI} })
	q := w.program(nil)
	_, err := q.AccessToken(t.Context(), auth.Resource(stockAPI))
	var refused *auth.RefusedError
	if !errors.As(err, &refused) || refused.Code != "invalid_target" || refused.Resource != stockAPI {
		t.Errorf("error = %v, want invalid_target for the resource", err)
	}
	if state := q.State(); state.Phase != auth.SignedIn || state.Err != nil {
		t.Errorf("state = %v, %v", state.Phase, state.Err)
	}
	w.clock.advance(2 * time.Hour) // far beyond the grace of what was used up
	q.mustToken()
	if n := w.Revoked(); n != 0 {
		t.Errorf("%d grants were revoked", n)
	}
}

// edit changes what is stored of a session.
func (w *world) edit(s auth.Session, change func(map[string]any)) {
	w.t.Helper()
	edit(w.t, w.store, s, change)
}

func TestMinValidity(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	p.signIn(demotest.ZhangSan)
	first := p.mustToken()
	w.clock.advance(50 * time.Minute)
	if p.mustToken(auth.MinValidity(9*time.Minute)).Value.Reveal() != first.Value.Reveal() {
		t.Error("a token that lasts long enough was refreshed")
	}
	second := p.mustToken(auth.MinValidity(11 * time.Minute))
	if second.Value.Reveal() == first.Value.Reveal() {
		t.Error("a token that does not last long enough was not refreshed")
	}
	// Longer than any token lasts: the best there is, and not a new one each time.
	if p.mustToken(auth.MinValidity(24*time.Hour)).Value.Reveal() != second.Value.Reveal() {
		t.Error("a fresh token was refreshed")
	}
	w.clock.advance(time.Hour - 20*time.Second)
	if p.mustToken().Value.Reveal() == second.Value.Reveal() {
		t.Error("a token that will not survive the request was handed out")
	}
}

func TestTokenSource(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(func(c *auth.Config) { c.Resources = []string{ordersAPI} })
	source := p.TokenSource(t.Context(), auth.Resource(ordersAPI))
	if _, err := source.Token(); !errors.Is(err, auth.ErrSignedOut) {
		t.Errorf("signed out: %v", err)
	}
	p.signIn(demotest.ZhangSan)
	token, err := source.Token()
	if err != nil {
		t.Fatal(err)
	}
	want := p.mustToken(auth.Resource(ordersAPI))
	if token.AccessToken != want.Value.Reveal() || !token.Expiry.Equal(want.Expiry) || token.Type() != "Bearer" || token.RefreshToken != "" {
		t.Errorf("token = %v, expires %v", token.Type(), token.Expiry)
	}
}

// A thousand who want the same token share one refresh, whoever of them leaves.
func TestASingleFlight(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	p.signIn(demotest.ZhangSan)
	w.clock.advance(2 * time.Hour)
	w.faults.Reset()
	w.faults.Next("/oidc/token", demotest.Delay(100*time.Millisecond))

	w.store.reads.Store(0)
	impatient, leave := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	tokens := make([]string, 1000)
	for i := range tokens {
		wait.Go(func() {
			ctx := t.Context()
			if i%10 == 0 {
				ctx = impatient
			}
			token, err := p.AccessToken(ctx)
			if err == nil {
				tokens[i] = token.Value.Reveal()
			} else if i%10 != 0 || !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
	}
	until(t, "the refresh", func() bool { return w.faults.Refreshes() > 0 })
	leave()
	wait.Wait()
	for i, token := range tokens {
		if i%10 != 0 && (token == "" || token != tokens[1]) {
			t.Fatalf("number %d got another token", i)
		}
	}
	if n := w.faults.Refreshes(); n != 1 {
		t.Errorf("%d refreshes", n)
	}
	if n := w.store.reads.Load(); n > 3 { // those who came when it was over look for themselves
		t.Errorf("the keychain was read %d times", n)
	}
}

// The token of the one whose refresh is on its way is not for the other.
func TestASwitchDuringARefresh(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	zhang := p.signIn(demotest.ZhangSan)
	p.signIn(demotest.LiSi, auth.AnotherAccount())
	w.clock.advance(2 * time.Hour)
	w.faults.Reset()
	w.faults.Next("/oidc/token", demotest.Delay(300*time.Millisecond))
	lis := make(chan string, 1)
	go func() {
		token, _ := p.AccessToken(context.WithoutCancel(t.Context()))
		lis <- token.Value.Reveal()
	}()
	until(t, "the refresh", func() bool { return w.faults.Refreshes() == 1 })
	if _, err := p.Switch(t.Context(), zhang.Profile.ID); err != nil {
		t.Fatal(err)
	}
	zhangs := p.mustToken().Value.Reveal()
	if got := <-lis; got == "" || got == zhangs {
		t.Error("both got the same token")
	}
	for id, token := range map[string]string{zhang.Profile.ID: zhangs} {
		if stored := storedToken(t, w.store, p.State().Session, "access_token"); stored != token || p.State().Session.Profile.ID != id {
			t.Error("the token handed out is not that of the current person")
		}
	}
}

// Without a store there is no lock to keep refreshes apart.
func TestOneRefreshAtATimeWithoutAKeychain(t *testing.T) {
	w := newWorld(t, demo.Config{})
	w.store.read, w.store.write = keychain.ErrUnavailable, keychain.ErrUnavailable
	p := w.program(func(c *auth.Config) { c.Resources = []string{ordersAPI, stockAPI} })
	p.signIn(demotest.ZhangSan)
	w.clock.advance(2 * time.Hour)
	var now, most atomic.Int32
	w.faults.Always("/oidc/token", func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		time.Sleep(50 * time.Millisecond)
		next.ServeHTTP(rw, r)
		now.Add(-1)
	})
	var wait sync.WaitGroup
	audiences := [][]auth.TokenOption{nil, {auth.Resource(ordersAPI)}, {auth.Resource(stockAPI)}}
	for _, options := range audiences {
		wait.Go(func() { p.mustToken(options...) })
	}
	wait.Wait()
	if most.Load() != 1 {
		t.Errorf("%d refreshes at once", most.Load())
	}
	w.faults.Reset()
	for _, options := range audiences {
		p.mustToken(options...)
	}
	if n := w.faults.Refreshes(); n != 0 {
		t.Errorf("%d more refreshes: tokens were lost", n)
	}
}

func TestACachedTokenCostsNoAllocation(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(func(c *auth.Config) { c.Resources = []string{ordersAPI} })
	p.signIn(demotest.ZhangSan)
	p.mustToken(auth.Resource(ordersAPI))
	if n := testing.AllocsPerRun(100, func() {
		_, err := p.AccessToken(t.Context())
		if err != nil {
			t.Error(err)
		}
		if _, err := p.AccessToken(t.Context(), auth.Resource(ordersAPI)); err != nil {
			t.Error(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestAfterClose(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	p.signIn(demotest.ZhangSan)
	p.mustToken()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.AccessToken(t.Context()); !errors.Is(err, auth.ErrClosed) {
		t.Errorf("error = %v", err)
	}
}
