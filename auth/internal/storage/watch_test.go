package storage

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

func TestWatchWithoutEvents(t *testing.T) {
	t.Run("comes back to them", func(t *testing.T) {
		f, watchers := watched(t)
		watchers.fails = true
		f.Announce("a")
		changed := watchUntilEnd(t, f, "a")
		wantNotTold(t, changed, "what was before", 100*time.Millisecond)
		announced(t, f, changed, "by looking")
		watchers.set(false)
		announced(t, f, changed, "by looking, one more time")
		if watchers.last() == nil {
			t.Fatal("events can be had again, and were not asked for")
		}
		deaf(t, watchers.last(), f)
		f.Announce("a")
		wantNotTold(t, changed, "nobody looks where there are events", watchPoll+200*time.Millisecond)
	})
	t.Run("when they end", func(t *testing.T) {
		f, watchers := watched(t)
		changed := watchUntilEnd(t, f, "a")
		announced(t, f, changed, "by events")
		watchers.set(true)
		if err := watchers.last().Close(); err != nil {
			t.Fatal(err)
		}
		wantTold(t, changed, "what may have been missed")
		settle(changed)
		announced(t, f, changed, "by looking")
	})
	t.Run("when they fail", func(t *testing.T) {
		f, watchers := watched(t)
		changed := watchUntilEnd(t, f, "a")
		watchers.set(true)
		watchers.last().Errors <- errors.New("the disk is gone")
		wantTold(t, changed, "what may have been missed")
		settle(changed)
		announced(t, f, changed, "by looking")
	})
	t.Run("when there were too many of them", func(t *testing.T) {
		f, watchers := watched(t)
		changed := watchUntilEnd(t, f, "a")
		watchers.last().Errors <- fsnotify.ErrEventOverflow
		wantTold(t, changed, "what may have been lost")
		settle(changed)
		announced(t, f, changed, "by events")
		if watchers.made() != 1 {
			t.Errorf("%d watchers; the first was good", watchers.made())
		}
	})
}

func TestWatchOutlivesItsDirectory(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a folder that is watched stays, or (Wine) nothing tells that it has gone")
	}
	w := newWorld(t)
	changed := watchUntilEnd(t, w.Folder, "a")
	for _, remove := range []func(string) error{
		os.RemoveAll,
		func(dir string) error { return os.Rename(dir, dir+" of last year") },
		func(dir string) error { return os.Remove(filepath.Join(dir, "a.changed")) },
	} {
		mustDo(t, remove(w.place(0)))
		wantTold(t, changed, "what may have been missed")
		settle(changed)
		start := time.Now()
		announced(t, w.Folder, changed, "in the new directory")
		if took := time.Since(start); took > watchPoll/2+100*time.Millisecond {
			t.Errorf("it took %v: there are no events", took)
		}
	}
}

func TestWatchWithoutADirectory(t *testing.T) {
	t.Run("yet", func(t *testing.T) {
		f := NewFolder("", filepath.Join(t.TempDir(), "new", "locks"))
		changed := watchUntilEnd(t, f, "a")
		if info, err := os.Stat(f.dir); err != nil || !private(info, 0o700) {
			t.Fatalf("%v, %v; want a directory of mode 0700", info, err)
		}
		announced(t, f, changed, "by events")
	})
	t.Run("that cannot be made yet", func(t *testing.T) {
		parent := filepath.Join(t.TempDir(), "parent")
		mustDo(t, os.WriteFile(parent, nil, 0o600))
		f := NewFolder("", filepath.Join(parent, "locks"))
		changed := watchUntilEnd(t, f, "a")
		wantNotTold(t, changed, "nothing", 100*time.Millisecond)
		mustDo(t, os.Remove(parent))
		wantTold(t, changed, "what may have been missed")
		announced(t, f, changed, "by events")
	})
	t.Run("at all", func(t *testing.T) {
		parent := filepath.Join(t.TempDir(), "parent")
		mustDo(t, os.WriteFile(parent, nil, 0o600))
		ctx, cancel := context.WithCancel(background)
		changed := NewFolder("", filepath.Join(parent, "locks")).Watch(ctx, "a")
		cancel()
		wantClosed(t, changed)
	})
}

