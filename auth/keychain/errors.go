package keychain

import (
	"errors"
	"fmt"

	"github.com/zalando/go-keyring"
)

// The errors a caller may act on, with [errors.Is]. Those returned say more: the operation, and what to do. None contains
// any of the data.
var (
	// ErrUnavailable: this machine has no keychain, for instance no D-Bus session bus or no Secret Service on it.
	ErrUnavailable = errors.New("there is no keychain")

	// ErrLocked: the keychain is locked and was not unlocked: the prompt was dismissed, or there is no display to ask on.
	ErrLocked = errors.New("the keychain is locked")

	// ErrTimeout: no answer in time. Most likely a prompt is open on the desktop. Where the deadline of the context was
	// the reason, the error is [context.DeadlineExceeded] too.
	ErrTimeout = errors.New("the keychain does not answer")

	// ErrCorrupt: something is stored, but it is not, or not wholly, ours. Nothing was removed.
	ErrCorrupt = errors.New("what is stored is damaged")

	// ErrNewer: what is stored was written by a newer version of this package. Nothing was changed.
	ErrNewer = errors.New("what is stored was written by a newer version: update this program")

	// ErrTooLarge: the record has more than [MaxSize] bytes.
	ErrTooLarge = errors.New("the record is larger than 1 MiB")
)

var (
	// errNoItem: there is no item of that name.
	errNoItem = errors.New("no such item")

	// errVanished: the item that was found is not there any more.
	errVanished = errors.New("the item was replaced while it was read")
)

// explain tells an error of go-keyring in terms of the errors above, with what to do about it. What it does not know it returns as it is.
func explain(err error) error {
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
		return fmt.Errorf("%w: %s (%w)", kind, lockedRemedy, err)
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
