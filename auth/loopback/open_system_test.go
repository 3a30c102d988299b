//go:build unix

package loopback_test

import (
	"bufio"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"doorkey/auth/loopback"
)

// systemOpener is the name of the program that opens addresses here.
func systemOpener() string {
	if runtime.GOOS == "darwin" {
		return "open"
	}
	return "xdg-open"
}

// only makes the programs' folders all that is on the PATH, at a desktop.
func only(t *testing.T, programs ...string) {
	t.Helper()
	var dirs []string
	for _, program := range programs {
		dirs = append(dirs, filepath.Dir(program))
	}
	t.Setenv("PATH", strings.Join(dirs, ":"))
	t.Setenv("BROWSER", "")
	t.Setenv("WSL_DISTRO_NAME", "")
	t.Setenv("DISPLAY", ":0")
}

func TestTheSystemOpenerIsUsedWithoutBROWSER(t *testing.T) {
	program, args := browser(t, systemOpener())
	only(t, program)
	if err := loopback.OpenBrowser(t.Context(), hostile); err != nil {
		t.Fatal(err)
	}
	if got := args(); len(got) != 1 || got[0] != safe {
		t.Errorf("arguments = %q, want the URL alone", got)
	}
}

// The output is data for a script ($(doorkey token)), which would wait for a
// browser that has it.
func TestWhatAnOpenerPrintsIsThrownAway(t *testing.T) {
	program, _ := browser(t, systemOpener())
	only(t, program)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	stdout, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = w, w
	err = loopback.OpenBrowser(t.Context(), hostile)
	os.Stdout, os.Stderr = stdout, stderr
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	if said, _ := bufio.NewReader(r).ReadString('\n'); said != "" {
		t.Errorf("the opener said %q on this program's output", said)
	}
}

func TestASystemOpenerThatFailsIsNamed(t *testing.T) {
	program, _ := standIn(t, systemOpener(), 3)
	only(t, program)
	err := loopback.OpenBrowser(t.Context(), hostile)
	if err == nil || !strings.Contains(err.Error(), systemOpener()+": exit status 3") || strings.Contains(err.Error(), "reboot") {
		t.Errorf("error = %v", err)
	}
}