func TestWatchHearsOtherPrograms(t *testing.T) {
	for name, newWatcher := range map[string]func() (*fsnotify.Watcher, error){"by events": fsnotify.NewWatcher, "by looking": noWatcher} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.newWatcher = newWatcher
			changed := watchUntilEnd(t, w.Folder, "a")
			for range 3 {
				mustDo(t, w.child("announce").Run())
				wantTold(t, changed, "another program")
				settle(changed)
			}
		})
	}
}

func TestWatchIsOfOneName(t *testing.T) {
	w := newWorld(t)
	a, second, b := watchUntilEnd(t, w.Folder, "a"), watchUntilEnd(t, w.Folder, "a"), watchUntilEnd(t, w.Folder, "b")
	w.mustLock("b")()
	w.Announce("a")
	wantTold(t, a, "a change")
	wantTold(t, second, "a change")
	wantNotTold(t, b, "a change of another name", 100*time.Millisecond)
	ctx, cancel := context.WithCancel(background)
	none := w.Watch(ctx, "not/a/name")
	w.Announce("not/a/name")
	cancel()
	wantClosed(t, none)
}

func TestManyChangesBecomeOne(t *testing.T) {
	w := newWorld(t)
	changed := watchUntilEnd(t, w.Folder, "a")
	for range 10 { // nobody takes what is told, and nobody waits for that
		w.Announce("a")
	}
	most := 2
	if runtime.GOOS == "windows" { // where the events of one change come apart, measured under Wine
		most = 5
	}
	if n := settle(changed); n < 1 || n > most {
		t.Errorf("told %d times; want once, and again if one was late", n)
	}
}

func TestWatchEndsWithItsContext(t *testing.T) {
	w := newWorld(t)
	stays := watchUntilEnd(t, w.Folder, "a")
	for _, newWatcher := range []func() (*fsnotify.Watcher, error){fsnotify.NewWatcher, noWatcher} {
		w.newWatcher = newWatcher
		before := goleak.IgnoreCurrent()
		ctx, cancel := context.WithCancel(background)
		changed := w.Watch(ctx, "a")
		cancel()
		wantClosed(t, changed)
		wantClosed(t, w.Watch(ctx, "a"))
		goleak.VerifyNone(t, before)
	}
	announced(t, w.Folder, stays, "after another Watch ended")
}

func TestTheFileThatTellsOfChanges(t *testing.T) {
	w := newWorld(t)
	w.Announce("a")
	if _, err := os.Stat(w.place(0)); err == nil {
		t.Error("there is a file where nobody watches")
	}
	watchUntilEnd(t, w.Folder, "a")
	name := filepath.Join(w.place(0), "a.changed")
	first, err := os.ReadFile(name)
	if err != nil || len(first) != 26 {
		t.Errorf("%q, %v; want 26 random characters", first, err)
	}
	w.Announce("a")
	if second, err := os.ReadFile(name); err != nil || len(second) != 26 || string(second) == string(first) {
		t.Errorf("%q after %q, %v; want other characters", second, first, err)
	}
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

// watched returns a Folder and its watchers.
func watched(t *testing.T) (*Folder, *watchers) {
	f, w := newWorld(t).Folder, new(watchers)
	f.newWatcher = w.new
	return f, w
}

// deaf has the watcher of f hear nothing any more.
func deaf(t *testing.T, w *fsnotify.Watcher, f *Folder) {
	t.Helper()
	if err := w.Remove(w.WatchList()[0]); err != nil {
		t.Fatal(err)
	}
}

// announced checks that what f announces is told of.
func announced(t *testing.T, f *Folder, changed <-chan struct{}, how string) {
	t.Helper()
	f.Announce("a")
	wantTold(t, changed, how)
	settle(changed)
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
		case <-time.After(100 * time.Millisecond):
			return n
		}
	}
}
