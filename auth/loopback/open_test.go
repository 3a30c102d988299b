package loopback_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"doorkey/auth/loopback"
)

// browser writes a program that notes its arguments, one a line.
func browser(t *testing.T, name string) (program string, args func() []string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in browser is a shell script")
	}
	dir := t.TempDir()
	program, out := filepath.Join(dir, name), filepath.Join(dir, "args")
	script := "#!/bin/sh\nfor a; do printf '%s\\n' \"$a\"; done >\"" + out + ".new\"\nmv \"" + out + ".new\" \"" + out + "\"\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return program, func() []string {
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	}
}

const page = "https://id.example.test/oidc/auth?a=1&b=$(reboot);`x`|\"'"

func TestBROWSERGetsTheURLAsItsLastArgument(t *testing.T) {
	program, args := browser(t, "browser")
	spaced, spacedArgs := browser(t, "my browser")
	for _, test := range []struct {
		name, value string
		args        func() []string
		want        []string
	}{
		{"a command", program, args, []string{page}},
		{"a command with arguments", program + " --new-window -P work", args, []string{"--new-window", "-P", "work", page}},
		{"a program with a blank in its path", spaced, spacedArgs, []string{page}},
		{"a place for the URL", program + " --url=%s --quiet", args, []string{"--url=" + page, "--quiet"}},
		{"a list whose first is not there", "/nowhere/browser:" + program, args, []string{page}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("BROWSER", test.value)
			if err := loopback.OpenBrowser(t.Context(), page); err != nil {
				t.Fatal(err)
			}
			if got := test.args(); strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("arguments = %q, want %q", got, test.want)
			}
		})
	}
}

func TestOpenersThatFailSaySo(t *testing.T) {
	for name, value := range map[string]string{
		"not there": "/nowhere/browser",
		"no name":   " : ",
		"exit 1":    "false",
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("BROWSER", value)
			err := loopback.OpenBrowser(t.Context(), page)
			if err == nil || !strings.Contains(err.Error(), "$BROWSER") {
				t.Errorf("error = %v, want one that names $BROWSER", err)
			}
			if err != nil && strings.Contains(err.Error(), "reboot") {
				t.Errorf("error repeats the URL: %v", err)
			}
		})
	}
}

func TestTheSystemOpenerIsUsedWithoutBROWSER(t *testing.T) {
	program, args := browser(t, "xdg-open")
	if runtime.GOOS != "linux" {
		t.Skip("xdg-open is Linux's")
	}
	t.Setenv("BROWSER", "")
	t.Setenv("PATH", filepath.Dir(program)+":"+os.Getenv("PATH"))
	if err := loopback.OpenBrowser(t.Context(), page); err != nil {
		t.Fatal(err)
	}
	if got := args(); len(got) != 1 || got[0] != page {
		t.Errorf("arguments = %q, want the URL alone", got)
	}
}

// A browser that is its own opener runs as long as the person likes.
func TestABrowserThatStaysIsLeftAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in browser is a shell script")
	}
	dir := t.TempDir()
	program, ended := filepath.Join(dir, "browser"), filepath.Join(dir, "ended")
	if err := os.WriteFile(program, []byte("#!/bin/sh\nsleep 0.3; touch '"+ended+"'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("BROWSER", program)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := loopback.OpenBrowser(ctx, page); err != nil {
		t.Errorf("error = %v", err)
	}
	for range 50 {
		if _, err := os.Stat(ended); err == nil {
			return // and reaped: goleak looks
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("the browser was ended with the sign-in")
}

func TestOnlyWebPagesAreOpened(t *testing.T) {
	program, _ := browser(t, "browser")
	t.Setenv("BROWSER", program)
	for url, ok := range map[string]bool{
		"https://example.test/":       true,
		"http://127.0.0.1:34080/oidc": true,
		"http://[::1]:1/":             true,
		"http://localhost:1/":         true,
		"http://example.test/":        false,
		"file:///etc/passwd":          false,
		"javascript:alert(1)":         false,
		"--version":                   false,
		"":                            false,
		"https://":                    false,
		"ms-settings:":                false,
	} {
		if err := loopback.OpenBrowser(t.Context(), url); (err == nil) != ok {
			t.Errorf("%q: %v", url, err)
		}
	}
}
