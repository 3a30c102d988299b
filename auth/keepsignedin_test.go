package auth_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"
)

// Without a store that takes it, a required session is refused before the browser
// opens.
func TestRequireStorageLooksFirst(t *testing.T) {
	for name, test := range map[string]struct {
		read, write error
	}{
		"no keychain":       {keychain.ErrUnavailable, keychain.ErrUnavailable},
		"a locked keychain": {keychain.ErrLocked, keychain.ErrLocked},
		"a full disk":       {nil, errors.New("no space left on device")},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, demo.Config{})
			w.store.read, w.store.write = test.read, test.write
			p := w.program(func(c *auth.Config) {
				c.OpenBrowser = func(context.Context, string) error { t.Error("the browser was opened"); return nil }
			})
			var unstorable *auth.StoreError
			if _, err := p.SignIn(t.Context(), auth.RequireStorage()); !errors.As(err, &unstorable) || !errors.Is(err, test.write) {
				t.Errorf("sign-in: %v", err)
			}
			if err := p.CheckStorage(t.Context()); !errors.As(err, &unstorable) {
				t.Errorf("check: %v", err)
			}
		})
	}
}

// A store that fails once the person has signed in: the tokens are revoked, and
// the error says why.
func TestRequireStorageRevokesWhatCannotBeKept(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	w.faults.Next("/oidc/token", func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		w.store.fail(&w.store.write, keychain.ErrLocked)
		next.ServeHTTP(rw, r)
	})
	done := p.begin(t.Context(), auth.RequireStorage())
	p.pick(p.nextURL(), demotest.ZhangSan)
	var unstorable *auth.StoreError
	if _, err := await(t, done); !errors.As(err, &unstorable) || !errors.Is(err, keychain.ErrLocked) {
		t.Errorf("sign-in: %v", err)
	}
	if n := w.faults.Requests("/oidc/token/revocation"); n != 1 { // when SignIn returns, not some time later
		t.Errorf("%d revocations", n)
	}
	if state := p.State(); state.Phase != auth.SignedOut {
		t.Errorf("state = %v", state.Phase)
	}
}

// A sign-in that comes to nothing leaves the store as it was.
func TestRequireStorageLeavesNothingBehind(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	for _, before := range []string{"", demotest.ZhangSan} {
		var record string
		if before != "" {
			record = readRecord(t, w.store, p.signIn(before))
		}
		done := p.begin(t.Context(), auth.RequireStorage())
		p.nextURL()
		p.CancelSignIn()
		if _, err := await(t, done); !errors.Is(err, context.Canceled) {
			t.Errorf("sign-in: %v", err)
		}
		if got := readRecord(t, w.store, auth.Session{Issuer: w.Issuer(), ClientID: demo.ClientID}); got != record {
			t.Errorf("the record has %d bytes, and had %d", len(got), len(record))
		}
	}
}

// Whatever becomes of a sign-in after its tokens have come, they are revoked
// where nobody keeps them.
func TestWhatIsNotKeptIsRevoked(t *testing.T) {
	t.Run("a refused ID token", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		p := w.program(nil)
		w.faults.Next("/oidc/token", demotest.Edit(func(answer map[string]any) { answer["id_token"] = "forged" }))
		done := p.begin(t.Context())
		p.pick(p.nextURL(), demotest.ZhangSan)
		var refused *auth.IDTokenError
		if _, err := await(t, done); !errors.As(err, &refused) {
			t.Errorf("sign-in: %v", err)
		}
		if n := w.faults.Requests("/oidc/token/revocation"); n != 1 {
			t.Errorf("%d revocations", n)
		}
	})
	t.Run("a different person", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		p := w.program(nil)
		p.signIn(demotest.ZhangSan)
		p.browser = demotest.NewBrowser()
		done := p.begin(t.Context(), auth.Fresh(0))
		p.pick(p.nextURL(), demotest.LiSi)
		var different *auth.DifferentPersonError
		if _, err := await(t, done); !errors.As(err, &different) {
			t.Errorf("sign-in: %v", err)
		}
		if n := w.faults.Requests("/oidc/token/revocation"); n != 1 {
			t.Errorf("%d revocations", n)
		}
		p.mustToken()
	})
	t.Run("a session in memory, when the program ends", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		w.store.read, w.store.write = keychain.ErrUnavailable, keychain.ErrUnavailable
		p := w.program(nil)
		p.signIn(demotest.ZhangSan)
		token := p.mustToken().Value.Reveal()
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		if status := userInfo(t, w.Server, token); status != http.StatusUnauthorized {
			t.Errorf("its token still works: %d", status)
		}
	})
}

// Signing in again may bring another grant, which nobody can tell from the same
// one: all end with the session.
func TestASignOutEndsEarlierSignInsToo(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	var tokens []string
	for range 3 {
		p.browser = demotest.NewBrowser()
		p.signIn(demotest.ZhangSan)
		tokens = append(tokens, p.mustToken().Value.Reveal())
	}
	w.faults.Reset()
	if err := p.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := w.faults.Requests("/oidc/token/revocation"); n != 3 {
		t.Errorf("%d revocations", n)
	}
	for n, token := range tokens {
		if status := userInfo(t, w.Server, token); status != http.StatusUnauthorized {
			t.Errorf("the token of sign-in %d still works: %d", n+1, status)
		}
	}
}

// Who gives up while the code is exchanged leaves no tokens behind either.
func TestASignInGivenUpDuringTheExchangeIsRevoked(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	ctx, cancel := context.WithCancel(t.Context())
	w.faults.Next("/oidc/token", func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		cancel()
		demotest.DelayAnswer(100*time.Millisecond)(rw, r, next)
	})
	done := p.begin(ctx)
	p.pick(p.nextURL(), demotest.ZhangSan)
	if _, err := await(t, done); !errors.Is(err, context.Canceled) {
		t.Errorf("sign-in: %v", err)
	}
	if n := w.faults.Requests("/oidc/token/revocation"); n != 1 {
		t.Errorf("%d revocations", n)
	}
}

// Damage to whoever is current, or to what says who that is, does not cost the
// others.
func TestDamageDoesNotCostTheOthers(t *testing.T) {
	for name, damage := range map[string]func(record string, current string) string{
		"the current account": func(r, current string) string {
			return strings.Replace(r, `{"sub":"`+current+`",`, `{"sub":"`+current+`";`, 1)
		},
		"who is current": func(r, current string) string { return strings.Replace(r, `"current":"`, `"current";"`, 1) },
		"the end":        func(r, _ string) string { return r[:len(r)-100] },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, demo.Config{})
			p := w.program(nil)
			zhang := p.signIn(demotest.ZhangSan)
			li := p.signIn(demotest.LiSi, auth.AnotherAccount())
			good := zhang
			if name == "the end" {
				good = li
			}
			writeRecord(t, w.store, zhang, damage(readRecord(t, w.store, zhang), li.Profile.ID))
			q := w.program(nil)
			if _, err := q.Session(t.Context()); name != "the end" && (!errors.Is(err, auth.ErrDamaged) || errors.Is(err, auth.ErrSignedOut)) {
				t.Errorf("session: %v", err)
			}
			if got := names(q.mustAccounts()); !slices.Contains(got, good.Profile.Name) {
				t.Errorf("accounts = %q", got)
			}
			if _, err := q.Switch(t.Context(), good.Profile.ID); err != nil {
				t.Fatal(err)
			}
			q.mustToken()
			if session, err := w.program(nil).Session(t.Context()); err != nil || session.Profile.ID != good.Profile.ID {
				t.Errorf("after it was chosen: %v, %v", session.Profile.ID, err)
			}
		})
	}
}
