package keychain

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// watchPoll is how often the file is read where the operating system does not tell of its changes.
const watchPoll = time.Second

// Watch returns a channel that gets a value soon after any program, this one too, has written the record of that name: read it
// again then. Values that nobody has taken yet become one. It tells of what changes after Watch has returned: so watch first,
// then read.
//
// The operating system tells of a change, within milliseconds and at no cost while there is none. Where it cannot (a limit is
// reached, a file system has no such thing) a file of a few bytes is read every second. Either way what is told is a hint: of a
// program that is killed in the milliseconds between its change and telling of it the others learn with the next change only.
// So read again before something depends on it, as a refresh does.
//
// When ctx is done the channel is closed, and by then nothing of Watch runs any more.
func (k *Keychain) Watch(ctx context.Context, name string) <-chan struct{} {
	changed := make(chan struct{}, 1)
	dir, err := k.directory()
	if err != nil { // without one nobody can write
		context.AfterFunc(ctx, func() { close(changed) })
		return changed
	}
	_ = os.MkdirAll(dir, 0o700) // there need not be one yet; without it there are no events
	w := &watch{
		file:       changedFile(dir, name),
		newWatcher: k.newWatcher,
		changed:    changed,
	}
	// Before Watch returns, so that nothing is missed after it.
	events := w.events()
	w.seen = w.content()
	go w.run(ctx, events)
	return changed
}

// A watch is one call of Watch.
type watch struct {
	file       string // see changedFile
	seen       string // its content when it was last looked at
	newWatcher func() (*fsnotify.Watcher, error)
	changed    chan struct{}
}

// run tells of changes, by events where there are any, until ctx is done. It owns events, which may be nil.
func (w *watch) run(ctx context.Context, events *fsnotify.Watcher) {
	defer close(w.changed)
	for {
		if events != nil {
			w.follow(ctx, events)
			stop(events)
			events = nil
		} else if w.poll(ctx) {
			// Maybe what was in the way is not any more: a directory that was removed, a limit that was reached.
			events = w.events()
		}
		if ctx.Err() != nil {
			stop(events)
			return
		}
		w.seen = w.content()
		w.tell() // of what changed, or may have while nobody looked
	}
}

// events returns the events of the directory, or nil where they cannot be had. It is the directory and not the file that is
// watched, for the file need not be there yet.
func (w *watch) events() *fsnotify.Watcher {
	events, err := w.newWatcher()
	if err != nil {
		return nil
	}
	if err := events.Add(filepath.Dir(w.file)); err != nil {
		stop(events)
		return nil
	}
	return events
}

// follow tells of changes by events. It returns when ctx is done or when there are no more events: something failed, or the
// directory was removed, as it is when somebody clears the cache.
func (w *watch) follow(ctx context.Context, events *fsnotify.Watcher) {
	file, dir := filepath.Base(w.file), filepath.Base(filepath.Dir(w.file))
	for {
		select {
		case <-ctx.Done():
			return
		case event, ok := <-events.Events:
			switch name := filepath.Base(event.Name); {
			case !ok:
				return
			case name == file && event.Has(fsnotify.Create|fsnotify.Write):
				w.tell()
			case name == dir && event.Has(fsnotify.Remove|fsnotify.Rename):
				return
			}
		case err := <-events.Errors: // nil once it is closed
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				return
			}
			w.tell() // the event that was lost may have been ours
		}
	}
}

// poll returns true when the file has changed, or false when ctx is done.
//
// It reads the file rather than ask for its time: two changes can have the same time where the clock of the file system is
// coarse, and NFS looks for something new only when a file is opened.
func (w *watch) poll(ctx context.Context) bool {
	ticker := time.NewTicker(watchPoll)
	defer ticker.Stop()
	for w.content() == w.seen {
		select {
		case <-ctx.Done():
			return false
		case <-ticker.C:
		}
	}
	return true
}

// content returns the content of the file, "" where there is none.
func (w *watch) content() string {
	content, _ := os.ReadFile(w.file)
	return string(content)
}

func (w *watch) tell() {
	select {
	case w.changed <- struct{}{}:
	default: // it is told of a change already
	}
}

// stop ends events and waits for the goroutine behind them, which Close does not do everywhere. What that goroutine still has
// to say is taken meanwhile: on Windows it would otherwise not hear that it is to end.
func stop(events *fsnotify.Watcher) {
	if events == nil {
		return
	}
	var drained sync.WaitGroup
	drained.Go(func() {
		for range events.Events {
		}
	})
	drained.Go(func() {
		for range events.Errors {
		}
	})
	_ = events.Close()
	drained.Wait()
}
