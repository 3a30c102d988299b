package storage

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// watchPoll is how often the file is read where the operating system does not
// tell of its changes.
const watchPoll = time.Second

// Watch returns a channel that gets a value soon after any program, this one
// too, has called Announce with that name. Values that nobody has taken yet
// become one. It tells of what changes after Watch has returned: so watch
// first, then read.
//
// The operating system tells of a change, within milliseconds and at no cost
// while there is none. Where it cannot (a limit is reached, a file system does
// not support it) a file of a few bytes is read every second. Either way a
// value is a hint: if a program is killed between its change and Announce, the
// others learn of it with the next change only. So read again before something
// depends on it, as a refresh does.
//
// When ctx is done the channel is closed, and by then nothing of Watch runs any
// more.
func (f *Folder) Watch(ctx context.Context, name string) <-chan struct{} {
	changed := make(chan struct{}, 1)
	if CheckName(name) != nil { // nobody can announce it
		context.AfterFunc(ctx, func() { close(changed) })
		return changed
	}
	w := &watch{folder: f, name: name, changed: changed}
	// Before Watch returns, so that nothing is missed after it.
	events := w.begin()
	go w.run(ctx, events)
	return changed
}

// A watch is one call of Watch.
type watch struct {
	folder  *Folder
	name    string
	changed chan struct{}

	in    location // the place of the file that is watched
	found bool     // whether there is one
	seen  string   // its content when it was last looked at
}

// run tells of changes, by events where there are any, until ctx is done. It
// owns events, which may be nil.
func (w *watch) run(ctx context.Context, events *fsnotify.Watcher) {
	defer close(w.changed)
	for {
		if events != nil {
			w.follow(ctx, events)
			stop(events)
		} else {
			w.poll(ctx)
		}
		if ctx.Err() != nil {
			return
		}
		// The file may have been removed, or its directory; or what was in the
		// way of events may not be any more. Only then is it told: what changes
		// between the two would otherwise be missed.
		events = w.begin()
		w.tell() // of what changed, or may have while nobody looked
	}
}

// begin finds or makes the file to watch, and returns the events of its
// directory, or nil if there are none to be had. It is the directory and not the
// file that is watched, for the file may be removed and made anew.
func (w *watch) begin() *fsnotify.Watcher {
	if w.in, w.found = w.folder.watchable(w.name); !w.found {
		return nil
	}
	events, err := w.folder.newWatcher()
	if err == nil {
		if err = events.Add(w.in.path); err != nil {
			stop(events)
		}
	}
	w.seen = w.content()
	if err != nil {
		return nil
	}
	return events
}

// follow tells of changes by events. It returns when ctx is done, when the file
// is not there any more, or when there are no more events: something failed, or
// the directory was removed, as it is when somebody clears the cache.
func (w *watch) follow(ctx context.Context, events *fsnotify.Watcher) {
	file, dir := changedName(w.name), filepath.Base(w.in.path)
	for {
		select {
		case <-ctx.Done():
			return
		case event, ok := <-events.Events:
			switch name := filepath.Base(event.Name); {
			case !ok:
				return
			case name == file && event.Has(fsnotify.Remove|fsnotify.Rename):
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

// poll returns when the file has changed, or can be made where it could not
// before, or when ctx is done.
//
// It reads the file rather than ask for its time: two changes can have the same
// time where the clock of the file system is coarse, and NFS looks for something
// new only when a file is opened.
func (w *watch) poll(ctx context.Context) {
	ticker := time.NewTicker(watchPoll)
	defer ticker.Stop()
	for {
		if w.found && w.content() != w.seen {
			return
		}
		if !w.found {
			if _, ok := w.folder.watchable(w.name); ok {
				return
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (w *watch) content() string { return w.in.content(changedName(w.name)) }

func (w *watch) tell() {
	select {
	case w.changed <- struct{}{}:
	default: // it is told of a change already
	}
}

// stop ends events and waits for the goroutine behind them, which Close does not do everywhere. What that goroutine still has
// to say is taken meanwhile: on Windows it would otherwise not hear that it is to end.
func stop(events *fsnotify.Watcher) {
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
