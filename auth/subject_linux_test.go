package auth_test

import (
	"slices"
	"testing"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain/keychaintest"
)

// What is stored of people whose subs look alike stays apart in the keychain of
// the desktop, and comes back to another program as it was.
func TestSubsThatLookAlikeInTheKeychain(t *testing.T) {
	keychaintest.Start(t).Setenv(t)
	inKeychain := func(c *auth.Config) { c.Store = nil }
	w := newWorld(t, demo.Config{})
	p := w.program(inKeychain)
	subs := []string{"mallory", "mallory ", "mallory\u202e", "Mallory"}
	for _, sub := range subs {
		w.tells(quoted(t, sub))
		if s := p.signIn(demotest.ZhangSan, auth.AnotherAccount()); s.StorageErr != nil || s.Profile.ID != sub {
			t.Fatalf("%q, %v", s.Profile.ID, s.StorageErr)
		}
	}
	q := w.program(inKeychain)
	for _, sub := range subs {
		w.tells(quoted(t, sub))
		if s, err := q.Switch(t.Context(), sub); err != nil || s.Profile.ID != sub {
			t.Errorf("switched to %q, %v", s.Profile.ID, err)
		}
		if err := q.Refresh(t.Context()); err != nil {
			t.Errorf("%q: %v", sub, err)
		}
	}
	if err := q.SignOut(t.Context(), auth.Account("mallory ")); err != nil {
		t.Error(err)
	}
	var left []string
	for _, s := range w.program(inKeychain).mustAccounts() {
		left = append(left, s.Profile.ID)
	}
	slices.Sort(left)
	if want := []string{"Mallory", "mallory", "mallory\u202e"}; !slices.Equal(left, want) {
		t.Errorf("left are %q, want %q", left, want)
	}
}
