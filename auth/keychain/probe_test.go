//go:build linux

package keychain

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"doorkey/auth/keychain/keychaintest"
)

func TestProbe(t *testing.T) {
	ring, k := open(t)
	mustSave(t, k, Key{"https://id.example.test", "app", "zhang"}, []byte("x"))
	before := len(ring.Items(t))
	p, err := k.Probe(t.Context())
	if err != nil || p.Size <= maxPart || p.Parts < 2 || p.Write <= 0 || p.Read <= 0 || p.Delete <= 0 {
		t.Errorf("%+v, %v", p, err)
	}
	t.Logf("%+v", p)
	if after := len(ring.Items(t)); after != before {
		t.Errorf("%d items, were %d", after, before)
	}
	if people, err := k.Subjects(t.Context(), "https://id.example.test", "app"); err != nil || len(people) != 1 {
		t.Errorf("%q, %v", people, err)
	}
}

// Two at the same time wait for each other, and none finds the other's.
func TestProbesAtTheSameTime(t *testing.T) {
	ring, k := open(t)
	other := newKeychain(Options{LockDir: k.lockDir}, osRing{})
	var all sync.WaitGroup
	for _, k := range []*Keychain{k, other, k, other} {
		all.Go(func() {
			if _, err := k.Probe(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	wantEmpty(t, ring)
}

// However far it has come when it is called off, nothing is left behind.
func TestAProbeThatIsCalledOff(t *testing.T) {
	ring, k := open(t)
	for after := time.Duration(0); after < 200*time.Millisecond; after += 15 * time.Millisecond {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(after, cancel)
		if _, err := k.Probe(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("after %v: %v", after, err)
		}
		cancel()
		wantEmpty(t, ring)
	}
}

// Somebody was killed on the way: the next one removes what is left.
func TestAProbeAfterOneThatWasKilled(t *testing.T) {
	ring, k := open(t)
	r := record{items: k.items, name: "probe"}
	if err := r.save(t.Context(), text("left", 9000)); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Probe(t.Context()); err != nil {
		t.Error(err)
	}
	wantEmpty(t, ring)
}

func TestProbesThatFail(t *testing.T) {
	t.Run("no keychain", func(t *testing.T) {
		_, k := open(t, keychaintest.WithoutSecretService())
		if _, err := k.Probe(t.Context()); !errors.Is(err, ErrUnavailable) {
			t.Errorf("error = %v", err)
		}
	})
	t.Run("locked", func(t *testing.T) {
		ring, _ := open(t)
		ring.Lock(t)
		k := newKeychain(Options{Timeout: time.Second, LockDir: t.TempDir()}, osRing{})
		_, err := k.Probe(t.Context())
		if !errors.Is(err, ErrLocked) && !errors.Is(err, ErrTimeout) {
			t.Errorf("error = %v", err)
		}
		t.Log(err)
		ring.Unlock(t)
		if _, err := k.Probe(t.Context()); err != nil {
			t.Errorf("unlocked: %v", err)
		}
		wantEmpty(t, ring)
	})
	t.Run("stuck", func(t *testing.T) {
		r := newStuckRing()
		k := newKeychain(Options{Timeout: 50 * time.Millisecond, LockDir: t.TempDir()}, r)
		if _, err := k.Probe(t.Context()); !errors.Is(err, ErrTimeout) {
			t.Errorf("error = %v", err)
		}
		close(r.answer)
		if _, err := k.Probe(t.Context()); err != nil { // its turn comes once the first has tidied up
			t.Errorf("afterwards: %v", err)
		}
		if len(r.items) > 0 {
			t.Errorf("left behind: %v", r.items)
		}
	})
	t.Run("forgetful", func(t *testing.T) {
		_, k := open(t)
		k.items.ring = &forgetfulRing{ring: k.items.ring}
		if _, err := k.Probe(t.Context()); err == nil {
			t.Error("no error")
		}
	})
}
