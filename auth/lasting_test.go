package auth_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

const day = 24 * time.Hour

func lifetime(d time.Duration) func(*auth.Config) {
	return func(c *auth.Config) { c.SessionLifetime = d }
}

func TestASessionLastsUntilItsRefreshTokenWasNotUsedForTooLong(t *testing.T) {
	for _, test := range []struct {
		name    string
		setting time.Duration
		after   time.Duration // that it is refreshed
		want    time.Duration // after that
	}{
		{"as at Logto by default", 14 * day, 2 * time.Hour, 14 * day},
		{"as it is set there", 30 * day, 2 * time.Hour, 30 * day},
		{"but no longer than the grant", 180 * day, 10 * day, 170 * day},
		{"nor than that, whatever is set", 1000 * day, 2 * day, 178 * day},
		{"shortly before the grant ends", 14 * day, 179 * day, 1 * day},
		{"to the day", 14 * day, 166 * day, 14 * day},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, demo.Config{RefreshTokenTTL: 180 * day})
			p := w.program(lifetime(test.setting))
			first := p.signIn(demotest.ZhangSan)
			if want := first.SignedInAt.Add(min(test.setting, 180*day)); !first.LastsUntil.Equal(want) {
				t.Errorf("after the sign-in: %v, want %v", first.LastsUntil, want)
			}
			w.clock.advance(test.after)
			p.mustToken()
			session, err := p.Session(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := session.LastsUntil.Sub(w.clock.now()); got < test.want-time.Minute || got > test.want {
				t.Errorf("after a refresh: for %v, want %v", got, test.want)
			}

			// All who tell of the session agree, here and after a restart.
			accounts, err := p.Accounts(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			switched, err := p.Switch(t.Context(), session.Profile.ID)
			if err != nil {
				t.Fatal(err)
			}
			restarted, err := w.program(lifetime(test.setting)).Session(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for name, got := range map[string]auth.Session{"State": p.State().Session, "Accounts": accounts[0], "Switch": switched, "a restart": restarted} {
				if !got.LastsUntil.Equal(session.LastsUntil) {
					t.Errorf("%s says %v, Session %v", name, got.LastsUntil, session.LastsUntil)
				}
			}
		})
	}
}

// It is the application's setting at the provider, which does not tell it: 14
// days, or 1, or 180. Neither is the grant's end claimed.
func TestHowLongASessionLastsIsNotGuessed(t *testing.T) {
	w := newWorld(t, demo.Config{RefreshTokenTTL: 180 * day})
	p := w.program(nil)
	if s := p.signIn(demotest.ZhangSan); !s.LastsUntil.IsZero() || s.Ended != "" {
		t.Errorf("until %v, ended %q", s.LastsUntil, s.Ended)
	}
	w.clock.advance(179 * day)
	p.mustToken()
	for name, s := range map[string]auth.Session{"State": p.State().Session, "Accounts": p.mustAccounts()[0]} {
		if !s.LastsUntil.IsZero() || s.Ended != "" {
			t.Errorf("%s: until %v, ended %q", name, s.LastsUntil, s.Ended)
		}
	}
}

// Without rotation a refresh token lasts as long as from the sign-in, used or not.
func TestASessionWhoseRefreshTokenIsNotRotated(t *testing.T) {
	w := newWorld(t, demo.Config{NoRotation: true})
	p := w.program(lifetime(14 * day))
	first := p.signIn(demotest.ZhangSan)
	w.clock.advance(10 * day)
	p.mustToken()
	restarted, err := w.program(lifetime(14 * day)).Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]auth.Session{"State": p.State().Session, "a restart": restarted} {
		if s.RenewedAt.Equal(s.SignedInAt) || !s.LastsUntil.Equal(first.SignedInAt.Add(14*day)) {
			t.Errorf("%s: renewed %v, until %v, want 14 days after %v", name, s.RenewedAt, s.LastsUntil, s.SignedInAt)
		}
	}
}

