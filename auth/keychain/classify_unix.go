//go:build dragonfly || freebsd || linux || netbsd || openbsd

package keychain

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"doorkey/auth/keychain/internal/secretservice"

	"github.com/godbus/dbus/v5"
)

const (
	promptRemedy      = "a prompt to unlock the keychain may be open on the desktop: answer it, then try again"
	lockedRemedy      = "unlock the login keyring (or make one) in the desktop's password manager, then try again"
	unavailableRemedy = "start GNOME Keyring, KWallet or KeePassXC in this desktop session, or run this program in one"
)

const (
	itemLimit = 0 // the Secret Service has none

	// readBack: an item that could not be stored is an error of the Secret Service, also on a full disk.
	readBack = false
)

func newRing() ring { return secretservice.New() }

func withPrompt(ctx context.Context, tell func(open bool)) context.Context {
	return secretservice.WithPrompt(ctx, tell)
}

// lockedAdvice is what to do about a keychain that is locked, in the words of the program that keeps it.
func lockedAdvice(ctx context.Context, r ring) string {
	service, is := r.(*secretservice.Service)
	if !is {
		return lockedRemedy
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	switch service.Provider(ctx) {
	case secretservice.KeePassXC:
		return "open the database in KeePassXC, and share it with other programs there (Secret Service Integration), then try again"
	case secretservice.KWallet:
		return "open the wallet of KDE (kdewallet), then try again"
	case secretservice.GNOMEKeyring:
		return "unlock the login keyring in Passwords and Keys, then try again"
	}
	return lockedRemedy
}

// classify finds the kind of an error of package secretservice or godbus; nil for one it does not know.
func classify(err error) error {
	if e, ok := errors.AsType[dbus.Error](err); ok {
		switch e.Name {
		case "org.freedesktop.Secret.Error.IsLocked":
			return ErrLocked
		case "org.freedesktop.Secret.Error.NoSuchObject",
			"org.freedesktop.DBus.Error.UnknownObject",
			"org.freedesktop.DBus.Error.UnknownMethod": // so says GNOME Keyring of the methods of an item that is gone
			return errVanished
		case "org.freedesktop.DBus.Error.ServiceUnknown",
			"org.freedesktop.DBus.Error.NameHasNoOwner",
			"org.freedesktop.DBus.Error.NoReply", // the service ended before it answered
			"org.freedesktop.DBus.Error.Disconnected":
			return ErrUnavailable
		}
		if strings.HasPrefix(e.Name, "org.freedesktop.DBus.Error.Spawn.") { // the service could not be started
			return ErrUnavailable
		}
		return nil
	}
	for _, locked := range []error{secretservice.ErrLocked, secretservice.ErrDismissed, secretservice.ErrNoDisplay, secretservice.ErrNoDatabase} {
		if errors.Is(err, locked) {
			return ErrLocked
		}
	}
	if errors.Is(err, secretservice.ErrNoBus) {
		return ErrUnavailable
	}
	_, network := errors.AsType[*net.OpError](err)
	if network || errors.Is(err, io.EOF) || strings.HasPrefix(err.Error(), "dbus: ") { // no bus at that address, or it ended
		return ErrUnavailable
	}
	return nil
}
