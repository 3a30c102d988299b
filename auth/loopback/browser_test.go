package loopback

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestWhichBrowserWouldBeOpened(t *testing.T) {
	wsl := map[string]string{"WSL_DISTRO_NAME": "Debian"}
	for _, test := range []struct {
		name, goos string
		env        map[string]string
		installed  []string
		want, says string
	}{
		{"Windows", "windows", nil, nil, "the system's", ""},
		{"macOS", "darwin", nil, []string{"open"}, "/bin/open", ""},
		{"a Linux desktop", "linux", map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, []string{"www-browser", "xdg-open"}, "/bin/xdg-open", ""},
		{"a Debian without xdg-utils", "linux", map[string]string{"DISPLAY": ":0"}, []string{"x-www-browser"}, "/bin/x-www-browser", ""},
		{"Linux on Windows", "linux", wsl, []string{"wslview", "xdg-open", "rundll32.exe"}, "/bin/rundll32.exe", ""},
		{"Linux on Windows without its PATH", "linux", wsl, []string{"wslview", "/mnt/c/Windows/System32/rundll32.exe"}, "/bin//mnt/c/Windows/System32/rundll32.exe", ""},
		{"Linux on Windows with other drives", "linux", wsl, []string{"wslview", "xdg-open"}, "/bin/wslview", ""},
		{"Linux on Windows with windows of its own", "linux", map[string]string{"WSL_DISTRO_NAME": "Debian", "DISPLAY": ":0"}, []string{"xdg-open"}, "/bin/xdg-open", ""},
		{"Linux on Windows with no way out", "linux", wsl, []string{"xdg-open"}, "", "no display"},
		{"Linux on Windows with nothing", "linux", wsl, nil, "", "there is no rundll32.exe, wslview, xdg-open, "},
		{"Linux that Windows does not matter to", "linux", map[string]string{"DISPLAY": ":0"}, []string{"rundll32.exe"}, "", "there is no xdg-open, "},
		{"by ssh", "linux", nil, []string{"xdg-open"}, "", "no display"},
		{"nothing there", "linux", map[string]string{"DISPLAY": ":0"}, nil, "", "there is no xdg-open, "},
		{"FreeBSD", "freebsd", map[string]string{"DISPLAY": ":0"}, []string{"xdg-open"}, "/bin/xdg-open", ""},
		{"a system that is not known", "plan9", nil, []string{"xdg-open"}, "", "$BROWSER is not set"},
		{"$BROWSER", "linux", map[string]string{"BROWSER": "lynx"}, []string{"lynx", "xdg-open"}, "/bin/lynx", ""},
		{"with arguments", "linux", map[string]string{"BROWSER": "firefox --new-window %s"}, []string{"firefox"}, "/bin/firefox", ""},
		{"the second of several", "linux", map[string]string{"BROWSER": "opera:firefox %s"}, []string{"firefox"}, "/bin/firefox", ""},
		{"a path with blanks", "windows", map[string]string{"BROWSER": `C:\Program Files\b.exe`}, []string{`C:\Program Files\b.exe`}, `/bin/C:\Program Files\b.exe`, ""},
		{"a batch file", "windows", map[string]string{"BROWSER": `C:\b.cmd --x`}, []string{`C:\b.cmd`}, "", "nothing can be started"},
		{"$BROWSER that is none", "linux", map[string]string{"BROWSER": "opera"}, []string{"xdg-open"}, "", `$BROWSER is "opera"`},
		{"$BROWSER of blanks", "linux", map[string]string{"BROWSER": " : "}, []string{"xdg-open"}, "", "nothing can be started"},
	} {
		t.Run(test.name, func(t *testing.T) {
			getenv := func(name string) string { return test.env[name] }
			lookPath := func(name string) (string, error) {
				if !slices.Contains(test.installed, name) {
					return "", errors.New("not found")
				}
				return "/bin/" + name, nil
			}
			got, err := system{test.goos, isWSL(getenv, "6.1.0-13-amd64\n"), getenv, lookPath}.browser()
			if got != test.want || (err != nil) != (test.says != "") || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("%q, %v; want %q, %q", got, err, test.want, test.says)
			}
		})
	}
}

func TestLinuxOnWindowsIsKnownByItsKernelToo(t *testing.T) {
	for kernel, want := range map[string]bool{
		"5.15.153.1-microsoft-standard-WSL2\n": true,
		"4.4.0-19041-Microsoft\n":              true,
		"6.1.0-13-amd64\n":                     false,
		"":                                     false,
	} {
		if got := isWSL(func(string) string { return "" }, kernel); got != want {
			t.Errorf("isWSL(%q) = %v", kernel, got)
		}
	}
}

// cmd.exe, which runs batch files, would take an address's & for the end of a
// command.
func TestBatchFilesAreKnown(t *testing.T) {
	for path, want := range map[string]bool{
		`C:\b.bat`: true, `C:\b.CMD`: true, `C:\b.Bat. . `: true, `C:\b.exe`: false, `C:\bat`: false, `C:\cmd.exe`: false, `C:\b.bat\b.exe`: false,
	} {
		if IsBatch(path) != want {
			t.Errorf("%s: %v", path, !want)
		}
	}
}
