//go:build dragonfly || freebsd || linux || netbsd || openbsd

package secretservice

import (
	"context"

	"github.com/godbus/dbus/v5"
)

// A Provider is a program that is a Secret Service.
type Provider string

// The providers that [Service.Provider] knows.
const (
	GNOMEKeyring Provider = "GNOME Keyring"
	KWallet      Provider = "KWallet"
	KeePassXC    Provider = "KeePassXC"
)

// providers are the bus names that each provider owns besides that of the service.
var providers = []struct {
	name     string
	provider Provider
}{
	{"org.gnome.keyring", GNOMEKeyring},
	{"org.kde.kwalletd5", KWallet},
	{"org.kde.kwalletd6", KWallet},
	{"org.kde.ksecretd", KWallet},
	{"org.keepassxc.KeePassXC.MainWindow", KeePassXC},
}

// gnomePrompter is the bus name of the program that asks for the passwords of GNOME Keyring: GNOME Shell, or
// gcr-prompter, which the bus starts and which ends ten seconds after the last answer.
const gnomePrompter = "org.gnome.keyring.SystemPrompter"

// Provider returns which program is the Secret Service at the moment, or "" if there is none, if it is not one of
// those above, or if ctx is done. It asks only the bus, so it answers even if the service does not, or while a prompt
// is open.
func (s *Service) Provider(ctx context.Context) Provider {
	c, err := s.connect(ctx)
	if err != nil {
		return ""
	}
	return c.provider(ctx)
}

func (c *connection) provider(ctx context.Context) Provider {
	owner := c.startOwner(ctx, serviceName)
	owners := make([]func() string, len(providers)) // all asked for at once
	for n := range providers {
		owners[n] = c.startOwner(ctx, providers[n].name)
	}
	of, found := owner(), Provider("")
	for n := range providers {
		if o := owners[n](); o != "" && o == of {
			found = providers[n].provider
		}
	}
	return found
}

// searchesLocked reports whether the provider finds the items of a locked collection.
func (p Provider) searchesLocked() bool { return p == GNOMEKeyring || p == KWallet }

func (c *connection) hasOwner(ctx context.Context, name string) bool {
	return c.startOwner(ctx, name)() != ""
}

// startOwner asks who has a name on the bus; what it returns waits for the answer, "" for nobody.
func (c *connection) startOwner(ctx context.Context, name string) func() string {
	call := c.BusObject().GoWithContext(ctx, "org.freedesktop.DBus.GetNameOwner", 0, make(chan *dbus.Call, 1), name)
	return func() string {
		var owner string
		if err := (<-call.Done).Store(&owner); err != nil {
			return ""
		}
		return owner
	}
}

// isGNOME reports whether the service is GNOME Keyring. It asks the bus once for each owner.
func (c *connection) isGNOME(ctx context.Context) bool {
	if c.owner == "" {
		return false
	}
	if c.gnome != c.owner {
		c.gnome = c.startOwner(ctx, "org.gnome.keyring")()
	}
	return c.gnome == c.owner
}
