//go:build linux

package secretservice

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"doorkey/auth/keychain/keychaintest"

	"github.com/zalando/go-keyring"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open starts GNOME Keyring and returns it with a Service that leads to it.
func open(t testing.TB) (*keychaintest.Keyring, *Service) {
	t.Helper()
	ring := keychaintest.Start(t)
	ring.Setenv(t)
	return ring, newService(t)
}

func newService(t testing.TB) *Service {
	t.Helper()
	s := New()
	t.Cleanup(func() { s.Close() })
	return s
}

// patience returns a context for what should take milliseconds.
func patience(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func mustSet(t testing.TB, s *Service, user, value string) {
	t.Helper()
	if err := s.Set(patience(t), "test", user, value); err != nil {
		t.Fatalf("Set(%s): %v", user, err)
	}
}

func wantValue(t testing.TB, s *Service, user, want string) {
	t.Helper()
	if got, err := s.Get(patience(t), "test", user); err != nil || got != want {
		t.Errorf("Get(%s) = %.20q, %v; want %.20q", user, got, err, want)
	}
}

func wantNone(t testing.TB, s *Service, user string) {
	t.Helper()
	if got, err := s.Get(patience(t), "test", user); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("Get(%s) = %.20q, %v; want ErrNotFound", user, got, err)
	}
}

func TestStore(t *testing.T) {
	ring, s := open(t)
	testStore(t, ring, s)
}

// testStore is what is promised of each keychain, one that is open and asks nobody.
func testStore(t *testing.T, ring *keychaintest.Keyring, s *Service) {
	wantNone(t, s, "alice")
	mustSet(t, s, "alice", "one")
	mustSet(t, s, "bob", "two")
	wantValue(t, s, "alice", "one")
	mustSet(t, s, "alice", strings.Repeat("three ", 20_000))
	wantValue(t, s, "alice", strings.Repeat("three ", 20_000))
	wantValue(t, newService(t), "alice", strings.Repeat("three ", 20_000))
	mustSet(t, s, "alice", "")
	wantValue(t, s, "alice", "")
	if items := ring.Items(t); len(items) != 2 {
		t.Errorf("%v is stored; want two items", items)
	}
	if err := s.Delete(patience(t), "test", "alice"); err != nil {
		t.Error(err)
	}
	wantNone(t, s, "alice")
	wantNone(t, newService(t), "alice")
	if err := s.Delete(patience(t), "test", "alice"); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("Delete: %v; want ErrNotFound", err)
	}
	wantValue(t, s, "bob", "two")
}

func TestItemsAreThoseOfGoKeyring(t *testing.T) {
	ring, s := open(t)
	testItems(t, ring, s)
}

// testItems checks that go-keyring and libsecret read what is written, and the other way round.
func testItems(t *testing.T, ring *keychaintest.Keyring, s *Service) {
	mustSet(t, s, "ours", "one")
	if got, err := keyring.Get("test", "ours"); err != nil || got != "one" {
		t.Errorf("go-keyring: Get = %q, %v", got, err)
	}
	if err := keyring.Set("test", "ours", "two"); err != nil {
		t.Fatal(err)
	}
	wantValue(t, s, "ours", "two")
	if err := keyring.Set("test", "theirs", "three"); err != nil {
		t.Fatal(err)
	}
	wantValue(t, s, "theirs", "three")
	mustSet(t, s, "theirs", "four")
	if got, err := keyring.Get("test", "theirs"); err != nil || got != "four" {
		t.Errorf("go-keyring: Get = %q, %v", got, err)
	}
	if items := ring.Items(t); len(items) != 2 {
		t.Errorf("%v is stored; want two items", items)
	}
	if err := keyring.Delete("test", "ours"); err != nil {
		t.Error(err)
	}
	wantNone(t, s, "ours")
	wantValue(t, s, "theirs", "four")
	if got, want := label(t, s, "theirs"), "Password for 'theirs' on 'test'"; got != want {
		t.Errorf("label %q; want %q", got, want)
	}
	mustSet(t, s, "ours", "five")
	output, err := exec.Command("secret-tool", "lookup", "service", "test", "username", "ours").CombinedOutput()
	if err != nil || string(output) != "five" {
		t.Errorf("secret-tool: %q, %v", output, err)
	}
}

// label returns the label of an item that s knows.
func label(t testing.TB, s *Service, user string) string {
	t.Helper()
	label, err := s.conn.Object(serviceName, s.conn.items[entry{"test", user}]).GetProperty(itemInterface + ".Label")
	if err != nil {
		t.Fatal(err)
	}
	text, _ := label.Value().(string)
	return text
}

func TestCalls(t *testing.T) {
	ring, writer := open(t)
	calls := ring.RecordCalls(t)
	s := newService(t)
	for _, test := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"the first Set", func() error { return writer.Set(patience(t), "test", "a", "1") },
			[]string{"Service.OpenSession", "Collection.CreateItem"}},
		{"a later Set", func() error { return writer.Set(patience(t), "test", "a", "2") }, []string{"Item.SetSecret"}},
		{"a Get of what was set", func() error { return get(t, writer, "a", "2") }, []string{"Item.GetSecret"}},
		{"the first Get", func() error { return get(t, s, "a", "2") },
			[]string{"Service.OpenSession", "Collection.SearchItems", "Item.GetSecret"}},
		{"a later Get", func() error { return get(t, s, "a", "2") }, []string{"Item.GetSecret"}},
		{"a Set by another", func() error { return writer.Set(patience(t), "test", "a", "3") }, []string{"Item.SetSecret"}},
		{"a Get after it", func() error { return get(t, s, "a", "3") }, []string{"Item.GetSecret"}},
		{"a Get of another item", func() error { return writer.Set(patience(t), "test", "b", "4") }, []string{"Collection.CreateItem"}},
		{"the first Get of that", func() error { return get(t, s, "b", "4") },
			[]string{"Collection.SearchItems", "Item.GetSecret"}},
		{"a removed one", func() error { return writer.Delete(patience(t), "test", "a") },
			[]string{"Collection.SearchItems", "Service.Unlock", "Item.Delete"}},
		{"go-keyring's Get, as a yardstick", func() error { _, err := keyring.Get("test", "b"); return err },
			[]string{"Properties.Get", "Service.Unlock", "Collection.SearchItems", "Service.OpenSession", "Service.Unlock", "Item.GetSecret", "Session.Close"}},
	} {
		err := test.do()
		if got := calls(); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, error %v; want %v", test.name, got, err, test.want)
		}
	}
	wantNone(t, s, "a")
}

func get(t testing.TB, s *Service, user, want string) error {
	t.Helper()
	got, err := s.Get(patience(t), "test", user)
	if err == nil && got != want {
		err = fmt.Errorf("got %q; want %q", got, want)
	}
	return err
}
