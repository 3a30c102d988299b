package storage

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"time"
)

// Lock takes the lock of that name for one caller alone, among all goroutines
// and programs of the person, until unlock is called or the program ends,
// however it ends. Calling unlock again does nothing.
//
// Lock waits until ctx is done. If somebody else holds the lock by then, the
// error is [ErrBusy] as well as that of ctx. Another error is [*FolderError]:
// lock files cannot be kept anywhere.
func (f *Folder) Lock(ctx context.Context, name string) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	pause := shortestPause
	return f.lock(name, func() error {
		// Up to half as long again, so that those who wait do not come all at once.
		timer := time.NewTimer(pause + rand.N(pause/2))
		defer timer.Stop()
		pause = min(pause+pause/8, longestPause) // slowly: most locks are held for milliseconds
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ErrBusy, ctx.Err())
		case <-timer.C:
			return nil
		}
	})
}

// TryLock is Lock without waiting: if somebody else holds the lock the error is
// [ErrBusy].
func (f *Folder) TryLock(name string) (unlock func(), err error) {
	return f.lock(name, func() error { return ErrBusy })
}

// The first and the longest pause between two looks at a lock that somebody
// else holds. No system lets a program both wait for a lock and give up.
const (
	shortestPause = time.Millisecond
	longestPause  = 50 * time.Millisecond
)

// lock takes the lock. It calls wait, and ends with its error, whenever
// somebody else has it.
func (f *Folder) lock(name string, wait func() error) (unlock func(), err error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	for {
		held, err := f.lockAll(name+".lock", wait)
		if err == nil {
			return sync.OnceFunc(func() { held.unlock() }), nil
		}
		held.unlock()
		if errors.Is(err, errAgain) {
			err = wait()
		}
		if err != nil {
			return nil, err
		}
	}
}

// errAgain means that a place has come to work while a later one was locked.
var errAgain = errors.New("another folder can be used now")

// locks are files that are locked, in the order of their places.
type locks []*os.File

func (l locks) unlock() {
	for _, file := range l {
		unlock(file)
	}
}

// lockAll locks the files of that name in all places, and creates one in the
// first place that works if there is none before it. The locks returned are
// held also when there is an error.
//
// Whoever locked a file in a later place, because the earlier ones did not
// work, looks at those once more: somebody for whom one of them works may have
// locked there, just before the file in the later place existed. Locks are
// always waited for in the order of the places, so that nobody waits in a circle.
func (f *Folder) lockAll(name string, wait func() error) (held locks, err error) {
	places, _ := f.places()
	var reason error // why the first place does not work
	for i, location := range places {
		file, err := location.lock(name, len(held) == 0, wait)
		if e, ok := errors.AsType[waitError](err); ok {
			return held, e.error
		}
		if i == 0 {
			reason = err
		}
		if err != nil {
			continue
		}
		held = append(held, file)
		if len(held) > 1 {
			continue
		}
		for _, earlier := range places[:i] {
			if earlier.exists(name) {
				return held, errAgain
			}
		}
	}
	if len(held) == 0 {
		return nil, f.unusable(reason)
	}
	return held, nil
}

// A waitError is an error of wait, not of a place.
type waitError struct{ error }

// lock locks the file of that name in this place.
func (l location) lock(name string, create bool, wait func() error) (*os.File, error) {
	p, err := l.open(create)
	if err != nil {
		return nil, err
	}
	defer p.close()
	for {
		file, err := p.open(name, create)
		if err != nil {
			return nil, err
		}
		for {
			ok, err := tryLock(file)
			if err != nil {
				_ = file.Close()
				return nil, err
			}
			if ok {
				break
			}
			if err := wait(); err != nil {
				_ = file.Close()
				return nil, waitError{err}
			}
		}
		if p.holds(name, file) {
			return file, nil
		}
		unlock(file) // it was removed while we waited, and others use another one
	}
}

// exists reports whether there is a file of that name in this place that can be
// locked, now or later.
func (l location) exists(name string) bool {
	p, err := l.open(false)
	if err != nil {
		return false
	}
	defer p.close()
	file, err := p.open(name, false)
	if err != nil {
		return false
	}
	defer unlock(file)
	_, err = tryLock(file)
	return err == nil
}
