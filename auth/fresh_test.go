package auth_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// signInFails signs a person in and expects it not to work.
func (p *program) signInFails(person string, options ...auth.SignInOption) error {
	p.t.Helper()
	done := p.begin(p.t.Context(), options...)
	p.pick(p.nextURL(), person)
	session, err := await(p.t, done)
	if err == nil {
		p.t.Errorf("%s signed in", session.Profile.Name)
	}
	return err
}

func TestStepUp(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	before := p.signIn(demotest.ZhangSan)
	w.clock.advance(30 * time.Minute)

	t.Run("that is fresh enough asks for nothing", func(t *testing.T) {
		p.t = t
		after := p.signIn("nobody is asked", auth.Fresh(time.Hour))
		if after.Profile.ID != before.Profile.ID || !after.SignedInAt.After(before.SignedInAt) {
			t.Errorf("session = %+v", after)
		}
		p.mustToken()
	})
	t.Run("that is not asks again", func(t *testing.T) {
		p.t = t
		p.signIn(demotest.ZhangSan, auth.Fresh(10*time.Minute))
		p.mustToken()
	})
	t.Run("in any case", func(t *testing.T) {
		p.t = t
		p.signIn(demotest.ZhangSan, auth.Fresh(0))
		p.mustToken()
	})

	untouched := func(t *testing.T) func() {
		p.t = t
		session, err := p.Session(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		token := p.mustToken().Value.Reveal()
		stored := storedToken(t, w.store, session, "refresh_token")
		return func() {
			t.Helper()
			if p.mustToken().Value.Reveal() != token || storedToken(t, w.store, session, "refresh_token") != stored {
				t.Error("the session was touched")
			}
			if status := userInfo(t, w.Server, token); status != http.StatusOK {
				t.Errorf("the session's token is worth nothing any more: %d", status)
			}
			if state := p.State(); state.Phase != auth.SignedIn || state.Session.Profile.Name != "张三" {
				t.Errorf("state = %v, %q", state.Phase, state.Session.Profile.Name)
			}
			if err := p.Refresh(t.Context()); err != nil {
				t.Errorf("refresh: %v", err)
			}
		}
	}
	t.Run("by somebody else", func(t *testing.T) {
		check := untouched(t)
		w.faults.Reset()
		err := p.signInFails(demotest.LiSi, auth.Fresh(0))
		var other *auth.DifferentPersonError
		if !errors.As(err, &other) || other.Got.Name != "李四" || other.Want.Name != "张三" {
			t.Errorf("error = %v", err)
		}
		until(t, "the tokens of 李四 to be revoked", func() bool { return w.faults.Requests("/oidc/token/revocation") == 1 })
		check()
		// The browser is signed in as 李四 now, who would come back each time.
		again := p.signIn(demotest.ZhangSan, auth.Fresh(time.Hour))
		if again.Profile.Name != "张三" {
			t.Errorf("session = %q", again.Profile.Name)
		}
		if after := p.signIn("nobody is asked", auth.Fresh(time.Hour)); after.Profile.Name != "张三" {
			t.Errorf("session = %q", after.Profile.Name)
		}
	})
	t.Run("at a provider that does not say when", func(t *testing.T) {
		check := untouched(t)
		w.faults.Reset()
		w.withoutAuthTime(func() {
			err := p.signInFails(demotest.ZhangSan, auth.Fresh(0))
			var stale *auth.AuthTimeError
			if !errors.As(err, &stale) || !strings.Contains(err.Error(), "auth_time") {
				t.Errorf("error = %v", err)
			}
		})
		// Logto has one grant for a person's sign-ins in one browser: to revoke
		// the new one would end the session.
		if n := w.faults.Requests("/oidc/token/revocation"); n != 0 {
			t.Errorf("%d revocations", n)
		}
		check()
	})
	t.Run("at a provider that does not ask again", func(t *testing.T) {
		check := untouched(t)
		w.clock.advance(20 * time.Minute)
		// The authorization request loses its max_age on the way; a later one
		// of the same browser session keeps it, so that auth_time is sent.
		done := p.begin(t.Context(), auth.Fresh(10*time.Minute))
		request := strings.Replace(p.nextURL(), "max_age=600", "max_age=86400", 1)
		p.pick(request, "nobody is asked")
		_, err := await(t, done)
		var stale *auth.AuthTimeError
		if !errors.As(err, &stale) || !strings.Contains(err.Error(), "more than 10m0s") {
			t.Errorf("error = %v", err)
		}
		check()
	})
	t.Run("of nobody is a sign-in", func(t *testing.T) {
		p.t = t
		if err := p.SignOut(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.browser = demotest.NewBrowser()
		if session := p.signIn(demotest.LiSi, auth.Fresh(0)); session.Profile.Name != "李四" {
			t.Errorf("session = %q", session.Profile.Name)
		}
	})
}

// withoutAuthTime has the stand-in leave auth_time out, as it does where no
// max_age was sent.
func (w *world) withoutAuthTime(run func()) {
	w.faults.Always("/oidc/auth", func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		q := r.URL.Query()
		q.Del("max_age")
		q.Set("prompt", "login consent")
		r.URL.RawQuery = q.Encode()
		r.Form = nil
		next.ServeHTTP(rw, r)
	})
	defer w.faults.Clear()
	run()
}
