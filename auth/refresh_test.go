package auth_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"
)

func TestRefreshOnDemand(t *testing.T) {
	drop := func(member string) demotest.Fault {
		return demotest.Edit(func(answer map[string]any) { delete(answer, member) })
	}
	for _, test := range []struct {
		name   string
		logto  demo.Config
		answer demotest.Fault
	}{
		{name: "where the refresh token is rotated"},
		{name: "where it is not", logto: demo.Config{NoRotation: true}},
		{name: "where the answer has none", logto: demo.Config{NoRotation: true}, answer: drop("refresh_token")},
		{name: "where the answer has no ID token", answer: drop("id_token")},
		{name: "where the answer has no scope", answer: drop("scope")},
		{name: "where the lifetime is quoted", answer: demotest.Edit(func(answer map[string]any) { answer["expires_in"] = "3600" })},
		{name: "where the token type is in lower case", answer: demotest.Edit(func(answer map[string]any) { answer["token_type"] = "bearer" })},
		{name: "at Logto up to 1.41, with at_hash", logto: demo.Config{Legacy: true}},
		{name: "at Logto after a rotation to RSA", logto: demo.Config{RSA: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, test.logto)
			p := w.program(nil)
			before := p.signIn(demotest.LiSi)
			if test.answer != nil {
				w.faults.Always("/oidc/token", test.answer)
			}
			old := p.mustToken()
			for range 3 {
				w.clock.advance(2 * time.Hour)
				token := p.mustToken()
				if token.Value.Reveal() == old.Value.Reveal() {
					t.Fatal("the token has expired and is the same")
				}
				if status := userInfo(t, w.Server, token.Value.Reveal()); status != http.StatusOK {
					t.Errorf("the provider answers %d", status)
				}
				if len(token.Scopes) == 0 || token.Type != "Bearer" {
					t.Errorf("scopes %q, type %q", token.Scopes, token.Type)
				}
				old = token
			}
			after, err := p.Session(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if after.Profile.DisplayName() != "李四" || !after.SignedInAt.Equal(before.SignedInAt) {
				t.Errorf("session = %+v", after)
			}
			if ago := w.clock.now().Sub(after.RenewedAt); ago < 0 || ago > time.Minute {
				t.Errorf("renewed %v ago", ago)
			}
			// What is stored is what is used.
			if token := w.program(nil).mustToken(); token.Value.Reveal() != old.Value.Reveal() {
				t.Error("another program finds another token")
			}
			if n := w.Revoked(); n != 0 {
				t.Errorf("%d grants were revoked", n)
			}
		})
	}
}

// Rotation makes the old refresh token worthless: the new one is in the store
// before anybody sees a token that came with it.
func TestTheRefreshTokenIsStoredFirst(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	session := p.signIn(demotest.ZhangSan)
	asked, writes := w.faults.Refreshes(), 0
	w.store.writing = func(context.Context) {
		writes++
		if w.faults.Refreshes() > asked && p.State().Session.RenewedAt != session.RenewedAt {
			t.Error("the session was published before it was stored")
		}
	}
	w.clock.advance(2 * time.Hour)
	old := p.mustToken().Value.Reveal()
	if writes != 2 { // that the token is about to be used, and all that came of it
		t.Errorf("a refresh took %d writes", writes)
	}
	w.store.writing = nil
	if storedToken(t, w.store, session, "access_token") != old {
		t.Error("the access token is not stored")
	}

	// The ID token is refused, so this is as far as it goes.
	oldRefresh := storedToken(t, w.store, session, "refresh_token")
	w.clock.advance(2 * time.Hour)
	w.faults.Next("/oidc/token", demotest.Edit(func(answer map[string]any) { answer["id_token"] = "forged" }))
	if _, err := p.AccessToken(t.Context()); err == nil {
		t.Fatal("a forged ID token was accepted")
	}
	if storedToken(t, w.store, session, "refresh_token") == oldRefresh {
		t.Error("the new refresh token is lost")
	}
	if storedToken(t, w.store, session, "access_token") != old {
		t.Error("an access token was stored before the ID token was verified")
	}
	w.clock.advance(time.Minute)
	p.mustToken()
}

