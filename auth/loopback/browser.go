package loopback

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// errNoDisplay is for who is at another computer, by ssh.
var errNoDisplay = errors.New("there is no display to show one on (neither $DISPLAY nor $WAYLAND_DISPLAY is set)")

// Browser is the program that [OpenBrowser] would start, or "the system's" where
// the system itself opens addresses. Nothing is started. The error tells why no
// page could be opened.
func Browser() (string, error) { return thisSystem().browser() }

// A system is what decides which program opens an address.
type system struct {
	goos     string
	wsl      bool // Linux on Windows
	getenv   func(string) string
	lookPath func(string) (string, error)
}

func thisSystem() system {
	release, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	return system{runtime.GOOS, isWSL(os.Getenv, string(release)), os.Getenv, exec.LookPath}
}

// isWSL goes by the kernel too, since sudo and services drop the variable.
func isWSL(getenv func(string) string, kernel string) bool {
	return getenv("WSL_DISTRO_NAME") != "" || strings.Contains(strings.ToLower(kernel), "microsoft")
}

func (s system) browser() (string, error) {
	if list := s.getenv("BROWSER"); list != "" {
		return s.browserIn(list)
	}
	if s.goos == "windows" {
		return "the system's", nil
	}
	openers, err := s.openers()
	if err != nil {
		return "", err
	}
	return openers[0].argv[0], nil
}

// An opener is a program that opens an address, which is added to argv.
type opener struct {
	argv    []string
	display bool // it wants one
}

var (
	desktopOpeners = []opener{
		{[]string{"xdg-open"}, true}, {[]string{"x-www-browser"}, true}, {[]string{"www-browser"}, true},
	}
	// Linux on Windows opens the browser of Windows, in which the person is
	// signed in to other things. Not with explorer.exe, to which an address with
	// a query is a folder (WSL issue 3832); nor with cmd.exe or powershell.exe,
	// to which & and % mean something. wslview has one of them, so it is asked
	// only where drives of Windows are not where they usually are.
	wslOpeners = append([]opener{
		{[]string{"rundll32.exe", "url.dll,FileProtocolHandler"}, false},
		{[]string{"/mnt/c/Windows/System32/rundll32.exe", "url.dll,FileProtocolHandler"}, false},
		{[]string{"wslview"}, false},
	}, desktopOpeners...)
)

func (s system) candidates() []opener {
	switch {
	case s.wsl:
		return wslOpeners
	case s.goos == "darwin":
		return []opener{{[]string{"open"}, false}}
	case s.goos == "linux":
		return desktopOpeners
	case s.goos == "freebsd", s.goos == "netbsd", s.goos == "openbsd", s.goos == "dragonfly":
		return desktopOpeners[:1]
	}
	return nil
}

// openers are those that are installed and of use here, by their paths, the one
// to try first in front.
func (s system) openers() (usable []opener, err error) {
	candidates := s.candidates()
	if candidates == nil {
		return nil, errors.New("$BROWSER is not set, and this system has no way to open one that is known")
	}
	err = fmt.Errorf("there is no %s, and $BROWSER is not set", names(candidates))
	for _, o := range candidates {
		path, missing := s.lookPath(o.argv[0])
		switch {
		case missing != nil:
		case o.display && s.getenv("DISPLAY")+s.getenv("WAYLAND_DISPLAY") == "":
			err = errNoDisplay
		default:
			usable = append(usable, opener{append([]string{path}, o.argv[1:]...), o.display})
		}
	}
	if len(usable) > 0 {
		return usable, nil
	}
	return nil, err
}

func names(openers []opener) string {
	var names []string
	for _, o := range openers {
		if !strings.Contains(o.argv[0], "/") {
			names = append(names, o.argv[0])
		}
	}
	return strings.Join(names, ", ")
}

// browserIn is the first command of $BROWSER that can be started.
func (s system) browserIn(list string) (string, error) {
	for _, command := range s.commands(list) {
		if argv, err := s.argv(command); err == nil {
			return argv[0], nil
		}
	}
	return "", fmt.Errorf("$BROWSER is %q, of which nothing can be started", list)
}

// commands are those of $BROWSER.
func (s system) commands(list string) []string {
	if s.goos == "windows" {
		return []string{list} // in which a colon stands after the drive
	}
	return strings.Split(list, ":")
}

// argv splits a command at blanks, unless it is as a whole the name of a program
// (a path with blanks in it). The program is its path.
func (s system) argv(command string) ([]string, error) {
	argv := []string{command}
	path, err := s.lookPath(command)
	if err != nil {
		if argv = strings.Fields(command); len(argv) == 0 {
			return nil, errNoCommand
		}
		if path, err = s.lookPath(argv[0]); err != nil {
			return nil, err
		}
	}
	if s.goos == "windows" && IsBatch(path) {
		return nil, fmt.Errorf("%s is a batch file, in which an address could be a command: name the browser's own program", path)
	}
	argv[0] = path
	return argv, nil
}

var errNoCommand = errors.New("names no command: set it to one, or unset it")

// IsBatch tells what Windows would have cmd.exe run, which is a shell: in it, a
// URL could be a command.
func IsBatch(path string) bool {
	extension := strings.ToLower(filepath.Ext(strings.TrimRight(path, ". ")))
	return extension == ".bat" || extension == ".cmd"
}
