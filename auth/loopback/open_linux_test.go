package loopback_test

import (
	"strings"
	"testing"

	"doorkey/auth/loopback"
)

// So it is where xdg-utils is installed, and no browser of its choice.
func TestTheNextOpenerIsUsedWhereOneFails(t *testing.T) {
	failing, tried := standIn(t, "xdg-open", 3)
	program, args := browser(t, "x-www-browser")
	only(t, failing, program)
	if err := loopback.OpenBrowser(t.Context(), hostile); err != nil {
		t.Fatal(err)
	}
	if got := tried(); got[0] != safe {
		t.Errorf("xdg-open got %q", got)
	}
	if got := args(); len(got) != 1 || got[0] != safe {
		t.Errorf("arguments = %q, want the URL alone", got)
	}
}

// Linux on Windows has a program of Windows open the browser there, with the
// address as one argument of it, and with no display here.
func TestLinuxOnWindows(t *testing.T) {
	for _, test := range []struct {
		name, program string
		before        []string
	}{
		{"by a program of Windows", "rundll32.exe", []string{"url.dll,FileProtocolHandler"}},
		{"by wslview where that is not found", "wslview", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			program, args := browser(t, test.program)
			ours, _ := browser(t, "xdg-open")
			only(t, ours, program)
			t.Setenv("WSL_DISTRO_NAME", "Debian")
			t.Setenv("DISPLAY", "")
			t.Setenv("WAYLAND_DISPLAY", "")
			if err := loopback.OpenBrowser(t.Context(), hostile); err != nil {
				t.Fatal(err)
			}
			want := append(test.before, safe)
			if got := args(); strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("arguments = %q, want %q", got, want)
			}
		})
	}
}

func TestWithoutADisplayNothingIsStarted(t *testing.T) {
	program, _ := browser(t, "xdg-open")
	only(t, program)
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	if err := loopback.OpenBrowser(t.Context(), hostile); err == nil || !strings.Contains(err.Error(), "no display") {
		t.Errorf("error = %v, want one that tells of the display", err)
	}
}
