package keychain

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"doorkey/auth/keychain/keychaintest"

	"go.uber.org/goleak"
)

const (
	issuer = "https://id.example.com/oidc"
	client = "desktop"
)

var (
	alice = Key{issuer, client, "alice"}
	bob   = Key{issuer, client, "bob"}
)

// childVariable makes the test binary one of the programs of childPrograms, so that tests have a second process.
const childVariable = "KEYCHAIN_TEST_CHILD"

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == securityName {
		os.Exit(security(os.Args[1:]))
	}
	if name := os.Getenv(childVariable); name != "" {
		if err := childPrograms[name](); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// childPrograms use the keychain their environment leads to.
var childPrograms = map[string]func() error{
	// load prints the session of alice.
	"load": func() error {
		data, err := New(Options{}).Load(background, alice)
		fmt.Printf("%s", data)
		return err
	},
	// probe prints what kinds of error Save and Load return.
	"probe": func() error {
		k := New(Options{})
		_, loadErr := k.Load(background, alice)
		_, listErr := k.Subjects(background, issuer, client)
		for _, err := range []error{k.Save(background, alice, []byte("x")), loadErr, k.Delete(background, alice), listErr} {
			fmt.Println(errors.Is(err, ErrUnavailable), err)
		}
		return nil
	},
	// alternate saves the two sessions of twoSessions in turn.
	"alternate": func() error {
		k := New(Options{})
		sessions := twoSessions()
		for n := range alternations {
			if err := k.Save(background, alice, sessions[n%2]); err != nil {
				return err
			}
		}
		return nil
	},
	// compete saves sessions of many lengths, all of which isCompeting knows.
	"compete": func() error {
		k := New(Options{})
		for n := range 10 {
			if err := k.Save(background, alice, competing(os.Getpid()+n)); err != nil {
				return err
			}
		}
		return nil
	},
	// save, delete, switch and forget change what is stored of alice.
	"save":   func() error { return New(Options{}).Save(background, alice, []byte("saved")) },
	"delete": func() error { return New(Options{}).Delete(background, alice) },
	"switch": func() error { return New(Options{}).SetCurrent(background, alice) },
	"forget": func() error { return New(Options{}).SetCurrent(background, Key{Issuer: issuer, ClientID: client}) },
	// hold takes the lock of the session of alice, starts a program, tells its process id, and waits to be killed.
	"hold": func() error {
		if _, err := New(Options{}).Lock(background, alice); err != nil {
			return err
		}
		other := exec.Command(os.Args[0])
		other.Env = append(os.Environ(), childVariable+"=rest")
		if err := other.Start(); err != nil {
			return err
		}
		fmt.Println(other.Process.Pid)
		return other.Wait()
	},
	// rest lives on for a while.
	"rest": func() error { time.Sleep(time.Minute); return nil },
	// count adds to the number in counterFile, which takes the lock of the session of alice to come out right.
	"count": func() error {
		k := New(Options{})
		for range counts {
			unlock, err := k.Lock(background, alice)
			if err != nil {
				return err
			}
			n, err := readCounter()
			if err != nil {
				return err
			}
			time.Sleep(testTick)
			if err := os.WriteFile(counterFile(), []byte(strconv.Itoa(n+1)), 0o600); err != nil {
				return err
			}
			unlock()
		}
		return nil
	},
}

// child prepares one of childPrograms, with ring for its keychain.
func child(ring *keychaintest.Keyring, name string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), ring.Env()...), childVariable+"="+name,
		"GORACE=atexit_sleep_ms=0") // under -race a program sleeps for a second before it ends
	cmd.Stderr = os.Stderr
	return cmd
}

// open starts a keyring, leads this process to it and returns a Keychain on it.
func open(t testing.TB, opts ...keychaintest.Option) (*keychaintest.Keyring, *Keychain) {
	t.Helper()
	ring := keychaintest.Start(t, opts...)
	ring.Setenv(t)
	return ring, New(Options{})
}

// A step of a test that has to succeed.
func mustSave(t testing.TB, k *Keychain, key Key, data []byte) {
	t.Helper()
	if err := k.Save(background, key, data); err != nil {
		t.Fatal(err)
	}
}

func mustDelete(t testing.TB, k *Keychain, key Key) {
	t.Helper()
	if err := k.Delete(background, key); err != nil {
		t.Fatal(err)
	}
}

func mustSetCurrent(t testing.TB, k *Keychain, key Key) {
	t.Helper()
	if err := k.SetCurrent(background, key); err != nil {
		t.Fatal(err)
	}
}

// wantCurrent checks who is current.
func wantCurrent(t testing.TB, s store, want string) {
	t.Helper()
	if got, err := s.Current(background, issuer, client); err != nil || got != want {
		t.Errorf("Current = %q, %v; want %q", got, err, want)
	}
}

// wantSession checks what the session of key is; nil stands for none.
func wantSession(t testing.TB, k *Keychain, key Key, want []byte) {
	t.Helper()
	got, err := k.Load(background, key)
	switch {
	case want == nil && !errors.Is(err, ErrNotFound):
		t.Errorf("Load(%s) = %.20q, %v; want ErrNotFound", key.Subject, got, err)
	case want != nil && (err != nil || !bytes.Equal(got, want)):
		t.Errorf("Load(%s) = %.20q (%d bytes), %v; want %.20q (%d bytes)", key.Subject, got, len(got), err, want, len(want))
	}
}

// private is a mode of a file or a folder that is the person's alone. Windows
// has none: what is in a profile is private by its place.
func private(t testing.TB, info os.FileInfo, want os.FileMode) bool {
	t.Helper()
	return info.Mode().Perm() == want || runtime.GOOS == "windows"
}

func wantEmpty(t testing.TB, ring *keychaintest.Keyring) {
	t.Helper()
	for _, item := range ring.Items(t) {
		t.Errorf("left in the keychain: %s (%d bytes)", item.Name, item.Size)
	}
}

// text is a session of so many bytes that is easy to tell from others.
func text(name string, size int) []byte {
	return []byte(strings.Repeat(name+" ", size/(len(name)+1)+1)[:size])
}
