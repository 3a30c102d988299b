package keychain

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// soon is within what a person takes for at once: a sign-out in one window has to show in the other.
const soon = 2 * time.Second

func TestWatchTellsOfChanges(t *testing.T) {
	carol := Key{issuer, client, "carol"}
	elsewhere := Key{issuer, "command line", "alice"}
	forEachStore(t, func(t *testing.T, s store) {
		changed := s.Watch(t.Context(), issuer, client)
		second := s.Watch(t.Context(), issuer, client)
		for _, step := range []struct {
			what string
			do   func() error
			told bool
		}{
			{"a person signs in", func() error { return s.Save(background, alice, []byte("s")) }, true},
			{"and becomes current", func() error { return s.SetCurrent(background, alice) }, true},
			{"and is refreshed", func() error { return s.Save(background, alice, []byte("t")) }, true},
			{"somebody looks", func() error {
				_, loadErr := s.Load(background, alice)
				_, listErr := s.Subjects(background, issuer, client)
				_, currentErr := s.Current(background, issuer, client)
				return errors.Join(loadErr, listErr, currentErr)
			}, false},
			{"the session is locked", func() error {
				unlock, err := s.Lock(background, alice)
				unlock()
				return err
			}, false},
			{"another person signs in", func() error { return s.Save(background, bob, []byte("s")) }, true},
			{"and signs out", func() error { return s.Delete(background, bob) }, true},
			{"nobody is current", func() error { return s.SetCurrent(background, Key{Issuer: issuer, ClientID: client}) }, true},
			{"somebody who is not there signs out", func() error { return s.Delete(background, carol) }, false},
			{"somebody signs in to another client", func() error { return s.Save(background, elsewhere, []byte("s")) }, false},
			{"and out", func() error { return s.Delete(background, elsewhere) }, false},
			{"the last person signs out", func() error { return s.Delete(background, alice) }, true},
		} {
			if err := step.do(); err != nil {
				t.Fatalf("%s: %v", step.what, err)
			}
			if step.told {
				wantTold(t, changed, step.what)
				wantTold(t, second, step.what)
			} else {
				wantNotTold(t, changed, step.what, 100*testTick)
			}
			settle(changed)
			select {
			case <-second:
			default:
			}
		}
	})
}

func TestManyChangesBecomeOne(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		changed := s.Watch(t.Context(), issuer, client)
		for range 10 { // nobody takes what is told, and nobody waits for that
			if err := s.Save(background, alice, []byte("s")); err != nil {
				t.Fatal(err)
			}
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
		mustSaveIn(t, s)
		before := goleak.IgnoreCurrent()
		ctx, cancel := context.WithCancel(background)
		changed, stays := s.Watch(ctx, issuer, client), s.Watch(t.Context(), issuer, client)
		ended := s.Watch(ctx, issuer, "command line")
		cancel()
		for _, c := range []<-chan struct{}{changed, ended, s.Watch(ctx, issuer, client)} {
			wantClosed(t, c)
		}
		mustSaveIn(t, s)
		wantTold(t, stays, "a change after another Watch ended")
		if _, memory := s.(*Memory); memory {
			goleak.VerifyNone(t, before)
		}
	})
}

func TestWatchHearsOtherPrograms(t *testing.T) {
	ring, k := open(t)
	changed := k.Watch(t.Context(), issuer, client)
	for _, program := range []string{"save", "switch", "save", "forget", "switch", "delete"} {
		if err := child(ring, program).Run(); err != nil {
			t.Fatalf("%s: %v", program, err)
		}
		wantTold(t, changed, "another program: "+program)
		settle(changed)
	}
}

// Who is told can read what it is about.
func TestWatchTellsOfWhatCanBeRead(t *testing.T) {
	ring, k := open(t)
	changed := k.Watch(t.Context(), issuer, client)
	for _, test := range []struct {
		program string
		there   bool
	}{{"save", true}, {"delete", false}} {
		cmd := child(ring, test.program)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		wantTold(t, changed, test.program)
		if _, err := k.Load(background, alice); (err == nil) != test.there {
			t.Errorf("%s: told of it, and then Load: %v", test.program, err)
		}
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
		settle(changed)
	}
}

func mustSaveIn(t *testing.T, s store) {
	t.Helper()
	if err := s.Save(background, alice, []byte("s")); err != nil {
		t.Fatal(err)
	}
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

func wantNotTold(t *testing.T, changed <-chan struct{}, what string, wait time.Duration) {
	t.Helper()
	select {
	case <-changed:
		t.Errorf("%s: told of it", what)
	case <-time.After(wait):
	}
}

// wantClosed checks that the channel is closed, after the value it may still hold.
func wantClosed(t *testing.T, changed <-chan struct{}) {
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
