package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"
)

func TestSignOut(t *testing.T) {
	t.Run("revokes the grant and empties the keychain", func(t *testing.T) {
		logto := demotest.Start(t, demo.Config{})
		store := keychain.NewMemory()
		p := newProgram(t, logto, withStore(store))
		session := p.signIn(demotest.ZhangSan)
		token := storedToken(t, store, session, "access_token")
		if status := userInfo(t, logto, token); status != http.StatusOK {
			t.Fatalf("the access token is no good: %d", status)
		}
		if err := p.SignOut(t.Context()); err != nil {
			t.Fatal(err)
		}
		if status := userInfo(t, logto, token); status != http.StatusUnauthorized {
			t.Errorf("the access token still works: %d", status)
		}
		if _, err := p.Session(t.Context()); !errors.Is(err, auth.ErrSignedOut) {
			t.Errorf("Session = %v", err)
		}
		if left := readRecord(t, store, session); left != "" {
			t.Errorf("left in the keychain: %d bytes", len(left))
		}
		if err := p.SignOut(t.Context()); err != nil {
			t.Errorf("a second time: %v", err)
		}
	})
	t.Run("works without the provider, and says so", func(t *testing.T) {
		logto := demotest.Start(t, demo.Config{})
		store := keychain.NewMemory()
		p := newProgram(t, logto, withStore(store))
		session := p.signIn(demotest.ZhangSan)
		logto.Close()
		err := p.SignOut(t.Context())
		var away *auth.UnreachableError
		if !errors.As(err, &away) {
			t.Errorf("error = %v, want an UnreachableError", err)
		}
		if state := p.State(); state.Phase != auth.SignedOut {
			t.Errorf("state = %v", state.Phase)
		}
		if left := readRecord(t, store, session); left != "" {
			t.Errorf("left in the keychain: %d bytes", len(left))
		}
	})
	t.Run("keeps the session where the keychain refuses", func(t *testing.T) {
		store := &brokenStore{Memory: keychain.NewMemory()}
		p := newProgram(t, demotest.Start(t, demo.Config{}), withStore(store))
		p.signIn(demotest.ZhangSan)
		store.fail(&store.write, keychain.ErrLocked)
		if err := p.SignOut(t.Context()); !errors.Is(err, keychain.ErrLocked) {
			t.Errorf("error = %v", err)
		}
		if state := p.State(); state.Phase != auth.SignedIn || !errors.Is(state.Err, keychain.ErrLocked) {
			t.Errorf("state = %v, %v", state.Phase, state.Err)
		}
	})
	t.Run("of nobody", func(t *testing.T) {
		if err := newProgram(t, demotest.Start(t, demo.Config{}), nil).SignOut(t.Context()); err != nil {
			t.Error(err)
		}
	})
	t.Run("while signing in", func(t *testing.T) {
		p := newProgram(t, demotest.Start(t, demo.Config{}), nil)
		done := p.begin(t.Context())
		p.nextURL()
		if err := p.SignOut(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := await(t, done); !errors.Is(err, context.Canceled) {
			t.Errorf("the sign-in ended with %v", err)
		}
	})
}

func userInfo(t *testing.T, logto *demo.Server, token string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, logto.Issuer()+"/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// What a program prints of a session, a state or a client has no token in it.
func TestNothingThatIsPrintedHasAToken(t *testing.T) {
	store := keychain.NewMemory()
	p := newProgram(t, demotest.Start(t, demo.Config{}), withStore(store))
	session := p.signIn(demotest.LiSi)
	state := p.State()
	shown := fmt.Sprintf("%v %+v %#v %v %+v %#v", session, session, session, state, state, state)
	shown += fmt.Sprintf("%v %+v %#v", p.Client, p.Client, p.Client)
	data, err := json.Marshal([]any{session, state})
	if err != nil {
		t.Fatal(err)
	}
	shown += string(data)
	for _, name := range []string{"access_token", "refresh_token", "id_token", "nonce"} {
		if strings.Contains(shown, storedToken(t, store, session, name)) {
			t.Errorf("the %s shows", name)
		}
	}
}
