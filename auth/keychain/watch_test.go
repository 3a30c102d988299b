package keychain

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"doorkey/auth/keychain/keychaintest"

	"go.uber.org/goleak"
)

// soon is within what a person takes for at once: a sign-out in one window has to show in the other.
const soon = 2 * time.Second

// How programs hear of each other is tested in package storage.

func TestWatchReportsChanges(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		changed, second := watch(t, s, accounts), watch(t, s, accounts)
		write := func(name string, data []byte) func() error {
			return func() error { return s.Write(background, name, data) }
		}
		for _, step := range []struct {
			what string
			do   func() error
			told bool
		}{
			{"it is written", write(accounts, []byte("s")), true},
			{"it is written again", write(accounts, []byte("s")), true},
			{"it is written in parts", write(accounts, inParts("s", 2)), true},
			{"somebody reads", func() error { _, err := s.Read(background, accounts); return err }, false},
			{"somebody takes the lock", func() error {
				unlock, err := s.Lock(background, accounts)
				unlock()
				return err
			}, false},
			{"another record is written", write(others, []byte("s")), false},
			{"another record is removed", write(others, nil), false},
			{"it is removed", write(accounts, nil), true},
		} {
			must(t, step.do())
			if step.told {
				wantTold(t, changed, step.what)
				wantTold(t, second, step.what)
			} else {
				wantNotTold(t, changed, step.what)
			}
			settle(changed)
			select {
			case <-second:
			default:
			}
		}
	})
}

// A write that fails may have changed something all the same.
func TestWatchReportsWritesThatFail(t *testing.T) {
	_, k := open(t)
	changed := watch(t, k, accounts)
	if err := on(&mortalRing{ring: k.items.ring}, k).Write(background, accounts, []byte("s")); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	wantTold(t, changed, "a write that failed")
}

func TestManyChangesBecomeOne(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		changed := watch(t, s, accounts)
		for range 10 { // nobody takes what is told, and nobody waits for that
			mustWrite(t, s, accounts, []byte("s"))
		}
		most := 2
		if runtime.GOOS == "windows" { // where the events of one change come apart, measured under Wine
			most = 5
		}
		if n := settle(changed); n < 1 || n > most {
			t.Errorf("told %d times; want once, and again if one was late", n)
		}
	})
}

func TestWatchEndsWithItsContext(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		mustWrite(t, s, accounts, []byte("s"))
		before := goleak.IgnoreCurrent()
		ctx, cancel := context.WithCancel(background)
		changed, stays := s.Watch(ctx, accounts), watch(t, s, accounts)
		ended := s.Watch(ctx, others)
		cancel()
		for _, c := range []<-chan struct{}{changed, ended, s.Watch(ctx, accounts)} {
			wantClosed(t, c)
		}
		mustWrite(t, s, accounts, []byte("s"))
		wantTold(t, stays, "a change after another Watch ended")
		if _, memory := s.(*Memory); memory {
			goleak.VerifyNone(t, before)
		}
	})
}

// Who is told of another program's change can read what it is about.
func TestWatchHearsOtherPrograms(t *testing.T) {
	forEachKeychain(t, func(t *testing.T, ring *keychaintest.Keyring, k *Keychain) {
		changed := watch(t, k, accounts)
		for _, test := range []struct {
			program string
			want    []byte
		}{{"write", []byte("written")}, {"remove", nil}, {"write", []byte("written")}} {
			cmd := child(ring, k, test.program)
			must(t, cmd.Start())
			wantTold(t, changed, "another program: "+test.program)
			wantRecord(t, k, accounts, test.want)
			must(t, cmd.Wait())
			settle(changed)
		}
	})
}

// watch is a Watch that has ended when the test ends, so that its folder can be removed on Windows too.
func watch(t testing.TB, s store, name string) <-chan struct{} {
	t.Helper()
	ctx, cancel := context.WithCancel(background)
	changed := s.Watch(ctx, name)
	t.Cleanup(func() {
		cancel()
		wantClosed(t, changed)
	})
	return changed
}

func wantTold(t *testing.T, changed <-chan struct{}, what string) {
	t.Helper()
	select {
	case _, open := <-changed:
		if !open {
			t.Fatalf("%s: the channel is closed", what)
		}
	case <-time.After(soon):
		t.Fatalf("%s: not told of it", what)
	}
}

func wantNotTold(t *testing.T, changed <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-changed:
		t.Errorf("%s: told of it", what)
	case <-time.After(100 * testTick):
	}
}

// wantClosed checks that the channel is closed, after the value it may still hold.
func wantClosed(t testing.TB, changed <-chan struct{}) {
	t.Helper()
	limit := time.After(soon)
	for {
		select {
		case _, open := <-changed:
			if !open {
				return
			}
		case <-limit:
			t.Fatal("the channel is not closed")
		}
	}
}

// settle waits until nothing more is told, and returns how often something was.
func settle(changed <-chan struct{}) int {
	for n := 0; ; n++ {
		select {
		case <-changed:
		case <-time.After(100 * testTick):
			return n
		}
	}
}
