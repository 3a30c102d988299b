//go:build !(windows && wine)

package keychaintest

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
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
	const install = "a screen to ask on is needed: apt-get install xvfb gcr"
	xvfb, err := exec.LookPath("Xvfb")
	if err != nil {
		t.Fatalf("keychaintest: %v: %s", err, install)
	}
	if _, err := os.Stat(gcrPrompter); err != nil {
		t.Fatalf("keychaintest: %v: %s", err, install)
	}

	number, child, err := os.Pipe()
	if err != nil {
		t.Fatalf("keychaintest: %v", err)
	}
	defer number.Close()
	screen := exec.Command(xvfb, "-displayfd", "3", "-screen", "0", "800x600x24", "-nolisten", "tcp")
	screen.ExtraFiles = []*os.File{child}
	x := k.start(t, screen)
	child.Close()
	line, err := bufio.NewReader(number).ReadString('\n')
	if err != nil {
		t.Fatalf("keychaintest: Xvfb does not start: %v\n%s", err, x.output())
	}

	cmd := k.command(t, gcrPrompter)
	// Settings and accessibility would look for services that are not on this bus.
	cmd.Env = append(cmd.Env, "DISPLAY=:"+strings.TrimSpace(line), "GDK_BACKEND=x11", "GSETTINGS_BACKEND=memory", "NO_AT_BRIDGE=1")
	p := k.start(t, cmd)
	s := k.dial(t)
	defer s.Close()
	p.await(t, "gcr-prompter", func() bool { return s.hasOwner("org.gnome.keyring.SystemPrompter") })
	return p.stop
}
