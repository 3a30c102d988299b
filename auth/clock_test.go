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

// The computer slept past the expiry: nobody gets the old token when it wakes,
// and the background notices by itself.
func TestSleep(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(inBackground)
	p.signIn(demotest.ZhangSan)
	asleep := p.mustToken()
	w.faults.Reset()
	w.clock.sleep(8 * time.Hour)
	until(t, "a refresh at resume", func() bool { return w.faults.Refreshes() == 1 })
	until(t, "its token", func() bool { return p.mustToken().Value.Reveal() != asleep.Value.Reveal() })

	w.clock.sleep(8 * time.Hour)
	if p.mustToken().Expiry.Before(w.clock.now()) {
		t.Error("a token was handed out that expired during the sleep")
	}
}

// The wall clock is set: the token is no older and no younger for it, as far
// as anybody can know.
func TestTheClockIsSet(t *testing.T) {
	for name, by := range map[string]time.Duration{
		"forward":         59*time.Minute + 50*time.Second,
		"back":            -3 * time.Hour,
		"back a few days": -72 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, demo.Config{})
			p := w.program(nil)
			p.signIn(demotest.ZhangSan)
			w.clock.setBy(by)
			token := p.mustToken() // refreshed, or still good
			if lasts := token.Expiry.Sub(w.clock.now()); lasts < 0 || lasts > time.Hour+time.Minute {
				t.Errorf("it is said to last %v", lasts)
			}
			if status := userInfo(t, w.Server, token.Value.Reveal()); status != 200 {
				t.Errorf("the provider answers %d", status)
			}
		})
	}
	t.Run("back, while the token expires", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		p := w.program(nil)
		p.signIn(demotest.ZhangSan)
		old := p.mustToken()
		w.clock.setBy(-59 * time.Second) // not enough to be noticed
		w.clock.advance(time.Hour + 5*time.Second)
		if p.mustToken().Value.Reveal() == old.Value.Reveal() {
			t.Error("an expired token was handed out")
		}
	})
}

// Nobody knows how old a token is once the clock was set back: the background
// does not wait for what it says then.
func TestTheBackgroundAfterTheClockWasSetBack(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(inBackground)
	p.signIn(demotest.ZhangSan)
	w.faults.Reset()
	w.clock.setBy(-3 * time.Hour)
	until(t, "a refresh", func() bool { return w.faults.Refreshes() == 1 })
}

// A pause is over when the computer has slept through it.
func TestSleepDuringAPause(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(inBackground)
	p.signIn(demotest.ZhangSan)
	w.faults.Always("/oidc/token", demotest.Status(429, "Retry-After", "3600"))
	w.clock.advance(56 * time.Minute)
	until(t, "the outage", func() bool { return !p.State().LastReached.IsZero() })
	w.faults.Clear()
	w.clock.sleep(61 * time.Minute)
	until(t, "its end", func() bool { return p.State().LastReached.IsZero() })
}

// This computer's clock is wrong, the provider's is right. The person is told
// that, not that the token is bad.
func TestAWrongClockIsNamed(t *testing.T) {
	t.Run("at sign-in", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		w.clock.setBy(90 * time.Minute) // ours is ahead: the ID token seems expired
		p := w.program(nil)
		done := p.begin(t.Context())
		p.pick(p.nextURL(), demotest.ZhangSan)
		_, err := await(t, done)
		var wrong *auth.ClockError
		if !errors.As(err, &wrong) {
			t.Fatalf("error = %v, want a ClockError", err)
		}
		if wrong.Skew < 89*time.Minute || wrong.Skew > 91*time.Minute || !strings.Contains(err.Error(), "ahead of") {
			t.Errorf("error = %v, off by %v", err, wrong.Skew)
		}
	})
	t.Run("at a refresh, which does not cost the session", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		p := w.program(nil)
		p.signIn(demotest.ZhangSan)
		w.clock.setBy(90 * time.Minute)
		_, err := p.AccessToken(t.Context())
		var wrong *auth.ClockError
		if !errors.As(err, &wrong) || errors.Is(err, auth.ErrSignedOut) {
			t.Fatalf("error = %v, want a ClockError", err)
		}
		if state := p.State(); state.Phase != auth.SignedIn || !errors.As(state.Err, &wrong) {
			t.Errorf("state = %v, %v", state.Phase, state.Err)
		}
		w.clock.setBy(-90 * time.Minute)
		w.clock.advance(11 * time.Second)
		if err := p.Refresh(t.Context()); err != nil {
			t.Error(err)
		}
		if state := p.State(); state.Err != nil {
			t.Errorf("the clock is right again, and the state says %v", state.Err)
		}
	})
	t.Run("slightly, so that the token is bad", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		p := w.program(nil)
		p.signIn(demotest.ZhangSan)
		w.faults.Next("/oidc/token", demotest.Edit(func(answer map[string]any) { answer["id_token"] = "nonsense" }))
		w.clock.setBy(3 * time.Minute)
		err := p.Refresh(t.Context())
		var wrong *auth.ClockError
		var bad *auth.IDTokenError
		if errors.As(err, &wrong) || !errors.As(err, &bad) {
			t.Errorf("error = %v, want an IDTokenError: the clock is not the reason", err)
		}
	})
	t.Run("behind, which harms nobody", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		w.clock.setBy(-3 * time.Hour)
		p := w.program(nil)
		p.signIn(demotest.ZhangSan)
		token := p.mustToken()
		w.clock.advance(2 * time.Hour)
		if p.mustToken().Value.Reveal() == token.Value.Reveal() {
			t.Error("the token has expired and is the same")
		}
	})
}
