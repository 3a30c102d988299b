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

// hostile is what a provider could say of itself in its discovery, and safe is
// what a browser gets of it: the same address, as both read it.
const (
	hostile = "https://id.example.test/oidc/auth?a=1&b=$(reboot);`x`|\"' ^<>&calc.exe&%PATH%20%s"
	safe    = "https://id.example.test/oidc/auth?a=1&b=%24%28reboot%29%3B%60x%60%7C%22%27%20%5E%3C%3E&calc.exe&%PATH%20%s"
)

func TestBROWSERGetsTheURLAsItsLastArgument(t *testing.T) {
	program, args := browser(t, "browser")
	spaced, spacedArgs := browser(t, "my browser")
	for _, test := range []struct {
		name, value string
		args        func() []string
		want        []string
	}{
		{"a command", program, args, []string{safe}},
		{"a command with arguments", program + " --new-window -P work", args, []string{"--new-window", "-P", "work", safe}},
		{"a program with a blank in its path", spaced, spacedArgs, []string{safe}},
		{"a place for the URL", program + " --url=%s --quiet", args, []string{"--url=" + safe, "--quiet"}},
		{"a list whose first is not there", "/nowhere/browser:" + program, args, []string{safe}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && strings.Contains(test.name, "list") {
				t.Skip("a colon is in every path of Windows")
			}
			t.Setenv("BROWSER", test.value)
			if err := loopback.OpenBrowser(t.Context(), hostile); err != nil {
				t.Fatal(err)
			}
			if got := test.args(); strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("arguments = %q, want %q", got, test.want)
			}
		})
	}
}

// What is not dangerous arrives as it is.
func TestAnAddressIsNotChanged(t *testing.T) {
	const usual = "https://id.example.test/oidc/auth?client_id=a-b_c.d~e&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcallback&scope=openid+profile&x=@:,*!=[]#f"
	program, args := browser(t, "browser")
	t.Setenv("BROWSER", program)
	if err := loopback.OpenBrowser(t.Context(), usual); err != nil {
		t.Fatal(err)
	}
	if got := args(); len(got) != 1 || got[0] != usual {
		t.Errorf("arguments = %q, want %q", got, usual)
	}
}

func TestOpenersThatFailSaySo(t *testing.T) {
	failing, _ := standIn(t, "browser", 1)
	for name, value := range map[string]string{
		"not there": "/nowhere/browser",
		"no name":   " ",
		"exit 1":    failing,
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("BROWSER", value)
			err := loopback.OpenBrowser(t.Context(), hostile)
			if err == nil || !strings.Contains(err.Error(), "$BROWSER") {
				t.Errorf("error = %v, want one that names $BROWSER", err)
			}
			if err != nil && strings.Contains(err.Error(), "reboot") {
				t.Errorf("error repeats the URL: %v", err)
			}
		})
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
	if err := loopback.OpenBrowser(ctx, hostile); err != nil {
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
