//go:build linux

package main_test

import (
	"fmt"
	"strings"
	"testing"

	"doorkey/auth/keychain/keychaintest"

	"github.com/godbus/dbus/v5"
)

const (
	secretsName    = "org.freedesktop.secrets"
	secretsPath    = "/org/freedesktop/secrets"
	secretsService = "org.freedesktop.Secret.Service"
)

// wantStored waits until the keychain holds a session, or none.
func wantStored(t testing.TB, ring *keychaintest.Keyring, want bool) {
	t.Helper()
	conn := dial(t, ring)
	defer conn.Close()
	// Unlike ring.Items this does not mind items that go while they are read.
	await(t, fmt.Sprintf("a session in the keychain, or none: %v", want), func() bool {
		return len(items(t, conn)) > 0 == want
	})
	if n := len(items(t, conn)); n > 1 {
		t.Errorf("the session takes %d items", n)
	}
}

func dial(t testing.TB, ring *keychaintest.Keyring) *dbus.Conn {
	t.Helper()
	for _, v := range ring.Env() {
		if address, is := strings.CutPrefix(v, "DBUS_SESSION_BUS_ADDRESS="); is {
			conn, err := dbus.Connect(address)
			if err != nil {
				t.Fatal(err)
			}
			return conn
		}
	}
	t.Fatal("the keychain has no bus")
	return nil
}

// items are what the program keeps. (A browser may keep a key of its own.)
func items(t testing.TB, conn *dbus.Conn) []dbus.ObjectPath {
	t.Helper()
	var found, locked []dbus.ObjectPath
	err := conn.Object(secretsName, secretsPath).
		Call(secretsService+".SearchItems", 0, map[string]string{"service": "doorkey"}).Store(&found, &locked)
	if err != nil {
		t.Fatal(err)
	}
	return append(found, locked...)
}

// stored are the records that the keychain keeps for the program, one item each.
func (d *desk) stored(t testing.TB) string {
	t.Helper()
	conn := d.bus(t)
	service := conn.Object(secretsName, secretsPath)
	var none dbus.Variant
	var session dbus.ObjectPath
	err := service.Call(secretsService+".OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&none, &session)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, path := range items(t, conn) {
		var secret struct {
			Session    dbus.ObjectPath
			Parameters []byte
			Value      []byte
			Type       string
		}
		err := conn.Object(secretsName, path).Call("org.freedesktop.Secret.Item.GetSecret", 0, session).Store(&secret)
		if err != nil {
			t.Fatal(err)
		}
		format, record, _ := strings.Cut(string(secret.Value), "\n")
		if format != "1 raw" {
			t.Fatalf("an item begins with %q", format)
		}
		all.WriteString(record)
	}
	return all.String()
}
