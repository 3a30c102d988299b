//go:build linux

package keychain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"doorkey/auth/keychain/internal/secretservice"
	"doorkey/auth/keychain/keychaintest"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"
)

func TestNoSessionBus(t *testing.T) {
	if _, err := os.Stat(fmt.Sprintf("/run/user/%d/bus", os.Getuid())); err == nil {
		t.Skip("this computer has a session bus at its usual place, which the other program must not find")
	}
	ring := keychaintest.Start(t, keychaintest.WithoutSecretService())
	bin := t.TempDir()
	launched := filepath.Join(bin, "launched")
	script := "#!/bin/sh\necho >" + launched + "\n"
	if err := os.WriteFile(filepath.Join(bin, "dbus-launch"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"", "autolaunch:"} {
		cmd := child(ring, New(Options{}), "fail")
		cmd.Env = append(cmd.Env, "DBUS_SESSION_BUS_ADDRESS="+address, "PATH="+bin+":"+os.Getenv("PATH"))
		wantAllUnavailable(t, cmd.Output)
		if _, err := os.Stat(launched); err == nil {
			t.Fatalf("address %q: dbus-launch was run: it leaves a daemon behind", address)
		}
	}
}

func TestNoBusAtTheAddress(t *testing.T) {
	ring := keychaintest.Start(t, keychaintest.WithoutSecretService())
	for _, address := range []string{
		"unix:path=/nonexistent/bus", "unix:path=/etc/passwd", "tcp:host=127.0.0.1,port=1",
		"autolaunch:scope=*user", "disabled:", "nonsense",
	} {
		t.Run(address, func(t *testing.T) {
			cmd := child(ring, New(Options{}), "fail")
			cmd.Env = append(cmd.Env, "DBUS_SESSION_BUS_ADDRESS="+address)
			wantAllUnavailable(t, cmd.Output)
		})
	}
}

func TestNoSecretService(t *testing.T) {
	ring := keychaintest.Start(t, keychaintest.WithoutSecretService())
	output := wantAllUnavailable(t, child(ring, New(Options{}), "fail").Output)
	if !strings.Contains(output, "start GNOME Keyring") {
		t.Errorf("%s\ndoes not say what to do", output)
	}
}

// wantAllUnavailable checks the output of the program "fail".
func wantAllUnavailable(t *testing.T, run func() ([]byte, error)) string {
	t.Helper()
	output, err := run()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	if len(lines) != 4 {
		t.Errorf("%d lines; want 4: %s", len(lines), output)
	}
	for _, line := range lines {
		if !strings.HasPrefix(line, "true ") {
			t.Errorf("%s; want ErrUnavailable", line)
		}
	}
	return string(output)
}

func TestTheBusEndsWhileThePromptIsOpen(t *testing.T) {
	ring, k := open(t)
	mustWrite(t, k, accounts, []byte("old"))
	ring.StartPrompter(t)
	ring.Lock(t)
	wantPrompt(t, New(Options{Timeout: 500 * testTick, PromptTimeout: 500 * testTick}))
	ended := make(chan error, 1)
	go func() { _, err := k.Read(background, accounts); ended <- err }()
	time.Sleep(200 * testTick)
	ring.Stop() // go-keyring panics here, and would take the test with it
	if err := <-ended; !errors.Is(err, ErrUnavailable) {
		t.Errorf("%v; want ErrUnavailable", err)
	}
}

func TestLockedAndNobodyToAsk(t *testing.T) {
	ring, k := open(t)
	mustWrite(t, k, accounts, []byte("old"))
	ring.Lock(t)
	_, readErr := k.Read(background, accounts)
	for name, err := range map[string]error{
		"read":   readErr,
		"write":  k.Write(background, accounts, []byte("new")),
		"remove": k.Write(background, accounts, nil),
	} {
		if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "unlock the login keyring") {
			t.Errorf("%s: %v; want ErrLocked, and what to do", name, err)
		}
	}
	ring.Unlock(t)
	wantRecord(t, k, accounts, []byte("old"))
}

