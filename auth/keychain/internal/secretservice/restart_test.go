//go:build linux

package secretservice

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"doorkey/auth/keychain/keychaintest"

	"github.com/zalando/go-keyring"
)

func TestRestarts(t *testing.T) {
	for name, restart := range map[string]func(*keychaintest.Keyring, testing.TB){
		"of the service": (*keychaintest.Keyring).RestartSecretService,
		"of the bus":     (*keychaintest.Keyring).Restart,
	} {
		for method, call := range map[string]func(*testing.T, *Service) error{
			"Get":    func(t *testing.T, s *Service) error { return get(t, s, "alice", "one") },
			"Set":    func(t *testing.T, s *Service) error { return s.Set(patience(t), "test", "alice", "one") },
			"Delete": func(t *testing.T, s *Service) error { return s.Delete(patience(t), "test", "alice") },
		} {
			t.Run(name+"/"+method, func(t *testing.T) {
				ring, s := open(t)
				mustSet(t, s, "other", "another")
				mustSet(t, s, "alice", "one")
				restart(ring, t)
				if err := call(t, s); err != nil {
					t.Errorf("%s after a restart: %v", method, err)
				}
				wantValue(t, s, "other", "another")
			})
		}
	}
}

// Of two services in turn each gives its own paths to its items, and those of one mean others, or none, to the other.
func TestPathsAreForgottenWithTheirService(t *testing.T) {
	ring, s := open(t)
	mustSet(t, s, "alice", "hers")
	mustSet(t, s, "bob", "his")
	before := s.conn.items[entry{"test", "bob"}]
	if err := keyring.Delete("test", "alice"); err != nil {
		t.Fatal(err)
	}
	if err := keyring.Delete("test", "bob"); err != nil {
		t.Fatal(err)
	}
	ring.RestartSecretService(t)
	for _, user := range []string{"carol", "dave"} {
		if err := keyring.Set("test", user, "somebody else's"); err != nil {
			t.Fatal(err)
		}
	}
	if !pathsOf(t, s)[before] {
		t.Fatalf("no item has the path %s that bob's had; without that this proves nothing", before)
	}
	wantNone(t, s, "bob")
}

func TestAnItemReplacedOrRemovedByOthers(t *testing.T) {
	_, s := open(t)
	mustSet(t, s, "alice", "one")
	if err := keyring.Delete("test", "alice"); err != nil {
		t.Fatal(err)
	}
	wantNone(t, s, "alice")
	if err := keyring.Set("test", "alice", "two"); err != nil {
		t.Fatal(err)
	}
	wantValue(t, s, "alice", "two")
	if err := keyring.Delete("test", "alice"); err != nil {
		t.Fatal(err)
	}
	if err := keyring.Set("test", "alice", "three"); err != nil {
		t.Fatal(err)
	}
	wantValue(t, s, "alice", "three")
}

func TestNoService(t *testing.T) {
	ring := keychaintest.Start(t, keychaintest.WithoutSecretService())
	ring.Setenv(t)
	s := newService(t)
	for range 2 {
		if _, err := s.Get(patience(t), "test", "alice"); !isNamed(err, "org.freedesktop.DBus.Error.ServiceUnknown") {
			t.Errorf("%v; want ServiceUnknown", err)
		}
	}
	if got := s.Provider(patience(t)); got != "" {
		t.Errorf("Provider = %q; want none", got)
	}
}

func TestNoBus(t *testing.T) {
	if _, err := os.Stat(filepath.Join("/run/user", "0", "bus")); err == nil {
		t.Skip("this machine has a session bus at its usual place, which godbus finds")
	}
	bin := t.TempDir()
	launched := filepath.Join(bin, "launched")
	if err := os.WriteFile(filepath.Join(bin, "dbus-launch"), []byte("#!/bin/sh\necho >"+launched+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	for _, address := range []string{"", "autolaunch:"} {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
		if _, err := newService(t).Get(patience(t), "test", "alice"); !errors.Is(err, ErrNoBus) {
			t.Errorf("address %q: %v; want ErrNoBus", address, err)
		}
	}
	if _, err := os.Stat(launched); err == nil {
		t.Error("dbus-launch was run: it leaves a daemon behind")
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(bin, "none"))
	if _, err := newService(t).Get(patience(t), "test", "alice"); err == nil || errors.Is(err, ErrNoBus) {
		t.Errorf("no bus at the address: %v; want an error that says so", err)
	}
}
