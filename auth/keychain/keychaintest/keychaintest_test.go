//go:build linux

package keychaintest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestItemsAreWhatIsStored(t *testing.T) {
	ring := Start(t)
	if items := ring.Items(t); len(items) != 0 {
		t.Errorf("a new keyring has %v", items)
	}
	ring.Setenv(t)
	for name, size := range map[string]int{"b": 3, "a": 2000} {
		if err := keyring.Set("test", name, strings.Repeat("x", size)); err != nil {
			t.Fatal(err)
		}
	}
	items := ring.Items(t)
	if len(items) != 2 || items[0].Name != "a" || items[0].Size != 2000 || items[1].Name != "b" || items[1].Size != 3 {
		t.Fatalf("Items = %v", items)
	}
	if items[0].Service != "test" || items[0].Attributes["username"] != "a" || items[0].Attributes["service"] != "test" {
		t.Errorf("Items = %v", items)
	}
}

func TestLockAndUnlock(t *testing.T) {
	ring := Start(t)
	ring.Setenv(t)
	if err := keyring.Set("test", "a", "secret"); err != nil {
		t.Fatal(err)
	}
	ring.Lock(t)
	if value, err := keyring.Get("test", "a"); err == nil {
		t.Errorf("locked, and yet Get = %q", value)
	}
	ring.Unlock(t)
	if value, err := keyring.Get("test", "a"); err != nil || value != "secret" {
		t.Errorf("unlocked: Get = %q, %v", value, err)
	}
}

func TestKeyringsAreApart(t *testing.T) {
	first, second := Start(t), Start(t)
	first.Setenv(t)
	if err := keyring.Set("test", "a", "secret"); err != nil {
		t.Fatal(err)
	}
	second.Setenv(t) // the connection godbus keeps to the first must not be used
	if value, err := keyring.Get("test", "a"); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("the second keyring has %q, %v", value, err)
	}
	if len(first.Items(t)) != 1 || len(second.Items(t)) != 0 {
		t.Errorf("items: %v and %v", first.Items(t), second.Items(t))
	}
}

func TestWithoutSecretService(t *testing.T) {
	ring := Start(t, WithoutSecretService())
	ring.Setenv(t)
	_, err := keyring.Get("test", "a")
	var unknown dbus.Error
	if !errors.As(err, &unknown) || unknown.Name != "org.freedesktop.DBus.Error.ServiceUnknown" {
		t.Errorf("Get: %v; want ServiceUnknown", err)
	}
}

func TestNothingIsLeftBehind(t *testing.T) {
	var ring *Keyring
	before := os.Getenv("DBUS_SESSION_BUS_ADDRESS")
	t.Run("a test", func(t *testing.T) {
		ring = Start(t)
		ring.StartPrompter(t)
		ring.Setenv(t)
	})
	if after := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); after != before {
		t.Errorf("DBUS_SESSION_BUS_ADDRESS was %q, is %q", before, after)
	}
	if _, err := os.Stat(ring.dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", ring.dir, err)
	}
	if len(ring.daemons) != 4 {
		t.Errorf("%d processes; want a bus, a keyring, a screen and a prompter", len(ring.daemons))
	}
	for _, p := range ring.daemons {
		if err := syscall.Kill(p.cmd.Process.Pid, 0); !errors.Is(err, syscall.ESRCH) {
			t.Errorf("%v still runs: %v", p.cmd, err)
		}
	}
}

func TestAChildSeesTheKeyring(t *testing.T) {
	ring := Start(t)
	cmd := exec.Command("sh", "-c", "echo $DBUS_SESSION_BUS_ADDRESS; echo $HOME; echo $XDG_CACHE_HOME; echo $DISPLAY")
	cmd.Env = append(os.Environ(), ring.Env()...)
	output, err := cmd.Output()
	want := fmt.Sprintf("%s\n%s/home\n%s/cache\n\n", ring.address, ring.dir, ring.dir)
	if err != nil || string(output) != want {
		t.Errorf("the child has %q, %v; want %q", output, err, want)
	}
}

func TestAMissingProgramFailsTheTest(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for name, start := range map[string]func(testing.TB){
		"apt-get install dbus gnome-keyring": func(t testing.TB) { Start(t) },
		"apt-get install xvfb gcr":           func(t testing.TB) { new(Keyring).StartPrompter(t) },
	} {
		failed := &failure{TB: t}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			start(failed)
		}()
		<-ended
		if !strings.Contains(failed.message, name) {
			t.Errorf("it failed with %q; want the line %q", failed.message, name)
		}
	}
}

// A failure is a test that is meant to fail.
type failure struct {
	testing.TB
	message string
}

func (f *failure) Fatalf(format string, args ...any) {
	f.message = fmt.Sprintf(format, args...)
	runtime.Goexit()
}
