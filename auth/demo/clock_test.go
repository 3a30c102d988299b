package demo_test

import (
	"net/http"
	"testing"
	"time"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// A provider whose clock is wrong works all the same, and says its own time
// wherever it says one.
func TestWrongClockIsWrongEverywhere(t *testing.T) {
	for name, clock := range map[string]func() time.Time{
		"a day slow":        func() time.Time { return time.Now().Add(-24 * time.Hour) },
		"a day fast":        func() time.Time { return time.Now().Add(24 * time.Hour) },
		"never set":         func() time.Time { return time.Unix(0, 0) },
		"in another zone":   func() time.Time { return time.Now().In(time.FixedZone("", 8*60*60)) },
		"right (no Config)": nil,
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, demo.Config{})
			l.Server = demotest.Start(t, demo.Config{Clock: clock})
			if clock == nil {
				clock = time.Now
			}
			first := l.signIn("lisi", request{"max_age": "600"})
			second := l.mustRefresh(first.RefreshToken)
			for name, got := range map[string]tokens{"first": first, "refreshed": second} {
				claims := part(t, got.IDToken, 1)
				wantAbout(t, name+" iat", claims["iat"], clock())
				wantAbout(t, name+" exp", claims["exp"], clock().Add(time.Hour))
				wantAbout(t, name+" auth_time", claims["auth_time"], clock())
				if answer := l.userinfo(got.AccessToken); answer.status != 200 {
					t.Errorf("userinfo: %d %s", answer.status, answer.body)
				}
			}
			for _, path := range []string{"/", "/oidc/jwks", "/oidc/.well-known/openid-configuration", "/nowhere"} {
				wantDate(t, l.get(path), clock())
			}
			if answer := l.revoke(second.RefreshToken); answer.status != 200 {
				t.Errorf("revocation: %d %s", answer.status, answer.body)
			}
			l.refresh(second.RefreshToken).wantError(t, 400, "invalid_grant")
		})
	}
}

// The time of an answer is when it was made, not when it was asked for, and
// also that of an answer the stand-in was never asked for.
func TestDateOfAnswersThatAreWrapped(t *testing.T) {
	c := &clock{start: time.Now().Add(-24 * time.Hour)}
	l := newLab(t, demo.Config{})
	l.Server = demotest.Start(t, demo.Config{Clock: c.now, Wrap: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/made-up" {
				return
			}
			c.advance(time.Hour)
			next.ServeHTTP(w, r)
		})
	}})
	wantDate(t, l.get("/made-up"), c.now())
	wantDate(t, l.get("/"), c.now())
}

func wantDate(t testing.TB, a answer, want time.Time) {
	t.Helper()
	got, err := http.ParseTime(a.header.Get("Date"))
	if d := got.Sub(want).Abs(); err != nil || d > 10*time.Second {
		t.Errorf("Date %q, not %s", a.header.Get("Date"), want)
	}
}

func wantAbout(t testing.TB, name string, got any, want time.Time) {
	t.Helper()
	seconds, ok := got.(float64)
	if d := time.Unix(int64(seconds), 0).Sub(want).Abs(); !ok || d > 10*time.Second {
		t.Errorf("%s is %v, not %d", name, got, want.Unix())
	}
}