func TestAPromptNobodyAnswers(t *testing.T) {
	ring, _ := open(t)
	const limit = 500 * time.Millisecond
	k := New(Options{Timeout: limit, PromptTimeout: limit})
	mustWrite(t, k, accounts, []byte("old"))
	dismiss := ring.StartPrompter(t)
	ring.Lock(t)
	start := time.Now()
	wantPrompt(t, k)
	if took := time.Since(start); took < limit || took > limit+5*time.Second {
		t.Errorf("gave up after %v; the limit is %v", took, limit)
	}
	if err := k.Write(background, accounts, []byte("new")); !errors.Is(err, ErrTimeout) {
		t.Errorf("write: %v; want ErrTimeout", err)
	}

	dismiss()
	ring.Unlock(t)
	patient := New(Options{})
	wantRecord(t, patient, accounts, []byte("old"))
	mustWrite(t, patient, accounts, []byte("new"))
	wantRecord(t, k, accounts, []byte("new")) // the one that was stuck works again, too
}

func TestAPromptThatIsDismissed(t *testing.T) {
	ring, k := open(t)
	mustWrite(t, k, accounts, []byte("old"))
	dismiss := ring.StartPrompter(t)
	ring.Lock(t)
	ended := make(chan error, 1)
	go func() { _, err := k.Read(background, accounts); ended <- err }()
	time.Sleep(300 * testTick)
	dismiss()
	if err := <-ended; !errors.Is(err, ErrLocked) {
		t.Errorf("%v; want ErrLocked", err)
	}
}

// wantPrompt checks that Read waits for a prompt and gives up.
func wantPrompt(t *testing.T, k *Keychain) {
	t.Helper()
	_, err := k.Read(background, accounts)
	if !errors.Is(err, ErrTimeout) || !strings.Contains(err.Error(), "open on the desktop") {
		t.Errorf("read: %v; want ErrTimeout, and what to do", err)
	}
}

func TestClassify(t *testing.T) {
	named := func(name string) error { return dbus.Error{Name: name} }
	unknown := errors.New("something else")
	for _, test := range []struct {
		err  error
		want error
	}{
		{keyring.ErrNotFound, errNoItem},
		{keyring.ErrUnsupportedPlatform, ErrUnavailable},
		{named("org.freedesktop.Secret.Error.IsLocked"), ErrLocked},
		{secretservice.ErrDismissed, ErrLocked},
		{secretservice.ErrNoDisplay, ErrLocked},
		{secretservice.ErrNoDatabase, ErrLocked},
		{secretservice.ErrNoBus, ErrUnavailable},
		{named("org.freedesktop.Secret.Error.NoSuchObject"), errVanished},
		{goneError, errVanished},
		{named("org.freedesktop.DBus.Error.NoReply"), ErrUnavailable},
		{named("org.freedesktop.DBus.Error.Spawn.ExecFailed"), ErrUnavailable},
		{dbus.ErrClosed, ErrUnavailable},
		{io.EOF, ErrUnavailable},
		{&net.OpError{Op: "dial", Err: errors.New("connection refused")}, ErrUnavailable},
		{named("org.freedesktop.DBus.Error.Failed"), named("org.freedesktop.DBus.Error.Failed")},
		{unknown, unknown},
	} {
		got := explain(background, nil, test.err)
		if e, ok := test.want.(dbus.Error); ok {
			if gotE, ok := got.(dbus.Error); !ok || gotE.Name != e.Name {
				t.Errorf("explain(%v) = %v; want it unchanged", test.err, got)
			}
			continue
		}
		if !errors.Is(got, test.want) {
			t.Errorf("explain(%v) = %v; want %v", test.err, got, test.want)
		}
	}
}

// goneError is how GNOME Keyring says that an item is not there any more.
var goneError error = dbus.Error{
	Name: "org.freedesktop.DBus.Error.UnknownMethod",
	Body: []any{"No such interface “org.freedesktop.Secret.Item” on object at path /org/freedesktop/secrets/collection/login/1"},
}

func TestAnItemReplacedWhileItIsReadIsReadAgain(t *testing.T) {
	for _, test := range []struct {
		times int
		want  error
	}{{1, nil}, {4, nil}, {5, errVanished}} {
		r := &restlessRing{times: test.times}
		value, err := items{ring: r}.get(background, "item")
		if !errors.Is(err, test.want) || err == nil && value != "value" {
			t.Errorf("replaced %d times: %q, %v; want %v", test.times, value, err, test.want)
		}
	}
}

// A restlessRing answers some Gets with the error of an item that is gone.
type restlessRing struct {
	ring
	times int
}

func (r *restlessRing) Get(context.Context, string, string) (string, error) {
	if r.times--; r.times >= 0 {
		return "", goneError
	}
	return "value", nil
}
