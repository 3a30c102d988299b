//go:build !(windows && wine)

package keychaintest

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

const installScreen = "a screen to ask on is needed: apt-get install xvfb gcr xdotool"

// A screen is an Xvfb that nobody looks at, without a window manager.
type screen struct {
	display string
	process *process
}

// startScreen starts the screen, unless there is one.
func (k *Keyring) startScreen(t testing.TB) {
	t.Helper()
	if k.screen != nil {
		return
	}
	xvfb, err := exec.LookPath("Xvfb")
	if err != nil {
		t.Fatalf("keychaintest: %v: %s", err, installScreen)
	}
	number, child, err := os.Pipe()
	if err != nil {
		t.Fatalf("keychaintest: %v", err)
	}
	defer number.Close()
	cmd := exec.Command(xvfb, "-displayfd", "3", "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset")
	cmd.ExtraFiles = []*os.File{child}
	p := k.start(t, cmd)
	child.Close()
	line, err := bufio.NewReader(number).ReadString('\n')
	if err != nil {
		t.Fatalf("keychaintest: Xvfb does not start: %v\n%s", err, p.output())
	}
	k.screen = &screen{display: ":" + strings.TrimSpace(line), process: p}
}

// AwaitWindow waits until a window with such a title or class, a regular expression, is on the screen of [Keyring.StartPrompter].
func (k *Keyring) AwaitWindow(t testing.TB, title string) {
	t.Helper()
	k.awaitWindow(t, title)
}

func (k *Keyring) awaitWindow(t testing.TB, title string) (id string) {
	t.Helper()
	k.screen.process.await(t, "a window "+title, func() bool {
		ids := k.windows(t, title)
		if len(ids) > 0 {
			id = ids[0]
		}
		return len(ids) > 0
	})
	return id
}

// AwaitNoWindow waits until no such window is on the screen any more.
func (k *Keyring) AwaitNoWindow(t testing.TB, title string) {
	t.Helper()
	k.screen.process.await(t, "no window "+title, func() bool { return len(k.windows(t, title)) == 0 })
}

// Press waits for a window with such a title and presses keys in it, such as "Return" or "alt+f".
func (k *Keyring) Press(t testing.TB, title string, keys ...string) {
	t.Helper()
	id := k.awaitWindow(t, title)
	k.focus(t, id)
	for _, key := range keys {
		k.mustXdotool(t, "key", "--clearmodifiers", key)
	}
}

// Type waits for a window with such a title and fills its fields in, such as those of passwords: with Tab from one to the next, and Return at last.
func (k *Keyring) Type(t testing.TB, title string, fields ...string) {
	t.Helper()
	id := k.awaitWindow(t, title)
	k.focus(t, id)
	for n, field := range fields {
		if n > 0 {
			k.mustXdotool(t, "key", "Tab")
		}
		k.mustXdotool(t, "type", field)
	}
	k.mustXdotool(t, "key", "Return")
}

// focus leads what is typed to the window, once it takes it.
func (k *Keyring) focus(t testing.TB, id string) {
	t.Helper()
	time.Sleep(300 * time.Millisecond) // a window that has just been drawn loses what is typed
	k.mustXdotool(t, "windowfocus", "--sync", id)
}

func (k *Keyring) mustXdotool(t testing.TB, args ...string) {
	t.Helper()
	if output, err := k.xdotool(t, args...).CombinedOutput(); err != nil {
		t.Fatalf("keychaintest: xdotool %s: %v\n%s", args[0], err, output)
	}
}

// windows returns the ids of the windows with such a title. It is empty while there are none.
func (k *Keyring) windows(t testing.TB, title string) []string {
	t.Helper()
	output, _ := k.xdotool(t, "search", "--onlyvisible", title).Output() // fails where it finds none
	return strings.Fields(string(output))
}

func (k *Keyring) xdotool(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("xdotool")
	if err != nil {
		t.Fatalf("keychaintest: %v: %s", err, installScreen)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+k.screen.display)
	return cmd
}
