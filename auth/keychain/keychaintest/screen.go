//go:build !(windows && wine)

package keychaintest

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"slices"
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

// AwaitWindow waits until a window with such a title or class, a regular expression, is on the screen of
// [Keyring.StartPrompter].
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

// Close waits for a window with such a title and closes it with Escape, as somebody who does not want to answer does.
func (k *Keyring) Close(t testing.TB, title string) {
	t.Helper()
	id := k.awaitWindow(t, title)
	k.until(t, "the window "+title+" to close", func() bool {
		_ = k.xdotool(t, "windowfocus", id, "key", "Escape").Run()
		return !k.isThereAfter(t, id)
	})
}

// Type waits for a window with such a title, fills in its fields, and presses Return, again and again until the window
// is gone. Without fields it only presses Return.
func (k *Keyring) Type(t testing.TB, title string, fields ...string) {
	t.Helper()
	id := k.awaitWindow(t, title)
	k.until(t, "an answer in the window "+title, func() bool {
		// A window that has just been drawn loses what is typed; so it may take more than once.
		_ = k.xdotool(t, "windowfocus", id).Run() // there is no window manager to do so
		for n, field := range fields {
			if n > 0 {
				_ = k.xdotool(t, "key", "Tab").Run()
			}
			_ = k.xdotool(t, "key", "ctrl+a").Run()
			_ = k.xdotool(t, "type", field).Run()
		}
		_ = k.xdotool(t, "key", "Return").Run()
		return !k.isThereAfter(t, id)
	})
}

// until calls done until it returns true, and fails the test if that takes too long.
func (k *Keyring) until(t testing.TB, what string, done func() bool) {
	t.Helper()
	k.screen.process.await(t, what, done)
}

// isThere reports whether a window is on the screen.
func (k *Keyring) isThere(t testing.TB, id string) bool {
	t.Helper()
	return slices.Contains(k.visible(t), id)
}

// isThereAfter reports whether a window is still on the screen after two seconds. It returns as soon as it is not.
func (k *Keyring) isThereAfter(t testing.TB, id string) bool {
	t.Helper()
	for limit := time.Now().Add(2 * time.Second); time.Now().Before(limit); time.Sleep(20 * time.Millisecond) {
		if !k.isThere(t, id) {
			return false
		}
	}
	return true
}

// windows returns the ids of the windows with such a title or class. It is empty while there are none.
func (k *Keyring) windows(t testing.TB, title string) []string {
	t.Helper()
	pattern := regexp.MustCompile(title)
	byClass, _ := k.xdotool(t, "search", "--onlyvisible", "--class", title).Output() // fails where it finds none
	ids := strings.Fields(string(byClass))
	for _, id := range k.visible(t) {
		// xdotool search --name does not find the titles of KWallet.
		name, _ := k.xdotool(t, "getwindowname", id).Output()
		if pattern.Match(bytes.TrimSpace(name)) {
			ids = append(ids, id)
		}
	}
	return ids
}

// visible returns the ids of all windows that can be seen.
func (k *Keyring) visible(t testing.TB) []string {
	t.Helper()
	output, _ := k.xdotool(t, "search", "--onlyvisible", "--name", ".*").Output()
	return strings.Fields(string(output))
}

// Allow presses Return in every window with such a title until the test ends, like somebody who allows everything.
func (k *Keyring) Allow(t testing.TB, title string) {
	t.Helper()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			for _, id := range k.windows(t, title) {
				_ = k.xdotool(t, "windowfocus", id, "key", "Return").Run()
			}
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	t.Cleanup(func() { close(stop); <-stopped })
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
