//go:build dragonfly || freebsd || linux || netbsd || openbsd

package keychain

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/godbus/dbus/v5"
)

const (
	promptRemedy      = "a prompt to unlock the keyring (GNOME Keyring, KWallet) may be waiting on the desktop: answer it, then try again"
	lockedRemedy      = "unlock the login keyring (or make one) in the desktop's password manager, then try again"
	unavailableRemedy = "start GNOME Keyring, KWallet or another Secret Service in this session"
)

const (
	itemLimit = 0 // the Secret Service has none

	// readBack: an item that could not be stored is an error of the Secret Service, also on a full disk.
	readBack = false
)

func newRing() ring { return osRing{} }

// reachable reports whether there is a session bus to ask. Without one godbus runs dbus-launch, whose daemon would be found
// by nobody else and stay behind.
func reachable() error {
	if !hasSessionBus(os.Getenv("DBUS_SESSION_BUS_ADDRESS"), fmt.Sprintf("/run/user/%d", os.Getuid())) {
		return fmt.Errorf("%w: no D-Bus session bus: run this in a desktop session, or set DBUS_SESSION_BUS_ADDRESS", ErrUnavailable)
	}
	return nil
}

// hasSessionBus follows godbus (conn.go, conn_other.go) to the places where it looks before it runs dbus-launch.
func hasSessionBus(address, runtimeDir string) bool {
	if address != "" && address != "autolaunch:" {
		return true
	}
	if _, err := os.Stat(filepath.Join(runtimeDir, "bus")); err == nil {
		return true
	}
	text, err := os.ReadFile(filepath.Join(runtimeDir, "dbus-session"))
	address, ok := strings.CutPrefix(string(text), "DBUS_SESSION_BUS_ADDRESS=")
	return err == nil && ok && strings.TrimSpace(address) != ""
}

// classify finds the kind of an error of go-keyring, godbus or the Secret Service; nil for one it does not know.
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
	// The rest has no type. go-keyring says this of a dismissed prompt too, and where there is no display to put one on.
	if strings.HasPrefix(err.Error(), "failed to unlock correct collection") {
		return ErrLocked
	}
	_, network := errors.AsType[*net.OpError](err)
	if network || errors.Is(err, io.EOF) || strings.HasPrefix(err.Error(), "dbus: ") { // no bus at that address, or it ended
		return ErrUnavailable
	}
	return nil
}
