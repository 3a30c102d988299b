// Doorkey-desktop is the sign-in window. It reads the settings, builds the
// client and runs the window; all else is in the packages app and auth.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"doorkey/app"
	"doorkey/assets"
	"doorkey/cmd/internal/baked"
	"doorkey/cmd/internal/network"
	"doorkey/cmd/internal/single"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
)

func main() { os.Exit(run(os.Args[1:], os.Getenv, os.Stdout, os.Stderr)) }

// run returns the exit status: 0 done, 1 failed, 2 used wrongly or without a
// display.
func run(args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	cmd, err := parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage)
		return 0
	case err != nil:
		tell(stderr, err)
		fmt.Fprintln(stderr, "doorkey-desktop: see doorkey-desktop --help")
		return 2
	case cmd.version:
		fmt.Fprintln(stdout, baked.Name(), baked.Version())
		return 0
	}
	if err := checkDisplay(getenv); err != nil {
		tell(stderr, err)
		return 2
	}

	d := &desktop{
		cmd: cmd, args: args, getenv: getenv, stderr: stderr, network: network.New(),
		made: make(chan struct{}), over: make(chan struct{}),
	}
	defer d.close()
	err = d.run()
	switch {
	case errors.Is(err, single.ErrRunning):
		return 0 // and has come forward
	case err != nil:
		tell(stderr, err)
		if errors.Is(err, errNoDisplay) {
			return 2
		}
		return 1
	}
	return 0
}

// run shows the window until it is closed. What takes time is done beside the
// building of the window, so that neither waits for the other.
func (d *desktop) run() error {
	prepared := make(chan prepared, 1)
	d.work.Go(func() { prepared <- d.prepare() })
	err := withDisplay(d.stderr, func() error {
		d.makeApp()
		p := <-prepared
		if p.err != nil {
			return p.err
		}
		return d.start(p)
	})
	if err != nil {
		return err
	}
	d.work.Go(d.freeMemory)
	d.fyne.Run()
	return d.failed
}

func (d *desktop) makeApp() {
	fyneapp.SetMetadata(fyne.AppMetadata{
		ID: baked.ID(), Name: baked.Name(), Version: baked.Version(), Icon: fyne.NewStaticResource("icon.png", assets.Icon),
	})
	// Fyne makes its own folder in the cache folder, but not that one.
	if cache, err := os.UserCacheDir(); err == nil {
		_ = os.MkdirAll(cache, 0o700)
	}
	d.fyne = fyneapp.NewWithID(baked.ID())
	endWell(d.fyne)
	d.fyne.Settings().SetTheme(app.Theme())
	d.frame = d.fyne.NewWindow(baked.Name())
	d.frame.SetMaster()
	close(d.made)
}

// endWell keeps Fyne from saving its preferences once more when it ends. It does
// so on the UI goroutine, for which it waits while that closes the queue for
// such work: about once in 300 times it waits for ever, or panics. They are saved
// whenever they change.
func endWell(a fyne.App) {
	if l, is := a.Lifecycle().(interface{ SetOnStoppedHookExecuted(func()) }); is {
		l.SetOnStoppedHookExecuted(nil)
	}
}
