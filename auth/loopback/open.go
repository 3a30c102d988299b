package loopback

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"github.com/cli/browser"
)

// OpenBrowser opens url in the person's browser: the command in $BROWSER if it
// is set, the system's opener otherwise. The command gets the URL as its last
// argument, or in place of %s; where it lists several, separated by colons (not
// on Windows), the first that can be started is used. No shell is involved.
//
// Only https URLs, and http URLs of this machine, are opened. OpenBrowser
// returns when the opener has ended, with its error if it failed, or when ctx
// is done. A browser that was started as the opener itself runs on.
func OpenBrowser(ctx context.Context, url string) error {
	if err := checkOpenable(url); err != nil {
		return err
	}
	ended := make(chan error, 1)
	// The goroutine waits for a process that may be the browser itself, and
	// reaps it; it cannot be ended without ending the person's browser.
	if command := os.Getenv("BROWSER"); command != "" {
		cmd, err := startBrowser(command, url)
		if err != nil {
			return err
		}
		go func() {
			err := cmd.Wait()
			if err != nil {
				err = fmt.Errorf("$BROWSER (%s): %w", cmd.Args[0], err)
			}
			ended <- err
		}()
	} else {
		go func() { ended <- browser.OpenURL(url) }()
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return nil
	}
}

// startBrowser starts the first command of $BROWSER that can be.
func startBrowser(list, url string) (*exec.Cmd, error) {
	commands := []string{list}
	if runtime.GOOS != "windows" {
		commands = strings.Split(list, ":")
	}
	var failed []error
	for _, command := range commands {
		argv := browserArgv(command, url)
		if len(argv) == 0 {
			continue
		}
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.SysProcAttr = detached()
		err := cmd.Start()
		if err == nil {
			return cmd, nil
		}
		failed = append(failed, err)
	}
	if len(failed) == 0 {
		return nil, errors.New("$BROWSER names no command: set it to one, or unset it")
	}
	return nil, fmt.Errorf("$BROWSER: %w", errors.Join(failed...))
}

// browserArgv splits a command at blanks, unless it is as a whole the name of
// a program (a path with blanks in it).
func browserArgv(command, url string) []string {
	argv := []string{command}
	if _, err := exec.LookPath(command); err != nil {
		argv = strings.Fields(command)
	}
	if len(argv) == 0 {
		return nil
	}
	placed := false
	for i, arg := range argv[1:] {
		if strings.Contains(arg, "%s") {
			argv[i+1] = strings.ReplaceAll(arg, "%s", url)
			placed = true
		}
	}
	if !placed {
		argv = append(argv, url)
	}
	return argv
}

// checkOpenable keeps anything but a web page from the opener, which would
// also start programs and open files.
func checkOpenable(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "":
		return errors.New("not opened: not a web address")
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && (u.Hostname() == "localhost" || isLoopbackIP(u.Hostname())):
		return nil
	}
	return fmt.Errorf("not opened: only https addresses are, and http on this machine; this one starts with %s://%s", u.Scheme, u.Host)
}
