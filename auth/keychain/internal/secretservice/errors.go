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

	// ErrLocked means that the collection is locked, and still was after it was unlocked.
	ErrLocked = errors.New("the collection is locked")

	// ErrDismissed means that the person was asked, and closed the prompt.
	ErrDismissed = errors.New("the prompt was dismissed")

	// ErrNoDisplay means that the person could not be asked: there is nothing to show a prompt on, or it went away.
	ErrNoDisplay = errors.New("there is no display to show a prompt on")

	// ErrNoDatabase means that KeePassXC runs, but without a database that is open, or that it shares.
	ErrNoDatabase = errors.New("no database is open in KeePassXC for other programs to store in")

	// ErrNoCollection means that there is nothing to store items in, also after a default collection was created.
	ErrNoCollection = errors.New("there is no default collection")
)

// withoutCollection is the error for an item that is looked for where there is no collection.
func (c *connection) withoutCollection(ctx context.Context, err error) error {
	if c.provider(ctx) == KeePassXC { // it may well be in a database that is not open
		return fmt.Errorf("%w (%v)", ErrNoDatabase, err) // not the one of an item that is gone
	}
	return keyring.ErrNotFound
}

func isNoCollection(err error) bool { return errors.Is(err, ErrNoCollection) }

func isLocked(err error) bool { return isNamed(err, "org.freedesktop.Secret.Error.IsLocked") }

// isMissing reports whether there was no such object as a method was called of.
func isMissing(err error) bool {
	return isNamed(err,
		"org.freedesktop.Secret.Error.NoSuchObject",
		"org.freedesktop.DBus.Error.UnknownObject",
		"org.freedesktop.DBus.Error.UnknownInterface",
		"org.freedesktop.DBus.Error.UnknownMethod", // so says GNOME Keyring of an item that is gone
	)
}

// isStale reports whether a call may have failed because something learnt earlier is not so any more.
func isStale(err error) bool {
	return isMissing(err) || isNamed(err,
		"org.freedesktop.Secret.Error.NoSession",
		"org.qtproject.QtDBus.Error.InvalidObjectPath", // so says KWallet of the session
		"org.freedesktop.DBus.Error.ServiceUnknown",    // its owner has ended
		"org.freedesktop.DBus.Error.NameHasNoOwner",
	)
}

func isNamed(err error, names ...string) bool {
	e, ok := errors.AsType[dbus.Error](err)
	return ok && slices.Contains(names, e.Name)
}
