//go:build linux && wine

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/cmd/internal/winetest"
)

// What a person does with the command line in Windows, from the sign-in to the
// sign-out, with the browser that Windows opens and the Credential Manager.
func TestOnWindows(t *testing.T) {
	person, err := exec.LookPath("browser") // testscript has put it there
	if err != nil {
		t.Fatal(err)
	}
	opener := filepath.Join(t.TempDir(), "xdg-open")
	if err := os.WriteFile(opener, []byte("#!/bin/sh\nexec '"+person+"' zhangsan \"$1\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	logto := demotest.Start(t, demo.Sample())
	program := winetest.Build(t, "cmd/doorkey")
	env := append(append(os.Environ(), winetest.Env(t, opener)...),
		"AUTH_LOGTO_ISSUER="+logto.Issuer(), "AUTH_LOGTO_ID="+demo.ClientID)

	for _, step := range []struct {
		command string
		status  int
		says    string
	}{
		{"version", 0, `^doorkey \d`},
		{"whoami", 3, `run doorkey signin`},
		{"signin --connector wecom", 0, `signed in as 张三 \(zs8k2m4x7q1a\)`},
		{"whoami", 0, `^张三 \(zs8k2m4x7q1a\)`},
		{"status", 0, `Kept: +in the system's keychain`},
		{"token", 0, `^[A-Za-z0-9_-]{43}\r?\n$`},
		{"accounts", 0, `张三`},
		{"userinfo", 0, `zhangsan`},
		{"exec -- cmd /c echo %DOORKEY_TOKEN%", 0, `^[A-Za-z0-9_-]{43}\r?\n$`},
		{"doctor", 0, `(?s)ok +browser +pages are opened with the system's.*ok +keychain.*ok +session`},
		{"", 0, ""}, // looks into the Credential Manager
		{"signout", 0, `signed out 张三`},
		{"whoami", 3, `nobody is signed in`},
	} {
		if step.command == "" {
			items := winetest.Items(t)
			if largest := winetest.Largest(items); len(items) < 4 || largest.Size > 2560 {
				t.Errorf("%d items, of which %s has %d bytes; want several of at most 2,560", len(items), largest.Name, largest.Size)
			}
			t.Logf("%d items, the largest of %d bytes", len(items), winetest.Largest(items).Size)
			continue
		}
		cmd := exec.Command("wine", append([]string{program}, strings.Fields(step.command)...)...)
		cmd.Env = env
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		err := cmd.Run()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if got := cmd.ProcessState.ExitCode(); got != step.status || !regexp.MustCompile(step.says).Match(out.Bytes()) {
			t.Errorf("doorkey %s: status %d, want %d and %s:\n%s", step.command, got, step.status, step.says, out.String())
		}
	}
	for _, item := range winetest.Items(t) {
		t.Errorf("left in the Credential Manager: %s", item.Name)
	}
}
