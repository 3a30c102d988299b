package network

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"doorkey/auth/loopback"
	"doorkey/cmd/internal/settings"
)

// atOnce is how soon a browser command that fails is noticed.
const atOnce = time.Second

// OpenBrowser opens a web page, for auth.Config.OpenBrowser: with the command
// of the browser setting, or without one as [loopback.OpenBrowser] does. It is
// run as it is, without a shell, with the address as its last argument or in
// place of %s; what it prints is thrown away. Only http and https addresses are
// opened.
//
// It returns nil when the command has ended well, runs for a second, or ctx is
// done; an error if it cannot be started or ends otherwise within that second.
// The browser runs on. No error shows the address.
func (n *Network) OpenBrowser(ctx context.Context, page string) error {
	n.mu.Lock()
	command := n.browser
	n.mu.Unlock()
	if len(command) == 0 {
		return loopback.OpenBrowser(ctx, page)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	u, err := url.Parse(page)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("not opened: not a web address")
	}
	argv := withPage(command, page)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.SysProcAttr = detached()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("the browser %s cannot be started: %w: correct the setting", argv[0], err)
	}
	ended := make(chan error, 1)
	// The goroutine waits for what may be the browser itself, and reaps it; it
	// cannot be ended without ending the person's browser.
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("the browser %s did not open the page: %w: correct the setting", argv[0], err)
		}
		return nil
	case <-time.After(atOnce):
	case <-ctx.Done():
	}
	return nil
}

// Browser is the program that OpenBrowser would start; see [loopback.Browser].
// Nothing is started.
func (n *Network) Browser() (string, error) {
	n.mu.Lock()
	command := n.browser
	n.mu.Unlock()
	if len(command) == 0 {
		return loopback.Browser()
	}
	return command[0], nil // which was there when it was set
}

// withPage puts the address where the command wants it.
func withPage(command []string, page string) []string {
	argv := []string{command[0]}
	placed := false
	for _, arg := range command[1:] {
		placed = placed || strings.Contains(arg, "%s")
		argv = append(argv, strings.ReplaceAll(arg, "%s", page))
	}
	if !placed {
		argv = append(argv, page)
	}
	return argv
}

// browserCommand is the browser setting as argv, with the path of a program
// that can be started.
func browserCommand(setting string) ([]string, error) {
	if setting == "" {
		return nil, nil
	}
	argv, err := settings.SplitCommand(setting)
	if err != nil {
		return nil, err
	}
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return nil, fmt.Errorf("the program %q cannot be started: install it, correct the setting, or put a path with blanks in quotation marks", argv[0])
	}
	if runtime.GOOS == "windows" && isBatch(path) {
		return nil, fmt.Errorf("%s is a batch file, in which a page's address could be a command: name the browser's own program", path)
	}
	argv[0] = path
	return argv, nil
}

// isBatch tells what Windows would have cmd.exe run, which is a shell.
func isBatch(path string) bool {
	extension := strings.ToLower(filepath.Ext(strings.TrimRight(path, ". ")))
	return extension == ".bat" || extension == ".cmd"
}
