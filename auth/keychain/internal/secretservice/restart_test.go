//go:build linux

package secretservice

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"doorkey/auth/keychain/keychaintest"

	"github.com/godbus/dbus/v5"
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

// A call can be given up, whatever it is that does not answer.
func TestNobodyAnswers(t *testing.T) {
	for _, test := range []struct {
		name           string
		bus, connected bool
	}{
		{"the service", false, true},
		{"the service, from the start", false, false},
		{"the bus", true, true},
		{"the bus, from the start", true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			ring, s := open(t)
			mustSet(t, s, "alice", "one")
			if !test.connected {
				s = newService(t)
			}
			thaw := ring.Freeze(t, test.bus)
			for method, call := range map[string]func(context.Context) error{
				"Get":    func(ctx context.Context) error { _, err := s.Get(ctx, "test", "alice"); return err },
				"Set":    func(ctx context.Context) error { return s.Set(ctx, "test", "alice", "one") },
				"Delete": func(ctx context.Context) error { return s.Delete(ctx, "test", "bob") },
			} {
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				defer cancel()
				if err := call(ctx); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%s: %v; want DeadlineExceeded", method, err)
				}
			}
			thaw()
			wantValue(t, s, "alice", "one")
		})
	}
}

func TestWhatIsTriedAgain(t *testing.T) {
	gone := dbus.Error{Name: "org.freedesktop.Secret.Error.NoSuchObject"}
	for _, test := range []struct {
		name  string
		known bool // something was learnt before
		err   error
		close bool // the connection ends
		times int  // that it fails
		want  int  // times that it is tried
	}{
		{"an item that is replaced while it is read", false, gone, false, 1, 2},
		{"an item that is replaced time and again", false, gone, false, 10, 5},
		{"a session that ended", true, dbus.Error{Name: "org.freedesktop.Secret.Error.NoSession"}, false, 1, 2},
		{"a session that ended before it was used", false, dbus.Error{Name: "org.freedesktop.Secret.Error.NoSession"}, false, 1, 1},
		{"a connection that ended since it was last used", true, dbus.ErrClosed, true, 1, 2},
		{"a connection that ends at once", false, dbus.ErrClosed, true, 1, 1},
		{"a full disk", true, dbus.Error{Name: "org.freedesktop.DBus.Error.Failed"}, false, 1, 1},
		{"no collection", true, fmt.Errorf("%w (%v)", ErrNoCollection, gone), false, 1, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, s := open(t)
			if test.known {
				mustSet(t, s, "alice", "one")
			}
			var conns []*connection
			err := s.do(patience(t), func(c *connection) error {
				if conns = append(conns, c); len(conns) > test.times {
					return nil
				}
				if test.close {
					c.Close()
				}
				return test.err
			})
			if len(conns) != test.want {
				t.Errorf("tried %d times; want %d", len(conns), test.want)
			}
			if want := test.times >= test.want; (err != nil) != want {
				t.Errorf("error %v", err)
			}
			if test.close && len(conns) == 2 && conns[0] == conns[1] {
				t.Error("tried again on the connection that ended")
			}
		})
	}
}

func TestAnotherBus(t *testing.T) {
	_, s := open(t)
	mustSet(t, s, "alice", "one")
	_, _ = open(t) // which leads this process to another bus
	wantNone(t, s, "alice")
	mustSet(t, s, "alice", "two")
	wantValue(t, newService(t), "alice", "two")
}

// As go-keyring does: a person may make another collection the default one.
func TestLoginComesBeforeTheDefaultCollection(t *testing.T) {
	ring, s := open(t)
	ring.CreateDefault(t, "other")
	if err := keyring.Set("test", "alice", "one"); err != nil {
		t.Fatal(err)
	}
	wantValue(t, s, "alice", "one")
	mustSet(t, s, "alice", "two")
	if got, err := keyring.Get("test", "alice"); err != nil || got != "two" {
		t.Errorf("go-keyring: Get = %q, %v", got, err)
	}
	if items := ring.Items(t); len(items) != 1 { // in "login"
		t.Errorf("%v is stored; want one item", items)
	}
}

// An item of the same attributes elsewhere is not taken for ours: it may be stale.
func TestItemsOfOtherCollectionsAreLeftAlone(t *testing.T) {
	ring := keychaintest.Start(t, keychaintest.WithoutCollection())
	ring.Setenv(t)
	s := newService(t)
	ring.CreateDefault(t, "first")
	mustSet(t, s, "alice", "one")
	ring.CreateDefault(t, "second")
	s = newService(t)
	wantNone(t, s, "alice")
	if err := s.Delete(patience(t), "test", "alice"); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("Delete: %v; want ErrNotFound", err)
	}
}