func TestRefreshedIDTokens(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	p.signIn(demotest.ZhangSan)
	w.program(nil).signIn(demotest.LiSi, auth.AnotherAccount())
	_, err := p.Switch(t.Context(), p.State().Session.Profile.ID)
	if err != nil {
		t.Fatal(err)
	}
	other := w.program(func(c *auth.Config) { c.Store = keychain.NewMemory() })
	otherSession := other.signIn(demotest.LiSi)
	foreign := storedToken(t, other.store(), otherSession, "id_token")
	again := w.program(func(c *auth.Config) { c.Store = keychain.NewMemory() })
	againSession := again.signIn(demotest.ZhangSan)
	another := storedToken(t, again.store(), againSession, "id_token")

	for _, test := range []struct {
		name, idToken, says string
	}{
		{"about somebody else", foreign, "sub"},
		{"of another sign-in of the same person", another, "nonce"},
		{"that is none", "nonsense", "malformed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.clock.advance(2 * time.Minute)
			w.faults.Next("/oidc/token", demotest.Edit(func(answer map[string]any) { answer["id_token"] = test.idToken }))
			err := p.Refresh(t.Context())
			var bad *auth.IDTokenError
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error = %v, want an IDTokenError that says %q", err, test.says)
			}
			if state := p.State(); state.Phase != auth.SignedIn || state.Session.Profile.Name != "张三" {
				t.Errorf("state = %v, %q", state.Phase, state.Session.Profile.Name)
			}
		})
	}
	w.clock.advance(2 * time.Minute)
	if err := p.Refresh(t.Context()); err != nil {
		t.Errorf("an honest one: %v", err)
	}

	// Each of them has cost a refresh token: an impatient program does not
	// have the provider asked at each call.
	w.faults.Always("/oidc/token", demotest.Edit(func(answer map[string]any) { answer["id_token"] = "nonsense" }))
	w.faults.Reset()
	for range 100 {
		if err := p.Refresh(t.Context()); err == nil {
			t.Fatal("nonsense was accepted")
		}
		w.clock.advance(90 * time.Millisecond)
	}
	if n := w.faults.Refreshes(); n != 1 {
		t.Errorf("%d refreshes in 9 seconds", n)
	}
}

func TestRefreshInTheBackground(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(inBackground)
	p.signIn(demotest.ZhangSan)
	first := p.mustToken()
	w.faults.Reset()

	w.clock.advance(53 * time.Minute)
	time.Sleep(100 * time.Millisecond) // several looks at the clock
	if n := w.faults.Refreshes(); n != 0 {
		t.Errorf("%d refreshes 7 minutes ahead", n)
	}
	w.clock.advance(2*time.Minute + time.Second) // 5 minutes ahead, whatever chance says
	until(t, "a refresh", func() bool { return p.mustToken().Value.Reveal() != first.Value.Reveal() })
	time.Sleep(100 * time.Millisecond)
	if n := w.faults.Refreshes(); n != 1 {
		t.Errorf("%d refreshes, want 1", n)
	}
}

// A token lasts a minute: a fifth of that is less than 5 minutes.
func TestTheBackgroundLeavesShortTokensFourFifths(t *testing.T) {
	w := newWorld(t, demo.Config{AccessTokenTTL: time.Minute})
	p := w.program(inBackground)
	p.signIn(demotest.ZhangSan)
	w.faults.Reset()
	w.clock.advance(45 * time.Second)
	time.Sleep(100 * time.Millisecond)
	if n := w.faults.Refreshes(); n != 0 {
		t.Errorf("%d refreshes after 45 s", n)
	}
	w.clock.advance(4 * time.Second)
	until(t, "a refresh after 49 s", func() bool { return w.faults.Refreshes() == 1 })
}

