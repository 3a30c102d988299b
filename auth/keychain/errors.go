package keychain

import (
	"context"
	"errors"
	"fmt"

	"doorkey/auth/internal/storage"

	"github.com/zalando/go-keyring"
)

// The errors a caller may act on, with [errors.Is]. Those returned say more: the operation, and what to do. None contains
// any of the data.
var (
	// ErrUnavailable: this machine has no keychain, for instance no D-Bus session bus or no Secret Service on it.
	ErrUnavailable = storage.ErrUnavailable

	// ErrLocked: the keychain is locked and was not unlocked: the prompt was dismissed, or there is no display to ask on.
	ErrLocked = storage.ErrLocked

	// ErrTimeout: no answer in time. Most likely a prompt is waiting on the desktop. Where the deadline of the context was
	// the reason the error is [context.DeadlineExceeded] too.
	ErrTimeout = storage.ErrTimeout

	// ErrCorrupt: something is stored, but it is not, or not wholly, ours. Nothing was removed.
	ErrCorrupt = storage.ErrCorrupt

	// ErrNewer: what is stored was written by a newer version of this package. Nothing was changed.
	ErrNewer = storage.ErrNewer

	// ErrTooLarge: the record has more than [MaxSize] bytes.
	ErrTooLarge = storage.ErrTooLarge

	// ErrBusy: another program holds the lock.
	ErrBusy = storage.ErrBusy
)

// A FolderError reports that there is no folder in which lock files can be kept.
type FolderError = storage.FolderError

var (
	// errNoItem: there is no item of that name.
	errNoItem = errors.New("no such item")

	// errVanished: the item that was found is not there any more.
	errVanished = errors.New("the item was replaced while it was read")
)

// explain tells an error of go-keyring in terms of the errors above, with what to do about it. What it does not know it returns as it is.
func explain(ctx context.Context, r ring, err error) error {
	switch {
	case err == nil, errors.Is(err, ErrUnavailable):
		return err
	case errors.Is(err, keyring.ErrNotFound):
		return errNoItem
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	switch kind := classify(err); kind {
	case nil:
		return err
	case ErrUnavailable:
		return fmt.Errorf("%w: %s (%w)", kind, unavailableRemedy, err)
	case ErrLocked:
		return fmt.Errorf("%w: %s (%w)", kind, lockedAdvice(ctx, r), err)
	default:
		return fmt.Errorf("%w: %w", kind, err)
	}
}

// failure completes an error for the caller: which operation failed.
func failure(operation string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("keychain: %s: %w", operation, err)
}
