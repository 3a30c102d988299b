package auth_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// noNetwork is a fault: nobody answers, and nothing is served.
func noNetwork(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

func TestIDToken(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	if _, err := p.IDToken(t.Context(), 0); !errors.Is(err, auth.ErrSignedOut) {
		t.Errorf("before anybody signed in: %v", err)
	}
	p.signIn(demotest.ZhangSan)
	w.faults.Reset()
	first, err := p.IDToken(t.Context(), 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if claims := jwtClaims(t, first); claims["aud"] != demo.ClientID || claims["iss"] != w.Issuer() {
		t.Errorf("it is for %v of %v", claims["aud"], claims["iss"])
	}
	if left := first.Expiry.Sub(w.clock.now()); left < 59*time.Minute || left > time.Hour {
		t.Errorf("it lasts %v", left)
	}
	w.clock.advance(49 * time.Minute)
	if same, err := p.IDToken(t.Context(), 10*time.Minute); err != nil || same.Value.Reveal() != first.Value.Reveal() {
		t.Errorf("while it lasts: another one, %v", err)
	}
	if n := w.faults.Requests("/oidc/token"); n != 0 {
		t.Errorf("the provider was asked %d times", n)
	}
	w.clock.advance(2 * time.Minute)
	second, err := p.IDToken(t.Context(), 10*time.Minute)
	if err != nil || second.Value.Reveal() == first.Value.Reveal() {
		t.Errorf("after that: the same, %v", err)
	}

	// Without a network, as long as it is good.
	w.clock.advance(55 * time.Minute)
	w.faults.Always("", noNetwork)
	if still, err := p.IDToken(t.Context(), 10*time.Minute); err != nil || still.Value.Reveal() != second.Value.Reveal() {
		t.Errorf("without a network: %v", err)
	}
	w.clock.advance(6 * time.Minute)
	if _, err := p.IDToken(t.Context(), 0); !errors.As(err, new(*auth.UnreachableError)) {
		t.Errorf("expired and without a network: %v", err)
	}

	w.faults.Clear()
	w.Suspend(demotest.ZhangSan, true)
	w.clock.advance(2 * time.Minute)
	if _, err := p.IDToken(t.Context(), 0); !errors.As(err, new(*auth.SessionEndedError)) {
		t.Errorf("suspended: %v", err)
	}
}

// A program that only wants the token that is at hand reads the session once,
// and asks nobody.
func TestATokenAtHandCostsOneRead(t *testing.T) {
	w := newWorld(t, demo.Config{})
	w.program(nil).signIn(demotest.ZhangSan)
	w.faults.Reset()
	for name, token := range map[string]func(p *program) (auth.Token, error){
		"access token": func(p *program) (auth.Token, error) {
			return p.AccessToken(t.Context(), auth.MinValidity(5*time.Minute))
		},
		"ID token": func(p *program) (auth.Token, error) { return p.IDToken(t.Context(), 5*time.Minute) },
	} {
		p := w.program(nil)
		w.store.reads.Store(0)
		if _, err := token(p); err != nil {
			t.Fatal(err)
		}
		if n := w.store.reads.Load(); n != 1 {
			t.Errorf("%s: the session was read %d times", name, n)
		}
	}
	if n := w.faults.Requests(""); n != 0 {
		t.Errorf("the provider was asked %d times", n)
	}
}