// It is derived: what is set counts for sessions from before, too.
func TestHowLongASessionLastsIsNotStored(t *testing.T) {
	w := newWorld(t, demo.Config{})
	session := w.program(nil).signIn(demotest.ZhangSan)
	later, err := w.program(lifetime(30 * day)).Session(t.Context())
	if err != nil || !later.LastsUntil.Equal(session.SignedInAt.Add(30*day)) {
		t.Errorf("%v, %v", later.LastsUntil, err)
	}
	if strings.Contains(strings.ToLower(readRecord(t, w.store, session)), "lasts") {
		t.Error("it is stored")
	}
}

// An earlier version of this package did not store when it refreshed.
func TestASessionThatDoesNotSayWhenItWasRenewed(t *testing.T) {
	w := newWorld(t, demo.Config{})
	session := w.program(nil).signIn(demotest.ZhangSan)
	edit(t, w.store, session, func(m map[string]any) {
		delete(m, "renewed_at")
		delete(m, "refresh_token_at")
	})
	old, err := w.program(lifetime(14 * day)).Session(t.Context())
	if err != nil || !old.RenewedAt.IsZero() || !old.LastsUntil.Equal(session.SignedInAt.Add(14*day)) {
		t.Errorf("renewed %v, lasts until %v, %v", old.RenewedAt, old.LastsUntil, err)
	}
}

// Only the provider ends a session.
func TestASessionIsUsedAfterItsEstimatedEnd(t *testing.T) {
	w := newWorld(t, demo.Config{RefreshTokenTTL: 60 * day})
	p := w.program(lifetime(14 * day))
	session := p.signIn(demotest.ZhangSan)
	w.clock.advance(30 * day)
	if now := w.clock.now(); !session.LastsUntil.Before(now) {
		t.Fatalf("%v is not over by %v", session.LastsUntil, now)
	}
	restarted := w.program(lifetime(14 * day))
	if _, err := restarted.Session(t.Context()); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	restarted.mustToken()
	if state := restarted.State(); state.Phase != auth.SignedIn || !state.Session.LastsUntil.After(w.clock.now()) {
		t.Errorf("state = %v, until %v", state.Phase, state.Session.LastsUntil)
	}
}

func TestHowLongASessionWithoutARefreshTokenLasts(t *testing.T) {
	short := func(c *auth.Config) { c.Scopes = []string{"profile"} }
	t.Run("lasts as long as its access token", func(t *testing.T) {
		w := newWorld(t, demo.Config{AccessTokenTTL: 30 * time.Minute})
		p := w.program(short)
		session := p.signIn(demotest.ZhangSan)
		if want := p.mustToken().Expiry; !session.LastsUntil.Equal(want) || want.IsZero() {
			t.Errorf("until %v, want %v", session.LastsUntil, want)
		}
	})
	t.Run("whose expiry is not known, as its ID token", func(t *testing.T) {
		w := newWorld(t, demo.Config{IDTokenTTL: 20 * time.Minute})
		w.faults.Next("/oidc/token", demotest.Edit(func(m map[string]any) { delete(m, "expires_in") }))
		p := w.program(short)
		session := p.signIn(demotest.ZhangSan)
		if !p.mustToken().Expiry.IsZero() {
			t.Fatal("its expiry is known")
		}
		if got := session.LastsUntil.Sub(session.SignedInAt); got < 19*time.Minute || got > 21*time.Minute {
			t.Errorf("for %v, want 20 minutes", got)
		}
	})
}

func TestASessionThatHasEndedLastsNoLonger(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	p.signIn(demotest.ZhangSan)
	w.Suspend(demotest.ZhangSan, true)
	if err := p.Refresh(t.Context()); !errors.Is(err, auth.ErrSignedOut) {
		t.Fatal(err)
	}
	session := p.State().Session
	if !session.LastsUntil.IsZero() || session.Ended != "invalid_grant" || session.Profile.Name != "张三" {
		t.Errorf("%q until %v, ended %q", session.Profile.Name, session.LastsUntil, session.Ended)
	}
	if accounts := w.program(nil).mustAccounts(); len(accounts) != 1 || accounts[0].Ended != "invalid_grant" {
		t.Errorf("after a restart: %+v", accounts)
	}
}
