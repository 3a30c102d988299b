package keychain

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
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
	t.Run("and leaves nothing running", func(t *testing.T) {
		for _, newWatcher := range []func() (*fsnotify.Watcher, error){fsnotify.NewWatcher, noWatcher} {
			k := newKeychain(Options{LockDir: t.TempDir()}, nil)
			k.newWatcher = newWatcher
			before := goleak.IgnoreCurrent()
			ctx, cancel := context.WithCancel(background)
			changed := k.Watch(ctx, issuer, client)
			cancel()
			wantClosed(t, changed)
			goleak.VerifyNone(t, before)
		}
	})
}

func TestWatchHearsOtherPrograms(t *testing.T) {
	for _, test := range []struct {
		name       string
		newWatcher func() (*fsnotify.Watcher, error)
		programs   []string
	}{
		{"by events", fsnotify.NewWatcher, []string{"save", "switch", "save", "forget", "switch", "delete"}},
		{"by looking", noWatcher, []string{"save", "switch", "delete"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			ring, k := open(t)
			k.newWatcher = test.newWatcher
			changed := k.Watch(t.Context(), issuer, client)
			for _, program := range test.programs {
				cmd := child(ring, program)
				start := time.Now()
				if err := cmd.Run(); err != nil {
					t.Fatalf("%s: %v", program, err)
				}
				ended := time.Now()
				wantTold(t, changed, "another program: "+program)
				t.Logf("%s: told %v after the program ended, which ran for %v", program, time.Since(ended), ended.Sub(start))
				settle(changed)
			}
		})
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

func TestWatchWithoutEvents(t *testing.T) {
	t.Run("comes back to them", func(t *testing.T) {
		k, watchers := watched(t)
		watchers.fails = true
		k.announce(alice.pair())
		changed := k.Watch(t.Context(), issuer, client)
		wantNotTold(t, changed, "what was before", 100*testTick)
		announced(t, k, changed, "by looking")
		watchers.set(false)
		announced(t, k, changed, "by looking, one more time")
		if watchers.last() == nil {
			t.Fatal("events can be had again, and were not asked for")
		}
		deaf(t, watchers.last(), k)
		k.announce(alice.pair())
		wantNotTold(t, changed, "nobody looks where there are events", watchPoll+200*testTick)
	})
	t.Run("when they end", func(t *testing.T) {
		k, watchers := watched(t)
		changed := k.Watch(t.Context(), issuer, client)
		announced(t, k, changed, "by events")
		watchers.set(true)
		if err := watchers.last().Close(); err != nil {
			t.Fatal(err)
		}
		wantTold(t, changed, "what may have been missed")
		settle(changed)
		announced(t, k, changed, "by looking")
	})
	t.Run("when they fail", func(t *testing.T) {
		k, watchers := watched(t)
		changed := k.Watch(t.Context(), issuer, client)
		watchers.set(true)
		watchers.last().Errors <- errors.New("the disk is gone")
		wantTold(t, changed, "what may have been missed")
		settle(changed)
		announced(t, k, changed, "by looking")
	})
	t.Run("when there were too many of them", func(t *testing.T) {
		k, watchers := watched(t)
		changed := k.Watch(t.Context(), issuer, client)
		watchers.last().Errors <- fsnotify.ErrEventOverflow
		wantTold(t, changed, "what may have been lost")
		settle(changed)
		announced(t, k, changed, "by events")
		if watchers.made() != 1 {
			t.Errorf("%d watchers; the first was good", watchers.made())
		}
	})
}

func TestWatchOutlivesItsDirectory(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a folder that is watched stays, or (Wine) nothing tells that it has gone")
	}
	_, k := open(t)
	mustSave(t, k, alice, []byte("s"))
	changed := k.Watch(t.Context(), issuer, client)
	for _, remove := range []func(string) error{
		os.RemoveAll,
		func(dir string) error { return os.Rename(dir, dir+" of last year") },
	} {
		dir, err := k.directory()
		if err != nil {
			t.Fatal(err)
		}
		if err := remove(dir); err != nil {
			t.Fatal(err)
		}
		wantTold(t, changed, "what may have been missed")
		settle(changed)
		mustSave(t, k, alice, []byte("s"))
		wantTold(t, changed, "a change that made a new directory")
		settle(changed)
		start := time.Now()
		mustSave(t, k, alice, []byte("s"))
		wantTold(t, changed, "a change in the new directory")
		if took := time.Since(start); took > watchPoll/2 {
			t.Errorf("it took %v: there are no events", took)
		}
		settle(changed)
	}
}

func TestWatchWithoutADirectory(t *testing.T) {
	t.Run("that anybody could know", func(t *testing.T) {
		t.Setenv("HOME", "")
		t.Setenv("XDG_CACHE_HOME", "")
		ctx, cancel := context.WithCancel(background)
		changed := New(Options{}).Watch(ctx, issuer, client)
		wantNotTold(t, changed, "nothing", 100*testTick)
		cancel()
		wantClosed(t, changed)
	})
	t.Run("yet", func(t *testing.T) {
		k := newKeychain(Options{LockDir: filepath.Join(t.TempDir(), "new", "locks")}, nil)
		changed := k.Watch(t.Context(), issuer, client)
		if info, err := os.Stat(k.lockDir); err != nil || !private(t, info, 0o700) {
			t.Fatalf("%v, %v; want a directory of mode 0700", info, err)
		}
		announced(t, k, changed, "by events")
	})
	t.Run("that cannot be made yet", func(t *testing.T) {
		parent := filepath.Join(t.TempDir(), "parent")
		if err := os.WriteFile(parent, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		k := newKeychain(Options{LockDir: filepath.Join(parent, "locks")}, nil)
		changed := k.Watch(t.Context(), issuer, client)
		if err := os.Remove(parent); err != nil {
			t.Fatal(err)
		}
		if _, err := k.makeDirectory(); err != nil {
			t.Fatal(err)
		}
		announced(t, k, changed, "by looking")
	})
}

func TestTheFileThatTellsOfChanges(t *testing.T) {
	_, k := open(t)
	mustSave(t, k, alice, []byte("swordfish"))
	dir, err := k.directory()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, id(issuer, client)+".changed")
	first, err := os.ReadFile(name)
	if err != nil || len(first) != 26 {
		t.Errorf("%q, %v; want 26 random characters", first, err)
	}
	if info, err := os.Stat(name); err != nil || !private(t, info, 0o600) {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	mustSave(t, k, alice, []byte("swordfish"))
	if second, err := os.ReadFile(name); err != nil || len(second) != 26 || string(second) == string(first) {
		t.Errorf("%q after %q, %v; want other characters", second, first, err)
	}

	// It is a courtesy to others: not to be able to write it is no error.
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(name, 0o700); err != nil {
		t.Fatal(err)
	}
	mustSave(t, k, alice, []byte("swordfish"))
	mustSetCurrent(t, k, alice)
	mustDelete(t, k, alice)
}

// The watchers are those that Watch was given, if it was.
type watchers struct {
	mu    sync.Mutex
	fails bool
	given []*fsnotify.Watcher
}

func (w *watchers) new() (*fsnotify.Watcher, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fails {
		return noWatcher()
	}
	watcher, err := fsnotify.NewWatcher()
	w.given = append(w.given, watcher)
	return watcher, err
}

func (w *watchers) set(fails bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fails = fails
}

func (w *watchers) made() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.given)
}

func (w *watchers) last() *fsnotify.Watcher {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.given) == 0 {
		return nil
	}
	return w.given[len(w.given)-1]
}

// noWatcher is [fsnotify.NewWatcher] where the person has as many as they may.
func noWatcher() (*fsnotify.Watcher, error) { return nil, syscall.EMFILE }

// watched returns a Keychain that is good for its Watch alone.
func watched(t *testing.T) (*Keychain, *watchers) {
	k, w := newKeychain(Options{LockDir: t.TempDir()}, nil), new(watchers)
	k.newWatcher = w.new
	return k, w
}

// deaf has the watcher of k hear nothing any more.
func deaf(t *testing.T, w *fsnotify.Watcher, k *Keychain) {
	t.Helper()
	if err := w.Remove(k.lockDir); err != nil {
		t.Fatal(err)
	}
}

// announced checks that what k announces is told of.
func announced(t *testing.T, k *Keychain, changed <-chan struct{}, how string) {
	t.Helper()
	k.announce(alice.pair())
	wantTold(t, changed, how)
	settle(changed)
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
