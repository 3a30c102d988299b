//go:build !(windows && wine)

package keychaintest

import (
	"os"
	"os/exec"
	"testing"
)

// gcrPrompter is GNOME's program that asks for passwords. It is not in PATH.
const gcrPrompter = "/usr/libexec/gcr-prompter"

// StartPrompter gives the keyring a screen to ask on, an Xvfb that nobody looks at: from then on unlocking does not fail at
// once, it waits for an answer. Like the real one, the prompter ends by itself when it has nothing to ask for 10 s.
//
// The function it returns takes the screen away: whatever was being asked is then as good as dismissed.
func (k *Keyring) StartPrompter(t testing.TB) (stop func()) {
	t.Helper()
	if _, err := os.Stat(gcrPrompter); err != nil {
		t.Fatalf("keychaintest: %v: %s", err, installScreen)
	}
	k.startScreen(t)
	p := k.start(t, k.onScreen(t, gcrPrompter))
	s := k.dial(t)
	defer s.Close()
	p.await(t, "gcr-prompter", func() bool { return s.hasOwner("org.gnome.keyring.SystemPrompter") })
	return p.stop
}

// onScreen prepares a program that shows its windows on the screen.
func (k *Keyring) onScreen(t testing.TB, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := k.command(t, name, args...)
	// Settings and accessibility would look for services that are not on this bus.
	cmd.Env = append(cmd.Env, "DISPLAY="+k.screen.display, "GDK_BACKEND=x11", "GSETTINGS_BACKEND=memory", "NO_AT_BRIDGE=1", "QT_QPA_PLATFORM=xcb")
	return cmd
}
