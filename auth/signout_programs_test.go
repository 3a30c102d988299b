package auth_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// Another program has refreshed since: it is its token that counts.
func TestSignOutRevokesTheLatestToken(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p, q := w.program(nil), w.program(nil)
	p.signIn(demotest.ZhangSan)
	for range 3 {
		w.clock.advance(2 * time.Hour)
		q.mustToken()
	}
	token := q.mustToken().Value.Reveal()
	latest := storedToken(t, w.store, q.State().Session, "refresh_token")
	var revoked string
	w.faults.Next("/oidc/token/revocation", func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		revoked = r.PostForm.Get("token")
		next.ServeHTTP(rw, r)
	})
	if err := p.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if revoked != latest {
		t.Error("it was not the latest refresh token that was revoked")
	}
	if status := userInfo(t, w.Server, token); status != http.StatusUnauthorized {
		t.Errorf("the latest token still works: %d", status)
	}
	if n := w.Revoked(); n != 0 {
		t.Error("an old refresh token was used")
	}
}

func TestOthersSeeASignOutAndASignIn(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p, q := w.program(inBackground), w.program(inBackground)
	p.signIn(demotest.ZhangSan)
	if _, err := q.Session(t.Context()); err != nil {
		t.Fatal(err)
	}
	states := q.Watch(t.Context())
	seen := func(what string, is func(auth.State) bool) {
		t.Helper()
		for deadline := time.After(2 * time.Second); ; {
			select {
			case s := <-states:
				if is(s) {
					return
				}
			case <-deadline:
				t.Fatalf("not seen within 2 s: %s; state %+v", what, q.State())
			}
		}
	}
	if err := p.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	seen("the sign-out", func(s auth.State) bool { return s.Phase == auth.SignedOut && s.Err == nil })
	if _, err := q.AccessToken(t.Context()); !errors.Is(err, auth.ErrSignedOut) {
		t.Errorf("token: %v", err)
	}
	p.signIn(demotest.ZhangSan)
	seen("the sign-in", func(s auth.State) bool { return s.Phase == auth.SignedIn })
	before := q.State().Session
	w.clock.advance(time.Minute)
	if err := p.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	seen("a refresh", func(s auth.State) bool { return s.Session.RenewedAt.After(before.RenewedAt) })
	if p.mustToken().Value.Reveal() != q.mustToken().Value.Reveal() {
		t.Error("they have different tokens")
	}
	again := p.signIn(demotest.ZhangSan)
	seen("another sign-in of the same person", func(s auth.State) bool { return s.Session.SignedInAt.Equal(again.SignedInAt) })
	li := p.signIn(demotest.LiSi, auth.AnotherAccount())
	seen("another account", func(s auth.State) bool { return s.Session.Profile.ID == li.Profile.ID })
	if _, err := q.Switch(t.Context(), before.Profile.ID); err != nil {
		t.Fatal(err)
	}
	until(t, "the switch in the other program", func() bool { return p.State().Session.Profile.ID == before.Profile.ID })
}

// A program that does nothing in the background finds out when it matters.
func TestASignOutElsewhereIsNoticedBeforeARefresh(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p, q := w.program(nil), w.program(nil)
	p.signIn(demotest.ZhangSan)
	q.mustToken()
	if err := p.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.clock.advance(30 * time.Minute)
	w.faults.Reset()
	// Its token would do for half an hour more, were it not revoked.
	if _, err := q.AccessToken(t.Context(), auth.MinValidity(45*time.Minute)); !errors.Is(err, auth.ErrSignedOut) {
		t.Errorf("error = %v", err)
	}
	if w.faults.Refreshes() != 0 || q.State().Phase != auth.SignedOut {
		t.Errorf("%d refreshes, state %v", w.faults.Refreshes(), q.State().Phase)
	}
}

// Signing out does not wait for a slow provider for ever, and what its answer
// brings does not sign the person in again.
func TestSignOutDuringASlowRefresh(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		byOther bool
		fault   demotest.Fault
		revoked int // requests to revoke
	}{
		{name: "of this program", fault: demotest.Delay(6 * time.Second), revoked: 1},
		{name: "of another program", byOther: true, fault: demotest.Delay(6 * time.Second), revoked: 1},
		{name: "of another program, that is over soon", byOther: true, fault: demotest.DelayAnswer(time.Second), revoked: 2},
		// The provider has rotated: what comes late is of no use, and must not
		// stay alive.
		{name: "of another program, whose answer is on its way", byOther: true, fault: demotest.DelayAnswer(6 * time.Second), revoked: 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, demo.Config{})
			p, q := w.program(nil), w.program(nil)
			session := p.signIn(demotest.ZhangSan)
			q.mustToken()
			w.clock.advance(2 * time.Hour)
			w.faults.Reset()
			w.faults.Next("/oidc/token", test.fault)
			refreshing := p
			if test.byOther {
				refreshing = q
			}
			answered := make(chan error, 1)
			go func() {
				_, err := refreshing.AccessToken(context.WithoutCancel(t.Context()))
				answered <- err
			}()
			until(t, "the refresh", func() bool { return w.faults.Refreshes() == 1 })
			begun := time.Now()
			if err := p.SignOut(t.Context()); err != nil {
				t.Errorf("sign-out: %v", err)
			}
			if took := time.Since(begun); took > 5900*time.Millisecond {
				t.Errorf("it waited for the provider: %v", took)
			}
			if err := <-answered; err != nil && !errors.Is(err, auth.ErrSignedOut) {
				t.Errorf("the refresh ended with %v", err)
			}
			if left := readRecord(t, w.store, session); left != "" {
				t.Errorf("the session is back: %d bytes", len(left))
			}
			until(t, "the revocations", func() bool { return w.faults.Requests("/oidc/token/revocation") == test.revoked })
		})
	}
}
