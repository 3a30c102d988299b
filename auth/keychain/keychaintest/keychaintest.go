//go:build !(windows && wine)

// Package keychaintest gives a test a real keychain of its own: GNOME Keyring on a private D-Bus, unlocked with a
// throwaway password, with its own home directory. Nothing of the person's own session is read, written or prompted for.
//
//	ring := keychaintest.Start(t)
//	cmd := exec.Command("doorkey", "token")
//	cmd.Env = append(os.Environ(), ring.Env()...) // this program sees the private keychain
//	...
//	if items := ring.Items(t); len(items) > 0 { // and nothing may be left in it
//		t.Errorf("left in the keychain: %v", items)
//	}
//
// The current process is not touched unless the test asks with [Keyring.Setenv].
//
// It runs on Linux. Where a program is missing the test fails, naming what to install; it is never skipped.
package keychaintest

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// Password unlocks the login collection; it protects nothing.
const Password = "throwaway"

// patience is how long a daemon gets to be ready.
const patience = 20 * time.Second

// A Keyring is a private D-Bus with GNOME Keyring on it. It lives until the test that started it ends.
type Keyring struct {
	dir     string // holds everything: the socket of the bus, the home directory
	address string // of the private bus
	daemons []*process
	secrets *process // the daemon that keeps the secrets, if there is one
	screen  *screen  // to ask on, once there is one

	startSecrets func(testing.TB) // starts the daemon that keeps the secrets

	collection  dbus.ObjectPath // that items are in
	unlockTitle string          // of the window that asks to unlock it, if only that does
	options
}

// An Option changes what [Start] starts.
type Option func(*options)

type options struct{ noSecretService, noCollection, confirming bool }

// WithoutSecretService starts the bus alone, as on a server without a desktop: there is nobody to keep a secret.
func WithoutSecretService() Option { return func(o *options) { o.noSecretService = true } }

// WithoutCollection starts a keyring that was never used: there is no collection to store anything in.
func WithoutCollection() Option { return func(o *options) { o.noCollection = true } }

// Start starts a private D-Bus and GNOME Keyring, and ends both when the test ends.
// It returns once the login collection is there and unlocked.
func Start(t testing.TB, opts ...Option) *Keyring {
	t.Helper()
	k := prepare(t, opts)
	k.collection = loginPath
	k.startSecrets = k.startSecretService
	k.startBus(t)
	if !k.noSecretService {
		k.startSecrets(t)
	}
	return k
}

// prepare makes the directories of a keyring.
func prepare(t testing.TB, opts []Option) *Keyring {
	t.Helper()
	// Not t.TempDir: the path of a Unix socket has at most 107 bytes, and that one holds the name of the test.
	dir, err := os.MkdirTemp("", "keychaintest-")
	if err != nil {
		t.Fatalf("keychaintest: %v", err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })

	k := &Keyring{dir: dir, address: "unix:path=" + dbus.EscapeBusAddressValue(filepath.Join(dir, "run", "bus"))}
	for _, opt := range opts {
		opt(&k.options)
	}
	for _, sub := range []string{"run", "home", "data", "config", "cache"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatalf("keychaintest: %v", err)
		}
	}
	return k
}

// Env returns the variables that lead a child process to this keyring; append them to os.Environ().
// HOME and the XDG directories lie in a directory of this keyring, and no display is given to ask on.
func (k *Keyring) Env() []string {
	return []string{
		"DBUS_SESSION_BUS_ADDRESS=" + k.address,
		"HOME=" + filepath.Join(k.dir, "home"),
		"XDG_RUNTIME_DIR=" + filepath.Join(k.dir, "run"),
		"XDG_DATA_HOME=" + filepath.Join(k.dir, "data"),
		"XDG_CONFIG_HOME=" + filepath.Join(k.dir, "config"),
		"XDG_CACHE_HOME=" + filepath.Join(k.dir, "cache"),
		"DISPLAY=",
		"WAYLAND_DISPLAY=",
	}
}

// Setenv leads the current process to this keyring until the test ends. As with [testing.T.Setenv] the test cannot be parallel.
func (k *Keyring) Setenv(t testing.TB) {
	t.Helper()
	for _, variable := range k.Env() {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	// godbus keeps one session connection for the whole process and would go on talking to the bus it knows.
	// A closed one is replaced at the next call.
	forget := func() {
		if conn, err := dbus.SessionBus(); err == nil {
			conn.Close()
		}
	}
	forget()
	t.Cleanup(forget)
}

// Stop ends the bus and all that is on it before the test ends, as logging out of the desktop does.
func (k *Keyring) Stop() {
	for _, p := range k.daemons { // the bus first: it does not wait for its clients
		p.stop()
	}
}

// StopSecretService ends the program that keeps the secrets, as an upgrade of it does.
func (k *Keyring) StopSecretService() { k.secrets.stop() }

// RestartSecretService ends the program that keeps the secrets and starts it anew, with the same items. A wallet of KWallet is locked then.
func (k *Keyring) RestartSecretService(t testing.TB) {
	t.Helper()
	k.secrets.stop()
	k.startSecrets(t)
}

// Restart ends the bus and all that is on it and starts it anew, at the same address and with the same items, as logging out and in again does.
// A screen is not started again.
func (k *Keyring) Restart(t testing.TB) {
	t.Helper()
	k.Stop()
	k.startBus(t)
	k.startSecrets(t)
}

// busConfig is a session bus that lets everybody do everything and, as it names no service directory, starts no
// service by itself: neither the person's keyring daemon nor a prompt.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>%s</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

func (k *Keyring) startBus(t testing.TB) {
	t.Helper()
	config := filepath.Join(k.dir, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, k.address), 0o600); err != nil {
		t.Fatalf("keychaintest: %v", err)
	}
	cmd := k.command(t, "dbus-daemon", "--config-file="+config, "--nofork", "--nosyslog", "--nopidfile", "--print-address=1")
	ready, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatalf("keychaintest: %v", err)
	}
	p := k.start(t, cmd)
	// It prints its address when it listens; the pipe ends if it fails to.
	if _, err := bufio.NewReader(ready).ReadString('\n'); err != nil {
		t.Fatalf("keychaintest: dbus-daemon does not start: %v\n%s", err, p.output())
	}
}

func (k *Keyring) startSecretService(t testing.TB) {
	t.Helper()
	cmd := k.command(t, "gnome-keyring-daemon", "--foreground", "--components=secrets")
	if !k.noCollection {
		cmd.Args = append(cmd.Args, "--unlock")
		cmd.Stdin = strings.NewReader(Password) // creates the login collection under this password
	}
	cmd.Stdout = new(bytes.Buffer)
	p := k.start(t, cmd)
	k.secrets = p

	s := k.dial(t)
	defer s.Close()
	if k.noCollection {
		p.await(t, "gnome-keyring-daemon", func() bool { return s.hasOwner(serviceName) })
		return
	}
	p.await(t, "the login collection of gnome-keyring-daemon", s.hasLogin)
}

func (k *Keyring) start(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	p := start(t, cmd)
	k.daemons = append(k.daemons, p)
	return p
}

// command prepares a program with this keyring's environment.
func (k *Keyring) command(t testing.TB, name string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		packages := map[string]string{"kwalletd5": "libkf5wallet-bin libqca-qt5-2-plugins", "keepassxc": "keepassxc", "keepassxc-cli": "keepassxc"}[name]
		if packages == "" {
			packages = "dbus gnome-keyring"
		}
		t.Fatalf("keychaintest: %v: a real keychain is needed to test against: apt-get install %s", err, packages)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), k.Env()...)
	return cmd
}
