//go:build dragonfly || freebsd || linux || netbsd || openbsd

package secretservice

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"
)

var (
	// ErrNoBus means that this program is not in a desktop session: it has no address of a session bus.
	ErrNoBus = errors.New("there is no D-Bus session bus")

	// ErrLocked means that the item is still locked after it was unlocked.
	ErrLocked = errors.New("the collection is locked")

	// ErrDismissed means that the person closed the prompt.
	ErrDismissed = errors.New("the prompt was dismissed")

	// ErrNoDisplay means that the person could not be asked: there is no display to show a prompt on, or it went away.
	ErrNoDisplay = errors.New("there is no display to show a prompt on")

	// ErrNoDatabase means that KeePassXC is running, but no open database is shared with other programs.
	ErrNoDatabase = errors.New("no database is open in KeePassXC for other programs to store in")

	// ErrNoCollection means that there is no collection to store items in, not even after one was created.
	ErrNoCollection = errors.New("there is no default collection")
)

// withoutCollection returns the error for an item if there is no collection.
func (c *connection) withoutCollection(ctx context.Context, err error) error {
	if c.provider(ctx) == KeePassXC { // it may well be in a database that is not open
		return fmt.Errorf("%w (%v)", ErrNoDatabase, err) // not the one of an item that is gone
	}
	return keyring.ErrNotFound
}

func isNoCollection(err error) bool { return errors.Is(err, ErrNoCollection) }

func isLocked(err error) bool { return isNamed(err, "org.freedesktop.Secret.Error.IsLocked") }

// isMissing reports whether the object that was called does not exist.
func isMissing(err error) bool {
	return isNamed(err,
		"org.freedesktop.Secret.Error.NoSuchObject",
		"org.freedesktop.DBus.Error.UnknownObject",
		"org.freedesktop.DBus.Error.UnknownInterface",
		"org.freedesktop.DBus.Error.UnknownMethod", // GNOME Keyring's for an item that is gone
	)
}

// isStale reports whether a call may have failed because something learnt earlier is out of date.
func isStale(err error) bool {
	return isMissing(err) || isNamed(err,
		"org.freedesktop.Secret.Error.NoSession",
		"org.qtproject.QtDBus.Error.InvalidObjectPath", // KWallet's for a session that ended
		"org.freedesktop.DBus.Error.ServiceUnknown",    // its owner has ended
		"org.freedesktop.DBus.Error.NameHasNoOwner",
	)
}

func isNamed(err error, names ...string) bool {
	e, ok := errors.AsType[dbus.Error](err)
	return ok && slices.Contains(names, e.Name)
}
