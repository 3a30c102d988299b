package loopback

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// atOnce is how soon an opener that opens nothing has failed. One that fails
// later was the browser, and the person has seen the page.
const atOnce = 5 * time.Second

// OpenBrowser opens url in the person's browser: the command in $BROWSER if it
// is set, the system's opener otherwise. The command gets the URL as its last
// argument, or in place of %s; where it lists several, separated by colons (not
// on Windows), the first that can be started is used. Of the system's openers,
// see [Browser], the next is used where one fails at once.
//
// No shell is involved, and what an opener prints is thrown away: a browser that
// it starts may go on printing for as long as it runs. Only https URLs, and http
// URLs of this machine, are opened; characters that a program could take for
// something else are escaped.
//
// OpenBrowser returns when the opener has ended, with its error if it failed, or
// when ctx is done. A browser that was started as the opener itself runs on.
func OpenBrowser(ctx context.Context, url string) error {
	if err := checkOpenable(url); err != nil {
		return err
	}
	url = escaped(url)
	if list := os.Getenv("BROWSER"); list != "" {
		cmd, err := thisSystem().startBrowser(list, url)
		if err != nil {
			return err
		}
		if err := wait(ctx, cmd); err != nil {
			return fmt.Errorf("$BROWSER (%s): %w", cmd.Args[0], err)
		}
		return nil
	}
	return openBySystem(ctx, url)
}

// OpenWith opens a web page with a command, for a program that lets people name
// one: as [OpenBrowser] does, with the URL as its last argument or in place of
// %s, except that any http and https URL is opened. argv[0] is the program's
// path; see [IsBatch] for one to refuse.
//
// It returns when the command has ended, with its error if it failed, or when
// ctx is done. The command runs on.
func OpenWith(ctx context.Context, argv []string, page string) error {
	u, err := url.Parse(page)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("not opened: not a web address")
	}
	cmd, err := started(withURL(slices.Clone(argv), escaped(page)))
	if err != nil {
		return err
	}
	return wait(ctx, cmd)
}

// startBrowser starts the first command of $BROWSER that can be.
func (s system) startBrowser(list, url string) (*exec.Cmd, error) {
	var failed []error
	for _, command := range s.commands(list) {
		argv, err := s.argv(command)
		if errors.Is(err, errNoCommand) {
			continue
		}
		var cmd *exec.Cmd
		if err == nil {
			if cmd, err = started(withURL(argv, url)); err == nil {
				return cmd, nil
			}
		}
		failed = append(failed, err)
	}
	if len(failed) == 0 {
		return nil, fmt.Errorf("$BROWSER %w", errNoCommand)
	}
	return nil, fmt.Errorf("$BROWSER: %w", errors.Join(failed...))
}

// withURL puts the URL where the command wants it.
func withURL(argv []string, url string) []string {
	placed := false
	for i, arg := range argv[1:] {
		placed = placed || strings.Contains(arg, "%s")
		argv[i+1] = strings.ReplaceAll(arg, "%s", url)
	}
	if placed {
		return argv
	}
	return append(argv, url)
}

// openWith runs the openers until one has not failed at once.
func openWith(ctx context.Context, openers []opener, url string) error {
	var failed []error
	for _, o := range openers {
		start := time.Now()
		cmd, err := started(append(o.argv, url))
		if err == nil {
			if err = wait(ctx, cmd); err == nil {
				return nil
			}
			err = fmt.Errorf("%s: %w", filepath.Base(o.argv[0]), err)
		}
		failed = append(failed, err)
		if time.Since(start) > atOnce {
			break
		}
	}
	return errors.Join(failed...)
}

func started(argv []string) (*exec.Cmd, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.SysProcAttr = detached()
	return cmd, cmd.Start()
}

// wait waits for the command to end, or for ctx, without an error then.
func wait(ctx context.Context, cmd *exec.Cmd) error {
	ended := make(chan error, 1)
	// The goroutine waits for a process that may be the browser itself, and
	// reaps it; it cannot be ended without ending the person's browser.
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return nil
	}
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

// escaped has nothing in it that ends an argument or starts a command where an
// opener is a script, or where Windows puts the address between the quotation
// marks of a browser's registered command. & and % cannot go: they are how a
// query is written.
func escaped(url string) string {
	var b strings.Builder
	for _, c := range []byte(url) {
		if c <= ' ' || c == 0x7f || strings.IndexByte("\"'`<>\\^{|}$;()", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
