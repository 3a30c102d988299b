package keychain

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestWhoIsCurrent(t *testing.T) {
	carol := Key{issuer, client, "carol"}
	nobody := Key{Issuer: issuer, ClientID: client}
	save := func(key Key) func(store) error {
		return func(s store) error { return s.Save(background, key, []byte("s")) }
	}
	remove := func(key Key) func(store) error {
		return func(s store) error { return s.Delete(background, key) }
	}
	choose := func(key Key) func(store) error {
		return func(s store) error { return s.SetCurrent(background, key) }
	}
	forEachStore(t, func(t *testing.T, s store) {
		for _, step := range []struct {
			what string
			do   func(store) error
			err  error
			want string
		}{
			{"nobody was ever here", choose(nobody), nil, ""},
			{"alice, who has no session, is chosen", choose(alice), ErrNotFound, ""},
			{"alice signs in", save(alice), nil, ""},
			{"alice is chosen", choose(alice), nil, "alice"},
			{"and chosen again", choose(alice), nil, "alice"},
			{"alice is refreshed", save(alice), nil, "alice"},
			{"bob signs in", save(bob), nil, "alice"},
			{"bob is refreshed in the background", save(bob), nil, "alice"},
			{"bob is chosen", choose(bob), nil, "bob"},
			{"alice is refreshed in the background", save(alice), nil, "bob"},
			{"carol, who has no session, is chosen", choose(carol), ErrNotFound, "bob"},
			{"alice signs out", remove(alice), nil, "bob"},
			{"bob signs out", remove(bob), nil, ""},
			{"bob signs in again", save(bob), nil, ""},
			{"bob is chosen again", choose(bob), nil, "bob"},
			{"nobody is chosen", choose(nobody), nil, ""},
			{"bob is refreshed", save(bob), nil, ""},
			{"bob is chosen a third time", choose(bob), nil, "bob"},
			{"somebody signs in to another client", save(Key{issuer, "command line", "dave"}), nil, "bob"},
			{"and is chosen there", choose(Key{issuer, "command line", "dave"}), nil, "bob"},
			{"and signs out there", remove(Key{issuer, "command line", "dave"}), nil, "bob"},
		} {
			if err := step.do(s); !errors.Is(err, step.err) {
				t.Fatalf("%s: %v; want %v", step.what, err, step.err)
			}
			if got, err := s.Current(background, issuer, client); err != nil || got != step.want {
				t.Errorf("%s: Current = %q, %v; want %q", step.what, got, err, step.want)
			}
		}
	})
}

func TestWhoIsCurrentWithACanceledContext(t *testing.T) {
	canceled, cancel := context.WithCancel(background)
	cancel()
	forEachStore(t, func(t *testing.T, s store) {
		if _, err := s.Current(canceled, issuer, client); !errors.Is(err, context.Canceled) {
			t.Errorf("Current = %v; want context.Canceled", err)
		}
		if err := s.SetCurrent(canceled, Key{Issuer: issuer, ClientID: client}); !errors.Is(err, context.Canceled) {
			t.Errorf("SetCurrent = %v; want context.Canceled", err)
		}
	})
}

// Each test damages what SetCurrent wrote.
func TestDamageToWhoIsCurrent(t *testing.T) {
	name := "current:" + id(issuer, client)
	for _, test := range []struct {
		name   string
		damage func(t *testing.T)
	}{
		{"it is a password", func(t *testing.T) { set(t, name, "hunter2!") }},
		{"its part is missing", func(t *testing.T) { unset(t, name+":a:0") }},
		{"its part is another", func(t *testing.T) { set(t, name+":a:0", encode("bob")) }},
		{"its head is missing", func(t *testing.T) { unset(t, name) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			ring, k := open(t)
			mustSave(t, k, alice, []byte("s"))
			mustSave(t, k, bob, []byte("s"))
			mustSetCurrent(t, k, alice)
			test.damage(t)
			wantCurrent(t, k, "")
			mustSetCurrent(t, k, bob)
			wantCurrent(t, k, "bob")
			wantTidy(t, ring, k)

			mustDelete(t, k, bob)
			mustSetCurrent(t, k, alice)
			test.damage(t)
			mustDelete(t, k, alice)
			wantEmpty(t, ring)
		})
	}
	t.Run("a newer version wrote it", func(t *testing.T) {
		_, k := open(t)
		mustSave(t, k, alice, []byte("s"))
		newer := encode(`{"v":2}`)
		set(t, name, newer)
		_, err := k.Current(background, issuer, client)
		for what, err := range map[string]error{
			"Current":               err,
			"SetCurrent":            k.SetCurrent(background, alice),
			"SetCurrent to nobody":  k.SetCurrent(background, Key{Issuer: issuer, ClientID: client}),
			"Delete of the session": k.Delete(background, alice),
		} {
			if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "current") {
				t.Errorf("%s: %v; want ErrNewer, of who is current", what, err)
			}
		}
		if got := get(t, name); got != newer {
			t.Errorf("what a newer version wrote is now %q", got)
		}
		wantSession(t, k, alice, nil) // signed out all the same
	})
}

func TestSomebodyWhoseSessionIsDamagedIsCurrent(t *testing.T) {
	_, k := open(t)
	mustSave(t, k, alice, []byte("s"))
	mustSetCurrent(t, k, alice)
	set(t, k.session(alice).name, "hunter2!")
	wantCurrent(t, k, "alice") // Load tells the rest
}

// TestWhoIsCurrentIsOvertakenAtEveryStep has bob take the place of alice, who then signs out, just before each step of Current.
func TestWhoIsCurrentIsOvertakenAtEveryStep(t *testing.T) {
	_, k := open(t)
	mustSave(t, k, bob, []byte("s"))
	for n, done := 0, false; !done; n++ {
		mustSave(t, k, alice, []byte("s"))
		mustSetCurrent(t, k, alice)
		r := &overtakenRing{ring: osRing{}, left: n, change: func() {
			mustSetCurrent(t, k, bob)
			mustDelete(t, k, alice)
		}}
		got, err := newKeychain(Options{}, r).Current(background, issuer, client)
		done = r.left >= 0 // Current has fewer steps
		if err != nil || got != "alice" && got != "bob" {
			t.Errorf("before step %d: %q, %v; want alice or bob, for never was it nobody", n, got, err)
		}
	}
}
