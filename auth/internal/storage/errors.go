// Package storage has what the stores of sessions share: their errors, and the
// files beside the records by which programs wait for each other and hear of
// each other's changes.
package storage

import (
	"errors"
	"fmt"
)

// MaxSize is the size in bytes of the largest record.
const MaxSize = 1 << 20

// The errors of a store that a caller may act on, with [errors.Is]. Those
// returned say more: the store, the operation and what to do. None contains
// any of the data.
var (
	// ErrUnavailable means that there is no store to ask: no keychain on this
	// computer, or no folder for the file.
	ErrUnavailable = errors.New("the store is not available")

	// ErrLocked means that the store is locked and was not unlocked: a prompt
	// was dismissed, there is nobody to ask, or the key is not the right one.
	ErrLocked = errors.New("the store is locked")

	// ErrTimeout means that the store did not answer in time. If that was
	// because of the context's deadline the error is also
	// [context.DeadlineExceeded].
	ErrTimeout = errors.New("the store does not answer")

	// ErrCorrupt means that something is stored, but that it is damaged or was
	// not written by this package. Nothing was removed.
	ErrCorrupt = errors.New("what is stored is damaged: sign in again to replace it")

	// ErrNewer means that what is stored was written by a newer version of
	// this package. Nothing was changed.
	ErrNewer = errors.New("what is stored was written by a newer version: update this program")

	// ErrTooLarge means that the record has more than [MaxSize] bytes.
	ErrTooLarge = errors.New("the record is larger than 1 MiB")

	// ErrBusy means that another program, or another goroutine of this one,
	// holds the lock.
	ErrBusy = errors.New("another program holds the lock")
)

// A FolderError reports that there is no folder in which files can be kept. It
// names the first of those that were tried.
type FolderError struct {
	Dir string // empty if it is not known where the folder would be
	Err error  // why it cannot be used
}

func (e *FolderError) Error() string {
	if e.Dir == "" {
		return fmt.Sprintf("there is no folder to use: %v", e.Err)
	}
	return fmt.Sprintf("cannot use the folder %s: %v", e.Dir, e.Err)
}

func (e *FolderError) Unwrap() error { return e.Err }

// Remedy is a sentence for the person about what to do.
func (e *FolderError) Remedy() string {
	switch {
	case e.Dir == "":
		return "Set HOME to a folder that belongs to you."
	case errors.Is(e.Err, errReadable):
		return fmt.Sprintf("Make %s yours alone (chmod 700), or use another folder.", e.Dir)
	case errors.Is(e.Err, errNetwork):
		return "Use a folder on a disk of this computer."
	}
	return fmt.Sprintf("Make sure that %s belongs to you and that you can write to it, or remove it.", e.Dir)
}

// What a person can do about a folder of theirs.
var (
	errReadable = errors.New("other users can read it")
	errNetwork  = errors.New("it is on another computer")
)
