package network

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"time"

	"doorkey/auth/loopback"
	"doorkey/cmd/internal/settings"
)

// atOnce is how soon a browser command that fails is noticed.
const atOnce = time.Second

// OpenBrowser opens a web page, for auth.Config.OpenBrowser: with the command
// of the browser setting, or without one as [loopback.OpenBrowser] does. It is
// run without a shell, as [loopback.OpenWith] does. Only http and https addresses
// are opened.
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
	ctx, cancel := context.WithTimeout(ctx, atOnce)
	defer cancel()
	if err := loopback.OpenWith(ctx, command, page); err != nil {
		return fmt.Errorf("the browser %s did not open the page: %w: correct the setting", command[0], err)
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
	if runtime.GOOS == "windows" && loopback.IsBatch(path) {
		return nil, fmt.Errorf("%s is a batch file, in which a page's address could be a command: name the browser's own program", path)
	}
	argv[0] = path
	return argv, nil
}
