//go:build linux

package keychain

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"doorkey/auth/keychain/keychaintest"
)

func TestProbe(t *testing.T) {
	forEachKeychain(t, func(t *testing.T, ring *keychaintest.Keyring, k *Keychain) {
		mustWrite(t, k, accounts, []byte("x"))
		r := &recordingRing{ring: k.items.ring}
		p, err := on(r, k).Probe(t.Context())
		set := 0
		for _, call := range r.calls {
			if strings.HasPrefix(call, "set ") {
				set++
			}
		}
		if err != nil || p.Size < 2000 || p.Items != set || p.Write <= 0 || p.Read <= 0 || p.Delete <= 0 {
			t.Errorf("%+v, %v; %d items were set", p, err, set)
		}
		t.Logf("%+v", p)
		wantRecord(t, k, accounts, []byte("x"))
		wantTidy(t, ring, k, "after a probe")
	})
}

// Two at the same time wait for each other, and none finds the other's.
func TestProbesAtTheSameTime(t *testing.T) {
	ring, k := open(t)
	other := New(Options{LockDir: k.lockDir})
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
	ring, k := openLimited(t)
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
	ring, k := openLimited(t)
	for n, done := 0, false; !done; n++ {
		r := &mortalRing{ring: k.items.ring, left: n}
		_, err := on(r, k).Probe(t.Context())
		done = !r.happened
		if done != (err == nil) {
			t.Errorf("killed after %d writes: %v", n, err)
		}
		if _, err := k.Probe(t.Context()); err != nil {
			t.Error(err)
		}
		wantEmpty(t, ring)
	}
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
		k := New(Options{Timeout: time.Second, LockDir: t.TempDir()})
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
