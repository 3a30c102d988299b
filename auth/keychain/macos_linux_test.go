package keychain

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestAsOnMacOS runs what this package and go-keyring do on macOS, compiled from
// the same sources, here: with a stand-in for the program "security", which
// go-keyring calls by its path. It shows that commands are quoted so that they
// come apart again, that none is too long, and what becomes of its failures.
// What macOS itself does, and asks the person, it does not show.
func TestAsOnMacOS(t *testing.T) {
	program, standIn := buildAsOnMacOS(t)
	longest := filepath.Join(t.TempDir(), "longest")
	env := append(os.Environ(), longestVariable+"="+longest)

	cmd := exec.Command(program, "-test.run", "^Test("+strings.Join([]string{
		"WhatIsWrittenIsRead", "OneRecordDoesNotTouchAnother", "ThereIsNoRecord", "TheLongestNames", "ServicesAreApart",
		"AnotherProgramReadsTheRecord", "ProbesAtTheSameTime", "AKeychainThatDoesNotKeepWhatItIsGiven", "AReaderIsOvertakenAtEveryStep",
	}, "|")+")$", "-test.v")
	cmd.Env = env
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	} else if n := bytes.Count(out, []byte("\n--- PASS: ")); n != 9 || bytes.Contains(out, []byte("--- SKIP")) {
		t.Errorf("only %d tests ran:\n%s", n, out)
	}
	line, err := os.ReadFile(longest)
	if err != nil || len(line) > securityLine || len(line) < securityLine-16 { // 3 bytes more of an item are 4 of a command
		t.Errorf("the longest command has %d bytes, %v; want at most %d, and hardly less", len(line), err, securityLine)
	}
	t.Logf("the longest command has %d bytes of %d", len(line), securityLine)

	for status, says := range map[string]string{
		"36": lockedOnMacOS, "51": lockedOnMacOS, "128": lockedOnMacOS,
		"37": noneOnMacOS, "50": noneOnMacOS, "53": noneOnMacOS,
		"44": "", // there is no such item
		"1":  "exit status 1",
	} {
		cmd := exec.Command(program)
		cmd.Env = append(env, childVariable+"=read", statusVariable+"="+status)
		out, err := cmd.CombinedOutput()
		if (err == nil) != (says == "") || !strings.Contains(string(out), says) || says == "" && len(out) > 0 {
			t.Errorf("%s with status %s: %v, %q; want %q", filepath.Base(standIn), status, err, out, says)
		}
	}
}

const (
	lockedOnMacOS = "the store is locked: unlock the login keychain in Keychain Access"
	noneOnMacOS   = "the store is not available: make a default keychain in Keychain Access"
)

// buildAsOnMacOS compiles the tests with what is macOS's in place of what is
// Linux's, and a path of our own for the stand-in.
func buildAsOnMacOS(t *testing.T) (program, standIn string) {
	t.Helper()
	dir := t.TempDir()
	standIn = filepath.Join(dir, securityName)
	theirs, ours := goEnv(t, "list", "-m", "-f", "{{.Dir}}", "github.com/zalando/go-keyring"), filepath.Join(dir, "go-keyring")
	must(t, os.CopyFS(ours, os.DirFS(theirs)))
	const path = `"/usr/bin/security"`
	source, err := os.ReadFile(filepath.Join(theirs, "keyring_darwin.go"))
	must(t, err)
	if bytes.Count(source, []byte(path)) != 1 {
		t.Fatalf("go-keyring does not call %s by a constant any more", path)
	}
	for _, file := range []string{"keyring_unix.go", "keyring_darwin.go"} {
		must(t, os.Chmod(ours, 0o700))
		must(t, os.Remove(filepath.Join(ours, file)))
	}
	must(t, os.WriteFile(filepath.Join(ours, "keyring_macos.go"), bytes.Replace(source, []byte(path), []byte(`"`+standIn+`"`), 1), 0o600))

	module := goEnv(t, "env", "GOMOD")
	for from, to := range map[string]string{module: "go.mod", strings.TrimSuffix(module, ".mod") + ".sum": "go.sum"} {
		data, err := os.ReadFile(from)
		must(t, err)
		if to == "go.mod" {
			data = append(data, "\nreplace github.com/zalando/go-keyring => "+ours+"\n"...)
		}
		must(t, os.WriteFile(filepath.Join(dir, to), data, 0o600))
	}

	here, err := os.Getwd()
	must(t, err)
	_, ring, found := strings.Cut(string(mustRead(t, "ring_keyring.go")), "\n") // without its build constraint
	if !found {
		t.Fatal("ring_keyring.go has one line")
	}
	must(t, os.WriteFile(filepath.Join(dir, "ring.go"), []byte(ring), 0o600))
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {
		filepath.Join(here, "ring_macos.go"):          filepath.Join(dir, "ring.go"),
		filepath.Join(here, "classify_unix.go"):       filepath.Join(here, "classify_darwin.go"),
		filepath.Join(here, "secret_service_test.go"): "", // which is of the Secret Service
	}})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600))

	program = filepath.Join(dir, "keychain.test")
	build := exec.Command("go", "test", "-c", "-o", program, "-modfile", filepath.Join(dir, "go.mod"), "-overlay", filepath.Join(dir, "overlay.json"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	// It is run for each item, so it is not this test, which may have the race
	// detector and take long to start.
	must(t, os.Symlink(program, standIn))
	return program, standIn
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	must(t, err)
	return data
}

func goEnv(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("go", args...).Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("%v: %s", err, exit.Stderr)
	}
	must(t, err)
	return strings.TrimSpace(string(out))
}
