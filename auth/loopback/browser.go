package loopback

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
)

// errNoDisplay is for who is at another computer, by ssh.
var errNoDisplay = errors.New("there is no display to show one on (neither $DISPLAY nor $WAYLAND_DISPLAY is set)")

// Browser is the program that [OpenBrowser] would start, or "the system's" where
// the system itself opens addresses. Nothing is started. The error tells why no
// page could be opened.
func Browser() (string, error) {
	return findBrowser(runtime.GOOS, os.Getenv, exec.LookPath)
}

// openers are the programs that package browser tries, in its order.
var openers = map[string][]string{
	"darwin":  {"open"},
	"linux":   {"xdg-open", "x-www-browser", "www-browser", "wslview"},
	"freebsd": {"xdg-open"},
	"netbsd":  {"xdg-open"},
	"openbsd": {"xdg-open"},
}

func findBrowser(goos string, getenv func(string) string, lookPath func(string) (string, error)) (string, error) {
	if list := getenv("BROWSER"); list != "" {
		return browserIn(list, goos, lookPath)
	}
	if goos == "windows" {
		return "the system's", nil
	}
	for _, name := range openers[goos] {
		path, err := lookPath(name)
		if err != nil {
			continue
		}
		needsDisplay := !slices.Contains([]string{"open", "wslview"}, name)
		if needsDisplay && getenv("DISPLAY")+getenv("WAYLAND_DISPLAY")+getenv("WSL_DISTRO_NAME") == "" {
			return "", errNoDisplay
		}
		return path, nil
	}
	if openers[goos] == nil {
		return "", errors.New("$BROWSER is not set, and this system has no way to open one that is known")
	}
	return "", fmt.Errorf("there is no %s, and $BROWSER is not set", strings.Join(openers[goos], ", "))
}

// browserIn is the first command of $BROWSER that can be started.
func browserIn(list, goos string, lookPath func(string) (string, error)) (string, error) {
	commands := []string{list}
	if goos != "windows" {
		commands = strings.Split(list, ":")
	}
	for _, command := range commands {
		if path, err := lookPath(command); err == nil {
			return path, nil // a path with blanks in it
		}
		if words := strings.Fields(command); len(words) > 0 {
			if path, err := lookPath(words[0]); err == nil {
				return path, nil
			}
		}
	}
	return "", fmt.Errorf("$BROWSER is %q, of which nothing can be started", list)
}
