package keychain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"doorkey/auth/keychain/keychaintest"
)

var errKilled = errors.New("the program was killed here")

// A mortalRing is the real keychain as seen by a program that is killed after some writes, or whose next write fails once.
type mortalRing struct {
	ring
	left     int  // writes until it happens
	survives bool // the program: one write fails, what follows works
	happened bool
}

func (r *mortalRing) Get(ctx context.Context, service, user string) (string, error) {
	if r.happened && !r.survives {
		return "", errKilled
	}
	return r.ring.Get(ctx, service, user)
}

func (r *mortalRing) Set(ctx context.Context, service, user, value string) error {
	return r.write(func() error { return r.ring.Set(ctx, service, user, value) })
}

func (r *mortalRing) Delete(ctx context.Context, service, user string) error {
	return r.write(func() error { return r.ring.Delete(ctx, service, user) })
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

// killed does a Write that ends after so many writes of items.
func killed(t *testing.T, k *Keychain, after int, data []byte) {
	t.Helper()
	r := &mortalRing{ring: k.items.ring, left: after}
	err := on(r, k).Write(background, accounts, data)
	if !r.happened || err != nil && !errors.Is(err, errKilled) {
		t.Fatalf("a Write killed after %d: %v, %v", after, r.happened, err)
	}
}

// A change is one Write to a keychain that holds something already. In the tests' comments and names a record is "short" where
// it is one item.
type change struct {
	name     string
	before   func(*testing.T, *Keychain) // nil: old is written
	old, new []byte
	damaged  bool // the old record, so that it cannot be read
}

func changes() []change {
	short, other := []byte("short"), []byte("other")
	some, more, fewer := inParts("some", 2), inParts("more", 3), inParts("fewer", 1)
	packed := text("packed", 4*testLimit)
	afterKill := func(old []byte, after int, data []byte) func(*testing.T, *Keychain) {
		return func(t *testing.T, k *Keychain) {
			if old != nil {
				mustWrite(t, k, accounts, old)
			}
			killed(t, k, after, data)
		}
	}
	inSlotB := func(old []byte) func(*testing.T, *Keychain) {
		return func(t *testing.T, k *Keychain) {
			mustWrite(t, k, accounts, fewer)
			mustWrite(t, k, accounts, old)
		}
	}
	damaged := func(before func(*testing.T, *Keychain)) func(*testing.T, *Keychain) {
		return func(t *testing.T, k *Keychain) { before(t, k); set(t, accounts, "hunter2!") }
	}
	return []change{
		{name: "nothing, then a short record", new: short},
		{name: "nothing, then parts", new: some},
		{name: "nothing, then nothing"},
		{name: "short, then short", old: short, new: other},
		{name: "short, then compressed", old: short, new: packed},
		{name: "short, then parts", old: short, new: some},
		{name: "short, then nothing", old: short},
		{name: "parts, then short", old: some, new: short},
		{name: "parts, then more", old: some, new: more},
		{name: "parts, then fewer", old: more, new: fewer},
		{name: "parts, then nothing", old: some},
		{name: "parts in the other slot, then short", before: inSlotB(some), old: some, new: short},
		{name: "parts in the other slot, then more", before: inSlotB(some), old: some, new: more},
		{name: "parts in the other slot, then nothing", before: inSlotB(some), old: some},
		// A program was killed while it wrote something longer.
		{name: "nothing and a killed write, then short", before: afterKill(nil, 2, more), new: short},
		{name: "nothing and a killed write, then parts", before: afterKill(nil, 2, more), new: fewer},
		{name: "nothing and a killed write, then nothing", before: afterKill(nil, 2, more)},
		{name: "short and a killed write, then short", before: afterKill(short, 2, more), old: short, new: other},
		{name: "short and a killed write, then parts", before: afterKill(short, 2, more), old: short, new: fewer},
		{name: "short and a killed write, then nothing", before: afterKill(short, 2, more), old: short},
		{name: "parts and a killed write, then short", before: afterKill(some, 2, more), old: some, new: short},
		{name: "parts and a killed write, then parts", before: afterKill(some, 2, more), old: some, new: fewer},
		{name: "parts and a killed write, then nothing", before: afterKill(some, 2, more), old: some},
		// It was killed while it tidied up.
		{name: "short that a killed write left, then short", before: afterKill(more, 2, short), old: short, new: other},
		{name: "parts that a killed write left, then short", before: afterKill(more, 3, fewer), old: fewer, new: short},
		{name: "parts that a killed write left, then parts", before: afterKill(more, 3, fewer), old: fewer, new: some},
		{name: "parts that a killed write left, then nothing", before: afterKill(more, 3, fewer), old: fewer},
		{name: "a damaged head, then short", before: damaged(inSlotB(some)), new: short, damaged: true},
		{name: "a damaged head, then parts", before: damaged(inSlotB(some)), new: fewer, damaged: true},
		{name: "a damaged head, then nothing", before: damaged(inSlotB(some)), damaged: true},
	}
}

// TestKilledAtEveryStep kills the program after each of its writes to the real keychain, and looks at what is left.
func TestKilledAtEveryStep(t *testing.T) {
	for _, c := range changes() {
		t.Run(c.name, func(t *testing.T) {
			ring, k := openLimited(t)
			stopAtEveryStep(t, ring, k, c, false)
		})
	}
}

// TestOneWriteFails has each write fail in turn, and what follows it succeed.
func TestOneWriteFails(t *testing.T) {
	all := changes()
	for _, c := range []change{all[5], all[9], all[12], all[20], all[22], all[27]} { // those with the most to tidy up
		t.Run(c.name, func(t *testing.T) {
			ring, k := openLimited(t)
			stopAtEveryStep(t, ring, k, c, true)
		})
	}
}

func TestKilledWithoutALimit(t *testing.T) {
	if itemLimit > 0 {
		t.Skip("items have a limit here")
	}
	ring, k := open(t)
	old, next := text("old", 3000), noise("new", 4000)
	for _, survives := range []bool{false, true} {
		for _, c := range []change{{new: next}, {old: old, new: next}, {old: old}} {
			stopAtEveryStep(t, ring, k, c, survives)
		}
	}
}

func stopAtEveryStep(t *testing.T, ring *keychaintest.Keyring, k *Keychain, c change, survives bool) {
	after := [][]byte{[]byte("next"), inParts("next", 2), nil}
	for n, done := 0, false; !done; n++ {
		for _, next := range after { // life goes on
			if c.before != nil {
				c.before(t, k)
			} else {
				mustWrite(t, k, accounts, c.old)
			}
			r := &mortalRing{ring: k.items.ring, left: n, survives: survives}
			err := on(r, k).Write(background, accounts, c.new)
			done = !r.happened
			step := fmt.Sprintf("after %d writes", n)
			if done && err != nil {
				t.Errorf("undisturbed: %v", err)
			}

			got, readErr := k.Read(background, accounts)
			isNew := readErr == nil && bytes.Equal(got, c.new)
			isOld := readErr == nil && bytes.Equal(got, c.old) && !c.damaged || c.damaged && errors.Is(readErr, ErrCorrupt)
			if !isNew && !isOld {
				t.Errorf("%s: read %d bytes, %.20q, %v; want the old record or the new one", step, len(got), got, readErr)
			}
			if err == nil && !isNew {
				t.Errorf("%s: reported success, but the record is the old one", step)
			}
			if err != nil && isNew && !isOld && c.new != nil {
				t.Errorf("%s: reported %v, but the record is the new one", step, err)
			}
			if done {
				wantTidy(t, ring, k, "undisturbed")
			}

			mustWrite(t, k, accounts, next)
			wantRecord(t, k, accounts, next)
			wantTidy(t, ring, k, step+", and one more Write")
			mustWrite(t, k, accounts, nil)
			wantEmpty(t, ring)
		}
	}
}

// TestKilledTwice kills a program after each of its writes, and then another one. Whatever they leave, the third leaves nothing.
func TestKilledTwice(t *testing.T) {
	old, first := inParts("old", 1), inParts("first", 2)
	for _, second := range [][]byte{[]byte("second"), inParts("second", 3), nil} {
		ring, k := openLimited(t)
		for n, firstDone := 0, false; !firstDone; n++ {
			for m, secondDone := 0, false; !secondDone; m++ {
				mustWrite(t, k, accounts, old)
				one := &mortalRing{ring: k.items.ring, left: n}
				_ = on(one, k).Write(background, accounts, first)
				two := &mortalRing{ring: k.items.ring, left: m}
				_ = on(two, k).Write(background, accounts, second)
				firstDone, secondDone = !one.happened, !two.happened

				step := fmt.Sprintf("killed after %d and %d writes", n, m)
				got, err := k.Read(background, accounts)
				if err != nil || !bytes.Equal(got, old) && !bytes.Equal(got, first) && !bytes.Equal(got, second) {
					t.Errorf("%s: read %d bytes, %.20q, %v", step, len(got), got, err)
				}
				mustWrite(t, k, accounts, []byte("third"))
				wantRecord(t, k, accounts, []byte("third"))
				wantTidy(t, ring, k, step)
			}
		}
	}
}

func TestAKeychainThatDoesNotKeepWhatItIsGiven(t *testing.T) {
	if !readBack {
		t.Skip("this keychain says so itself")
	}
	_, k := openLimited(t)
	mustWrite(t, k, accounts, []byte("old"))
	for keeps, data := range [][]byte{[]byte("new"), inParts("new", 2), inParts("new", 2)} { // the item, a part, the head
		if err := on(&forgetfulRing{ring: k.items.ring, keeps: keeps}, k).Write(background, accounts, data); err == nil {
			t.Errorf("keeps %d: Write succeeded", keeps)
		}
		wantRecord(t, k, accounts, []byte("old"))
	}
	mustWrite(t, k, accounts, nil)
}

// A forgetfulRing says it has set an item and has not, from some item on.
type forgetfulRing struct {
	ring
	keeps int
}

func (r *forgetfulRing) Set(ctx context.Context, service, user, value string) error {
	if r.keeps--; r.keeps < 0 {
		return nil
	}
	return r.ring.Set(ctx, service, user, value)
}