// A token for an API is kept fresh for as long as it is asked for.
func TestTheBackgroundRefreshesWhatIsUsed(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(func(c *auth.Config) { c.RefreshAhead, c.Resources = 0, []string{ordersAPI, stockAPI} })
	p.signIn(demotest.ZhangSan)
	p.mustToken(auth.Resource(ordersAPI))
	p.mustToken(auth.Resource(stockAPI))
	before := w.tokens(p.State().Session)
	w.faults.Reset()
	w.clock.advance(56 * time.Minute)
	until(t, "three new tokens in the store", func() bool {
		now := w.tokens(p.State().Session)
		return len(now) == 3 && !slices.ContainsFunc(now, func(token string) bool { return slices.Contains(before, token) })
	})
	if n := w.faults.Refreshes(); n != 3 {
		t.Errorf("%d refreshes", n)
	}
	until(t, "the last of them in the program", func() bool {
		return slices.Contains(w.tokens(p.State().Session), p.mustToken(auth.Resource(ordersAPI)).Value.Reveal())
	})
	time.Sleep(50 * time.Millisecond)
	w.faults.Reset()
	w.clock.advance(56 * time.Minute) // only orders was asked for since
	until(t, "two refreshes", func() bool { return w.faults.Refreshes() == 2 })
	time.Sleep(100 * time.Millisecond)
	if n := w.faults.Refreshes(); n != 2 {
		t.Errorf("%d refreshes, want 2", n)
	}
}

