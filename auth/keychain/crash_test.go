package keychain

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"doorkey/auth/keychain/keychaintest"

	"github.com/google/go-cmp/cmp"
)

var errKilled = errors.New("the program was killed here")

// A mortalRing is the real keychain as seen by a program that is killed after some writes, or whose next write fails once.
type mortalRing struct {
	ring
	left     int  // writes until it happens
	survives bool // the program: one write fails, what follows works
	happened bool
}

func (r *mortalRing) Get(service, user string) (string, error) {
	if r.happened && !r.survives {
		return "", errKilled
	}
	return r.ring.Get(service, user)
}

func (r *mortalRing) Set(service, user, password string) error {
	return r.write(func() error { return r.ring.Set(service, user, password) })
}

func (r *mortalRing) Delete(service, user string) error {
	return r.write(func() error { return r.ring.Delete(service, user) })
}

func (r *mortalRing) write(do func() error) error {
	switch {
	case r.happened && !r.survives:
		return errKilled
	case r.left == 0 && !r.happened:
		r.happened = true
		return errKilled
	}
	r.left--
	return do()
}

// A change is one Save, Delete or SetCurrent in a keychain that holds something already.
type change struct {
	name   string
	before func(*testing.T, *Keychain)
	do     func(*Keychain) error
	old    []byte // the session of alice before
	new    []byte // and after

	oldCurrent, newCurrent string // who is current before and after
}

func changes() []change {
	long, short, none := text("long", 2*maxPart), text("short", 10), []byte(nil)
	save := func(data []byte) func(*Keychain) error {
		return func(k *Keychain) error { return k.Save(background, alice, data) }
	}
	signOut := func(k *Keychain) error { return k.Delete(background, alice) }
	choose := func(subject string) func(*Keychain) error {
		return func(k *Keychain) error { return k.SetCurrent(background, Key{issuer, client, subject}) }
	}
	return []change{
		{"the first sign-in", func(*testing.T, *Keychain) {}, save(long), none, long, "", ""},
		{"a short session replaced by a long one", func(t *testing.T, k *Keychain) {
			mustSave(t, k, alice, short)
		}, save(long), short, long, "", ""},
		{"a long session replaced by a short one", func(t *testing.T, k *Keychain) {
			mustSave(t, k, alice, short)
			mustSave(t, k, alice, long) // in the other slot
		}, save(short), long, short, "", ""},
		{"after a program was killed while it saved a longer one", func(t *testing.T, k *Keychain) {
			mustSave(t, k, alice, long)
			killed := newKeychain(Options{}, &mortalRing{ring: osRing{}, left: 3})
			if err := killed.Save(background, alice, text("lost", 4*maxPart)); !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
		}, save(short), long, short, "", ""},
		{"a second person signs in", func(t *testing.T, k *Keychain) {
			mustSave(t, k, bob, long)
			mustSetCurrent(t, k, bob)
		}, save(long), none, long, "bob", "bob"},
		{"the only person signs out", func(t *testing.T, k *Keychain) {
			mustSave(t, k, alice, long)
			mustSetCurrent(t, k, alice)
		}, signOut, long, none, "alice", ""},
		{"the current one of two people signs out", func(t *testing.T, k *Keychain) {
			mustSave(t, k, alice, long)
			mustSave(t, k, bob, short)
			mustSetCurrent(t, k, alice)
		}, signOut, long, none, "alice", ""},
		{"the other one of two people signs out", func(t *testing.T, k *Keychain) {
			mustSave(t, k, alice, long)
			mustSave(t, k, bob, short)
			mustSetCurrent(t, k, bob)
		}, signOut, long, none, "bob", "bob"},
		{"nobody signs out", func(*testing.T, *Keychain) {}, signOut, none, none, "", ""},
		{"the first person becomes current", func(t *testing.T, k *Keychain) {
			mustSave(t, k, alice, short)
		}, choose("alice"), short, short, "", "alice"},
		{"another person becomes current", func(t *testing.T, k *Keychain) {
			mustSave(t, k, alice, short)
			mustSave(t, k, bob, short)
			mustSetCurrent(t, k, bob)
		}, choose("alice"), short, short, "bob", "alice"},
		{"nobody becomes current", func(t *testing.T, k *Keychain) {
			mustSave(t, k, alice, short)
			mustSetCurrent(t, k, alice)
		}, choose(""), short, short, "alice", ""},
	}
}

// TestKilledAtEveryStep kills the program after each of its writes to the real keychain, and looks at what is left.
func TestKilledAtEveryStep(t *testing.T) {
	for _, c := range changes() {
		t.Run(c.name, func(t *testing.T) { stopAtEveryStep(t, c, false) })
	}
}

// TestOneWriteFails has each write fail in turn, and what follows it succeed.
func TestOneWriteFails(t *testing.T) {
	all := changes()
	for _, c := range []change{all[3], all[5], all[10]} { // the Save, Delete and SetCurrent with the most to tidy up
		t.Run(c.name, func(t *testing.T) { stopAtEveryStep(t, c, true) })
	}
}

