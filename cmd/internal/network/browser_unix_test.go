//go:build unix

package network_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"doorkey/cmd/internal/settings"
)

const somePage = "https://id.example.test/oidc/auth?a=1&b=$(reboot);`x`|\"'%s%20*"

// openedPage is what a browser is given of it: without what a program that is a
// script could take for something else.
const openedPage = "https://id.example.test/oidc/auth?a=1&b=%24%28reboot%29%3B%60x%60%7C%22%27%s%20*"

// fakeBrowser is a script that notes its arguments, one a line, and then does
// something.
type fakeBrowser struct{ program, notes string }

func newBrowser(t *testing.T, then string) fakeBrowser {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "my browser")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	b := fakeBrowser{filepath.Join(dir, "browser"), filepath.Join(dir, "notes")}
	script := "#!/bin/sh\nfor a; do printf '%s\\n' \"$a\"; done >'" + b.notes + ".new'\nmv '" + b.notes + ".new' '" + b.notes + "'\n" + then + "\n"
	if err := os.WriteFile(b.program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return b
}

// command is the setting, with a path that has a blank in it.
func (b fakeBrowser) command(args string) settings.Settings {
	return settings.Settings{Browser: strings.TrimSpace(`"` + b.program + `" ` + args)}
}

func (b fakeBrowser) args(t *testing.T) []string {
	t.Helper()
	for range 200 {
		if data, err := os.ReadFile(b.notes); err == nil {
			return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the browser was not started")
	return nil
}

func TestTheBrowserGetsThePage(t *testing.T) {
	for name, test := range map[string]struct {
		args string
		want []string
	}{
		"alone":             {"", []string{openedPage}},
		"after arguments":   {"--new-window -P 'my work'", []string{"--new-window", "-P", "my work", openedPage}},
		"in an argument":    {"--url=%s --quiet", []string{"--url=" + openedPage, "--quiet"}},
		"as an argument":    {"%s last", []string{openedPage, "last"}},
		"without any shell": {`$HOME "a;b" ` + "`id` | tee * > out", []string{"$HOME", "a;b", "`id`", "|", "tee", "*", ">", "out", openedPage}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBrowser(t, "")
			if err := with(t, b.command(test.args)).OpenBrowser(t.Context(), somePage); err != nil {
				t.Fatal(err)
			}
			if got := b.args(t); !slices.Equal(got, test.want) {
				t.Errorf("arguments = %q, want %q", got, test.want)
			}
		})
	}
}

func TestOnlyWebPagesAreOpened(t *testing.T) {
	b := newBrowser(t, "")
	n := with(t, b.command(""))
	for _, page := range []string{"", "file:///etc/passwd", "javascript:alert(1)", "--version", "https://", "mailto:a@example.test", "ms-settings:", " https://example.test", "https://exa\nmple.test", "/etc/passwd", "//example.test"} {
		if err := n.OpenBrowser(t.Context(), page); err == nil || !strings.Contains(err.Error(), "not a web address") {
			t.Errorf("%q: %v", page, err)
		}
	}
	if _, err := os.Stat(b.notes); err == nil {
		t.Errorf("the browser was started with %q", b.args(t))
	}
	for _, page := range []string{"https://example.test", "http://192.0.2.1/x", "http://localhost:1/"} {
		if err := n.OpenBrowser(t.Context(), page); err != nil {
			t.Errorf("%q: %v", page, err)
		}
	}
}

// One that fails at once is an error, which does not show the page; nothing that
// it prints is seen.
func TestABrowserThatFails(t *testing.T) {
	b := newBrowser(t, "echo this is printed; echo so is this >&2; exit 3")
	n := with(t, b.command(""))
	out := printed(t, func() {
		began := time.Now()
		err := n.OpenBrowser(t.Context(), somePage)
		if err == nil || !strings.Contains(err.Error(), b.program) || !strings.Contains(err.Error(), "exit status 3") || time.Since(began) > time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		if err != nil && strings.Contains(err.Error(), "reboot") {
			t.Errorf("%v shows the page", err)
		}
	})
	if out != "" {
		t.Errorf("it was seen that %q", out)
	}
	if err := os.Remove(b.program); err != nil { // after Set
		t.Fatal(err)
	}
	if err := n.OpenBrowser(t.Context(), somePage); err == nil || !strings.Contains(err.Error(), "did not open the page") || strings.Contains(err.Error(), "reboot") {
		t.Errorf("error = %v", err)
	}
}

// printed is what comes to the standard output and error of this program.
func printed(t *testing.T, do func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	stdout, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = w, w
	do()
	os.Stdout, os.Stderr = stdout, stderr
	w.Close()
	var out bytes.Buffer
	_, _ = out.ReadFrom(r)
	return out.String()
}

// One that stays is left alone, whatever becomes of the sign-in, and is reaped
// when the person closes it.
func TestABrowserThatStays(t *testing.T) {
	for name, test := range map[string]struct {
		limit, least, most time.Duration
	}{
		"a sign-in that goes on": {time.Minute, 900 * time.Millisecond, 3 * time.Second},
		"one that is given up":   {100 * time.Millisecond, 90 * time.Millisecond, 800 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			pidFile, closed := filepath.Join(dir, "pid"), filepath.Join(dir, "close")
			b := newBrowser(t, "echo $$ >'"+pidFile+"'\nwhile [ -d '"+dir+"' ] && [ ! -e '"+closed+"' ]; do sleep 0.02; done\nexit 1")
			n := with(t, b.command(""))
			ctx, cancel := context.WithTimeout(t.Context(), test.limit)
			began := time.Now()
			err := n.OpenBrowser(ctx, somePage)
			if took := time.Since(began); err != nil || took < test.least || took > test.most {
				t.Errorf("after %v: %v", took, err)
			}
			cancel()
			b.args(t)
			time.Sleep(50 * time.Millisecond)
			text, err := os.ReadFile(pidFile)
			if err != nil {
				t.Fatal(err)
			}
			pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
			if err := syscall.Kill(pid, 0); err != nil {
				t.Fatalf("the browser has ended: %v", err)
			}
			if group, err := syscall.Getpgid(pid); err != nil || group == syscall.Getpgrp() {
				t.Errorf("a Ctrl-C in our terminal would end it (%v)", err)
			}
			if err := os.WriteFile(closed, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			for range 200 {
				if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
			t.Error("it was never reaped")
		})
	}
}

func TestASignInThatWasGivenUpOpensNothing(t *testing.T) {
	b := newBrowser(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := with(t, b.command("")).OpenBrowser(ctx, somePage); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
	if _, err := os.Stat(b.notes); err == nil {
		t.Error("the browser was started")
	}
}

// Without the setting it is $BROWSER, or the system's; and a change takes effect
// at once.
func TestWithoutABrowserSetting(t *testing.T) {
	set1, system := newBrowser(t, ""), newBrowser(t, "")
	t.Setenv("BROWSER", system.program)
	n := with(t, settings.Settings{})
	if err := n.OpenBrowser(t.Context(), "https://example.test/1"); err != nil {
		t.Fatal(err)
	}
	if got := system.args(t); !slices.Equal(got, []string{"https://example.test/1"}) {
		t.Errorf("arguments = %q", got)
	}
	set(t, n, set1.command(""))
	if err := n.OpenBrowser(t.Context(), "https://example.test/2"); err != nil {
		t.Fatal(err)
	}
	if got := set1.args(t); !slices.Equal(got, []string{"https://example.test/2"}) {
		t.Errorf("arguments = %q", got)
	}
	set(t, n, settings.Settings{})
	if err := n.OpenBrowser(t.Context(), "https://example.test/3"); err != nil {
		t.Fatal(err)
	}
	if got := system.args(t); !slices.Equal(got, []string{"https://example.test/3"}) {
		t.Errorf("arguments = %q", got)
	}
}

// A name without a path is looked for as a shell would, when it is set.
func TestABrowserByItsName(t *testing.T) {
	b := newBrowser(t, "")
	t.Setenv("PATH", filepath.Dir(b.program)+":"+os.Getenv("PATH"))
	n := with(t, settings.Settings{Browser: "browser --x"})
	t.Setenv("PATH", "/nowhere:"+filepath.Dir(must(exec.LookPath("sh"))))
	if err := n.OpenBrowser(t.Context(), somePage); err != nil {
		t.Fatal(err)
	}
	if got := b.args(t); !slices.Equal(got, []string{"--x", openedPage}) {
		t.Errorf("arguments = %q", got)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
