package keychain

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"doorkey/auth/keychain/keychaintest"

	"go.uber.org/goleak"
)

// Two records, with names as package auth makes them.
const (
	accounts = "accounts-0123456789abcdef0123456789abcdef"
	others   = "accounts-fedcba9876543210fedcba9876543210"
)

// testTick is a moment.
const testTick = time.Millisecond

var background = context.Background()

// testLimit is the size of the largest item where the test wants a limit: that
// of the operating system, or Windows' where it has none.
var testLimit = cmp.Or(itemLimit, 2560)

const (
	// childVariable makes the test binary one of the programs of childPrograms,
	// so that tests have a second process.
	childVariable = "KEYCHAIN_TEST_CHILD"
	// limitVariable is not empty where the Keychain of that program has the testLimit.
	limitVariable = "KEYCHAIN_TEST_LIMIT"
)

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == securityName {
		os.Exit(security(os.Args[1:]))
	}
	if name := os.Getenv(childVariable); name != "" {
		k := New(Options{})
		if os.Getenv(limitVariable) != "" {
			k.items.limit = testLimit
		}
		if err := childPrograms[name](k); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// childPrograms use the keychain their environment leads to.
var childPrograms = map[string]func(*Keychain) error{
	// read prints the record.
	"read": func(k *Keychain) error {
		data, err := k.Read(background, accounts)
		fmt.Printf("%s", data)
		return err
	},
	// fail prints what kinds of error Read, Write and Probe return.
	"fail": func(k *Keychain) error {
		_, readErr := k.Read(background, accounts)
		_, probeErr := k.Probe(background)
		for _, err := range []error{readErr, k.Write(background, accounts, []byte("x")), k.Write(background, accounts, nil), probeErr} {
			fmt.Println(errors.Is(err, ErrUnavailable), err)
		}
		return nil
	},
	// alternate writes the two records of twoRecords in turn.
	"alternate": func(k *Keychain) error {
		records := twoRecords()
		for n := range alternations {
			if err := k.Write(background, accounts, records[n%2]); err != nil {
				return err
			}
		}
		return nil
	},
	// compete writes records of many lengths, all of which isCompeting knows.
	"compete": func(k *Keychain) error {
		for n := range 10 {
			if err := competeOnce(k, os.Getpid()+n); err != nil {
				return err
			}
		}
		return nil
	},
	// write and remove change the record.
	"write":  func(k *Keychain) error { return k.Write(background, accounts, []byte("written")) },
	"remove": func(k *Keychain) error { return k.Write(background, accounts, nil) },
	// hold takes the lock, says so, and waits to be killed.
	"hold": func(k *Keychain) error {
		if _, err := k.Lock(background, accounts); err != nil {
			return err
		}
		fmt.Println("held")
		time.Sleep(time.Minute)
		return nil
	},
}

// child prepares one of childPrograms, with ring for its keychain, which has a limit if that of k has one.
func child(ring *keychaintest.Keyring, k *Keychain, name string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), ring.Env()...), childVariable+"="+name,
		"GORACE=atexit_sleep_ms=0") // under -race a program sleeps for a second before it ends
	if k.items.limit > 0 {
		cmd.Env = append(cmd.Env, limitVariable+"=1")
	}
	cmd.Stderr = os.Stderr
	return cmd
}

// patience is the Timeout of a Keychain whose Timeout the test is not about: the largest record in parts takes some 10 s on a
// busy machine.
const patience = 2 * time.Minute

// open starts a keyring, leads this process to it and returns a Keychain on it.
func open(t testing.TB, opts ...keychaintest.Option) (*keychaintest.Keyring, *Keychain) {
	t.Helper()
	ring := keychaintest.Start(t, opts...)
	ring.Setenv(t)
	return ring, New(Options{Timeout: patience})
}

// openLimited is open for a Keychain whose items have a limit, as on Windows and macOS, so that a record that is larger is in parts.
func openLimited(t testing.TB) (*keychaintest.Keyring, *Keychain) {
	t.Helper()
	ring, k := open(t)
	k.items.limit = testLimit
	return ring, k
}

// forEachKeychain runs a test on an empty keychain as it is and, if that is another one, with a limit of its items.
func forEachKeychain(t *testing.T, test func(t *testing.T, ring *keychaintest.Keyring, k *Keychain)) {
	t.Run("keychain", func(t *testing.T) {
		ring, k := open(t)
		test(t, ring, k)
	})
	if itemLimit == 0 {
		t.Run("keychain with a limit", func(t *testing.T) {
			ring, k := openLimited(t)
			test(t, ring, k)
		})
	}
}

// on returns another Keychain like k, on r.
func on(r ring, k *Keychain) *Keychain {
	other := newKeychain(Options{Timeout: k.timeout, LockDir: k.lockDir}, r)
	other.items.limit = k.items.limit
	return other
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// mustWrite is a Write that has to succeed.
func mustWrite(t testing.TB, s store, name string, data []byte) {
	t.Helper()
	must(t, s.Write(background, name, data))
}

// wantRecord checks what the record of that name is; nil stands for none.
func wantRecord(t testing.TB, s store, name string, want []byte) {
	t.Helper()
	got, err := s.Read(background, name)
	if err != nil || (got == nil) != (want == nil) || !bytes.Equal(got, want) {
		t.Errorf("Read(%s) = %.20q (%d bytes), %v; want %.20q (%d bytes)", name, got, len(got), err, want, len(want))
	}
}

// wantTidy checks that the keychain has no items but those of the two records.
func wantTidy(t testing.TB, ring *keychaintest.Keyring, k *Keychain, when string) {
	t.Helper()
	want := 0
	for _, name := range []string{accounts, others} {
		switch _, h, err := (value{k.items, name}).item(background); {
		case err == nil && h != nil:
			want += 1 + h.Parts
		case err == nil:
			want++
		case !errors.Is(err, errNoItem):
			t.Errorf("%s: %v", when, err)
		}
	}
	if items := ring.Items(t); len(items) != want {
		t.Errorf("%s: %d items; want %d: %v", when, len(items), want, names(items))
	}
}

func wantEmpty(t testing.TB, ring *keychaintest.Keyring) {
	t.Helper()
	if items := ring.Items(t); len(items) > 0 {
		t.Errorf("left in the keychain: %v", names(items))
	}
}

func names(items []keychaintest.Item) (names []string) {
	for _, item := range items {
		names = append(names, item.Name)
	}
	return names
}

// text is a record of so many bytes that is easy to tell from others, and to compress.
func text(name string, size int) []byte {
	return []byte(strings.Repeat(name+" ", size/(len(name)+1)+1)[:size])
}

// noise is a record of so many bytes that cannot be compressed: the same ones for the same name.
func noise(name string, size int) []byte {
	data := make([]byte, size)
	_, _ = rand.NewChaCha8(sha256.Sum256([]byte(name))).Read(data) // never fails
	return data
}

// inParts is a record that takes so many parts where items have the testLimit.
func inParts(name string, parts int) []byte { return noise(name, parts*testLimit) }
