package loopback

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestWhichBrowserWouldBeOpened(t *testing.T) {
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
		{"Linux on Windows", "linux", nil, []string{"wslview"}, "/bin/wslview", ""},
		{"the same with xdg-open", "linux", map[string]string{"WSL_DISTRO_NAME": "Debian"}, []string{"xdg-open"}, "/bin/xdg-open", ""},
		{"by ssh", "linux", nil, []string{"xdg-open"}, "", "no display"},
		{"nothing there", "linux", map[string]string{"DISPLAY": ":0"}, nil, "", "there is no xdg-open, "},
		{"FreeBSD", "freebsd", map[string]string{"DISPLAY": ":0"}, []string{"xdg-open"}, "/bin/xdg-open", ""},
		{"a system that is not known", "plan9", nil, []string{"xdg-open"}, "", "$BROWSER is not set"},
		{"$BROWSER", "linux", map[string]string{"BROWSER": "lynx"}, []string{"lynx", "xdg-open"}, "/bin/lynx", ""},
		{"with arguments", "linux", map[string]string{"BROWSER": "firefox --new-window %s"}, []string{"firefox"}, "/bin/firefox", ""},
		{"the second of several", "linux", map[string]string{"BROWSER": "opera:firefox %s"}, []string{"firefox"}, "/bin/firefox", ""},
		{"a path with blanks", "windows", map[string]string{"BROWSER": `C:\Program Files\b.exe`}, []string{`C:\Program Files\b.exe`}, `/bin/C:\Program Files\b.exe`, ""},
		{"$BROWSER that is none", "linux", map[string]string{"BROWSER": "opera"}, []string{"xdg-open"}, "", `$BROWSER is "opera"`},
		{"$BROWSER of blanks", "linux", map[string]string{"BROWSER": " : "}, []string{"xdg-open"}, "", "nothing can be started"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := findBrowser(test.goos, func(name string) string { return test.env[name] }, func(name string) (string, error) {
				if !slices.Contains(test.installed, name) {
					return "", errors.New("not found")
				}
				return "/bin/" + name, nil
			})
			if got != test.want || (err != nil) != (test.says != "") || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("%q, %v; want %q, %q", got, err, test.want, test.says)
			}
		})
	}
}