func stopAtEveryStep(t *testing.T, c change, survives bool) {
	ring, k := open(t)
	for n, done := 0, false; !done; n++ {
		c.before(t, k)
		r := &mortalRing{ring: osRing{}, left: n, survives: survives}
		err := c.do(newKeychain(Options{}, r))
		done = !r.happened
		step := fmt.Sprintf("after %d writes", n)
		if done && err != nil {
			t.Errorf("undisturbed: %v", err)
		}

		got, loadErr := k.Load(background, alice)
		if loadErr != nil && !errors.Is(loadErr, ErrNotFound) {
			t.Errorf("%s: %v", step, loadErr)
		}
		isNew := bytes.Equal(got, c.new)
		if !isNew && !bytes.Equal(got, c.old) {
			t.Errorf("%s: loaded %d bytes, %.20q; want the old session or the new one", step, len(got), got)
		}
		if err == nil && !isNew {
			t.Errorf("%s: reported success, but the session is the old one", step)
		}
		who, currentErr := k.Current(background, issuer, client)
		if currentErr != nil || who != c.oldCurrent && who != c.newCurrent {
			t.Errorf("%s: Current = %q, %v; want %q or %q", step, who, currentErr, c.oldCurrent, c.newCurrent)
		}
		signsOut := len(c.old) > 0 && c.new == nil
		if want := map[bool]string{false: c.oldCurrent, true: c.newCurrent}[isNew]; signsOut && who != want {
			t.Errorf("%s: Current = %q, although the session is gone: %v", step, who, isNew)
		}
		if err == nil && who != c.newCurrent {
			t.Errorf("%s: reported success, but Current = %q", step, who)
		}
		wantListed(t, k, step)
		if done {
			wantTidy(t, ring, k)
		}

		// Life goes on, and in the end nothing is left.
		mustSave(t, k, alice, []byte("next"))
		wantSession(t, k, alice, []byte("next"))
		mustSetCurrent(t, k, alice)
		wantCurrent(t, k, "alice")
		mustDelete(t, k, alice)
		wantCurrent(t, k, "")
		mustDelete(t, k, bob)
		wantEmpty(t, ring)
	}
}

// wantListed checks that exactly those people are listed who have a session.
func wantListed(t *testing.T, k *Keychain, step string) {
	t.Helper()
	want := map[string]bool{}
	for _, key := range []Key{alice, bob} {
		if _, err := k.Load(background, key); err == nil {
			want[key.Subject] = true
		}
	}
	people, err := k.Subjects(background, issuer, client)
	got := map[string]bool{}
	for _, subject := range people {
		got[subject] = true
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%s: listed: %v (-want +got):\n%s", step, err, diff)
	}
}

// wantTidy checks that there is no item but those the heads name.
func wantTidy(t *testing.T, ring *keychaintest.Keyring, k *Keychain) {
	t.Helper()
	want := 0
	for _, r := range []record{k.session(alice), k.session(bob), k.index(alice).record, k.current(alice).record} {
		switch h, err := r.head(background); {
		case err == nil:
			want += 1 + h.Parts
		case !errors.Is(err, errNoItem):
			t.Error(err)
		}
	}
	if items := ring.Items(t); len(items) != want {
		t.Errorf("%d items; want %d: %v", len(items), want, items)
	}
}

// TestAKilledSignOutIsCompletedByAnother kills the sign-out of the current person after each of its writes: whoever signs out
// last leaves nothing behind.
func TestAKilledSignOutIsCompletedByAnother(t *testing.T) {
	ring, k := open(t)
	for _, then := range [][]Key{{alice, bob}, {bob}} {
		for n, done := 0, false; !done; n++ {
			mustSave(t, k, alice, text("alice", 10))
			mustSave(t, k, bob, text("bob", 10))
			mustSetCurrent(t, k, alice)
			r := &mortalRing{ring: osRing{}, left: n}
			if err := newKeychain(Options{}, r).Delete(background, alice); err != nil && !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			done = !r.happened
			if _, err := k.Load(background, alice); err == nil && n > 0 {
				t.Errorf("after %d writes alice is still signed in", n)
			}
			for _, key := range then {
				mustDelete(t, k, key)
			}
			if n == 0 { // nothing was done
				mustDelete(t, k, alice)
			}
			if items := ring.Items(t); len(items) > 0 {
				t.Errorf("killed after %d writes, and then %v signed out: left in the keychain: %v", n, then, items)
			}
		}
	}
}

func TestWhatAKilledSignOutLeftGoesWithTheNextPerson(t *testing.T) {
	ring, k := open(t)
	mustSave(t, k, alice, text("alice", 4*maxPart))
	killed := newKeychain(Options{}, &mortalRing{ring: osRing{}, left: 2})
	if err := killed.Delete(background, alice); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	mustSave(t, k, bob, text("bob", 10))
	wantTidy(t, ring, k)
}

func TestAKeychainThatDoesNotKeepWhatItIsGiven(t *testing.T) {
	_, k := open(t)
	mustSave(t, k, alice, []byte("old"))
	for n := range 2 { // a part, the head
		err := newKeychain(Options{}, &forgetfulRing{ring: osRing{}, keeps: n}).Save(background, alice, []byte("new"))
		if err == nil {
			t.Errorf("keeps %d: Save succeeded", n)
		}
		wantSession(t, k, alice, []byte("old"))
	}
}

// A forgetfulRing says it has set an item and has not, from some item on.
type forgetfulRing struct {
	ring
	keeps int
}

func (r *forgetfulRing) Set(service, user, password string) error {
	if r.keeps--; r.keeps < 0 {
		return nil
	}
	return r.ring.Set(service, user, password)
}