// Logto rotates its signing key from ES384 to RSA while the program runs.
func TestRefreshAfterAKeyRotation(t *testing.T) {
	state := t.TempDir()
	before := demotest.Start(t, demo.Config{StateDir: state})
	p := newProgram(t, before, func(c *auth.Config) { c.RefreshAhead = -1 })
	p.signIn(demotest.ZhangSan)
	if err := p.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(before.Endpoint())
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(address.Port())
	if err != nil {
		t.Fatal(err)
	}
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}
	demotest.Start(t, demo.Config{StateDir: state, Port: port, RSA: true})
	for range 2 {
		if err := p.Refresh(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// tokens are the access tokens that are stored of a session.
func (w *world) tokens(s auth.Session) []string {
	w.t.Helper()
	var values []string
	for _, token := range account(w.t, w.store.Memory, s)["tokens"].([]any) {
		values = append(values, token.(map[string]any)["value"].(string))
	}
	return values
}

// Another program has refreshed: what it stored is used, and the provider is
// not asked again.
func TestAnotherProgramWasFirst(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p, q := w.program(nil), w.program(nil)
	p.signIn(demotest.ZhangSan)
	q.mustToken()
	w.clock.advance(2 * time.Hour)
	w.faults.Reset()
	var wait sync.WaitGroup
	var tokens [2]string
	for i, program := range []*program{p, q} {
		wait.Go(func() { tokens[i] = program.mustToken().Value.Reveal() })
	}
	wait.Wait()
	if tokens[0] != tokens[1] || w.faults.Refreshes() != 1 {
		t.Errorf("%d refreshes, the same token: %v", w.faults.Refreshes(), tokens[0] == tokens[1])
	}
}

// One program waits for another that never ends; what it has is still good.
func TestALockThatIsHeld(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	session := p.signIn(demotest.ZhangSan)
	unlock, err := w.store.Lock(t.Context(), auth.RecordName(session.Issuer, session.ClientID)+"-refresh")
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := p.Refresh(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Refresh = %v", err)
	}
	w.clock.advance(55 * time.Minute)
	ctx, cancel = context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := p.AccessToken(ctx, auth.MinValidity(30*time.Minute)); err != nil {
		t.Errorf("a token that is still valid: %v", err)
	}
	w.faults.Reset()
	unlock()
	p.mustToken(auth.MinValidity(30 * time.Minute))
	if n := w.faults.Refreshes(); n != 1 {
		t.Errorf("%d refreshes", n)
	}
}

// Close waits for an answer that must be stored.
func TestCloseDuringARefresh(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	session := p.signIn(demotest.ZhangSan)
	old := storedToken(t, w.store, session, "refresh_token")
	w.clock.advance(2 * time.Hour)
	w.faults.Reset()
	w.faults.Next("/oidc/token", demotest.DelayAnswer(300*time.Millisecond))
	go func() { _, _ = p.AccessToken(t.Context()) }()
	until(t, "the request", func() bool { return w.faults.Refreshes() == 1 })
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if storedToken(t, w.store, session, "refresh_token") == old {
		t.Error("the rotated token was not stored")
	}
}

// A keychain that locks up is told before anything is sent: a token that could
// not be stored must not be asked for.
func TestTheKeychainIsReadBeforeARefresh(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	p.signIn(demotest.ZhangSan)
	w.clock.advance(2 * time.Hour)
	w.faults.Reset()
	w.store.fail(&w.store.read, keychain.ErrLocked)
	if _, err := p.AccessToken(t.Context()); !errors.Is(err, keychain.ErrLocked) {
		t.Errorf("error = %v", err)
	}
	if state := p.State(); state.Phase != auth.SignedIn || !errors.Is(state.Err, keychain.ErrLocked) {
		t.Errorf("state = %v, %v", state.Phase, state.Err)
	}
	if n := w.faults.Refreshes(); n != 0 {
		t.Errorf("%d refreshes", n)
	}
	w.store.fail(&w.store.read, nil)
	w.clock.advance(2 * time.Second)
	p.mustToken()
	if state := p.State(); state.Err != nil {
		t.Errorf("it works again, and the state says %v", state.Err)
	}
}

// And the background tries again, though the token would do for long.
func TestTheBackgroundAfterTheKeychainWasLocked(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(inBackground)
	p.signIn(demotest.ZhangSan)
	w.store.fail(&w.store.read, keychain.ErrLocked)
	if err := p.Refresh(t.Context()); !errors.Is(err, keychain.ErrLocked) {
		t.Errorf("error = %v", err)
	}
	w.store.fail(&w.store.read, nil)
	w.clock.advance(time.Minute)
	until(t, "the error to go", func() bool { return p.State().Err == nil })
}

// What is in memory only does not depend on what happens in the store.
func TestASessionInMemorySurvivesNewsOfTheStore(t *testing.T) {
	w := newWorld(t, demo.Config{})
	w.store.write = keychain.ErrLocked
	p := w.program(inBackground)
	p.signIn(demotest.ZhangSan)
	w.store.fail(&w.store.write, nil)
	for range 3 { // somebody else comes and goes
		q := w.program(nil)
		q.signIn(demotest.LiSi)
		if err := q.SignOut(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
	}
	if state := p.State(); state.Phase != auth.SignedIn || state.Session.Profile.Name != "张三" {
		t.Errorf("state = %v, %q", state.Phase, state.Session.Profile.Name)
	}
	p.mustToken()
}

// A store that takes nothing any more, after the provider has rotated: the
// program goes on, says so, and stores as soon as it can.
func TestAStoreThatFailsAfterTheRotation(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	session := p.signIn(demotest.ZhangSan)
	w.clock.advance(2 * time.Hour)
	w.faults.Next("/oidc/token", func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		w.store.fail(&w.store.write, keychain.ErrLocked)
		next.ServeHTTP(rw, r)
	})
	first := p.mustToken()
	if state := p.State(); state.Phase != auth.SignedIn || state.Session.Storage != auth.InMemory || !errors.Is(state.Session.StorageErr, keychain.ErrLocked) {
		t.Errorf("state = %v, stored in %v (%v)", state.Phase, state.Session.Storage, state.Session.StorageErr)
	}
	w.store.fail(&w.store.read, keychain.ErrLocked) // and now nothing at all
	w.clock.advance(2 * time.Hour)
	p.mustToken()
	w.store.fail(&w.store.read, nil)
	w.store.fail(&w.store.write, nil)
	w.clock.advance(2 * time.Hour)
	second := p.mustToken()
	if second.Value.Reveal() == first.Value.Reveal() {
		t.Error("the token has expired and is the same")
	}
	if state := p.State(); state.Session.StorageErr != nil {
		t.Errorf("stored again, and the state says %v", state.Session.StorageErr)
	}
	if storedToken(t, w.store, session, "access_token") != second.Value.Reveal() || w.Revoked() != 0 {
		t.Error("the store has an old session")
	}
}

// A store that cannot be written could not take the next refresh token: this one
// is not used then, and what is valid is handed out.
func TestARefreshTokenIsNotUsedBeforeItsSuccessorCanBeStored(t *testing.T) {
	for name, breakIt := range map[string]func(*world, auth.Session){
		"a full disk": func(w *world, _ auth.Session) { w.store.fail(&w.store.write, errors.New("the disk is full")) },
		"locked":      func(w *world, _ auth.Session) { w.store.fail(&w.store.write, keychain.ErrLocked) },
		"another program writes and does not finish": func(w *world, s auth.Session) {
			if _, err := w.store.Lock(context.Background(), auth.RecordName(s.Issuer, s.ClientID)); err != nil {
				panic(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, demo.Config{})
			p := w.program(nil)
			session := p.signIn(demotest.ZhangSan)
			refreshToken := storedToken(t, w.store, session, "refresh_token")
			valid := p.mustToken()
			breakIt(w, session)
			w.clock.advance(30 * time.Minute)
			if token, err := p.AccessToken(t.Context(), auth.MinValidity(45*time.Minute)); err != nil || token.Value.Reveal() != valid.Value.Reveal() {
				t.Errorf("what is valid was not handed out: %v", err)
			}
			var unstorable *auth.StoreError
			if state := p.State(); state.Phase != auth.SignedIn || !errors.As(state.Err, &unstorable) {
				t.Errorf("state = %v, %v", state.Phase, state.Err)
			}
			w.clock.advance(2 * time.Hour)
			if _, err := p.AccessToken(t.Context()); !errors.As(err, &unstorable) || errors.Is(err, auth.ErrSignedOut) {
				t.Errorf("error = %v", err)
			}
			if n := w.faults.Refreshes(); n != 0 {
				t.Errorf("the refresh token was used %d times", n)
			}
			if storedToken(t, w.store, session, "refresh_token") != refreshToken {
				t.Error("the refresh token is another one")
			}
		})
	}
}

// Without a keychain the session is refreshed all the same.
func TestRefreshInMemory(t *testing.T) {
	w := newWorld(t, demo.Config{})
	w.store.read, w.store.write = keychain.ErrUnavailable, keychain.ErrUnavailable
	p := w.program(nil)
	p.signIn(demotest.ZhangSan)
	w.store.writing = func(context.Context) { t.Error("a keychain that is not there was asked again") }
	for range 3 {
		w.clock.advance(2 * time.Hour)
		p.mustToken()
	}
	if session, err := p.Session(t.Context()); err != nil || session.Storage != auth.InMemory || !errors.Is(session.StorageErr, keychain.ErrUnavailable) {
		t.Errorf("session in %v (%v), %v", session.Storage, session.StorageErr, err)
	}
}

// The provider gave no refresh token: the session lasts as long as its token.
func TestASessionWithoutARefreshToken(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(func(c *auth.Config) { c.Scopes = []string{"profile"} })
	p.signIn(demotest.ZhangSan)
	w.clock.advance(59*time.Minute + 45*time.Second)
	p.mustToken() // what is valid is handed out
	var refused *auth.RefusedError
	if err := p.Refresh(t.Context()); !errors.As(err, &refused) || p.State().Phase != auth.SignedIn {
		t.Errorf("Refresh = %v, state %v", err, p.State().Phase)
	}
	w.clock.advance(time.Minute)
	_, err := p.AccessToken(t.Context())
	var ended *auth.SessionEndedError
	if !errors.As(err, &ended) || ended.Reason != "no refresh token" {
		t.Errorf("error = %v", err)
	}
}
