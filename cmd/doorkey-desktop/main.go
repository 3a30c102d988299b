// Doorkey-desktop is the sign-in window. It reads the settings, builds the
// client and runs the window; all else is in the packages app and auth.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"doorkey/app"
	"doorkey/assets"
	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/cmd/internal/settings"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
	"github.com/cli/browser"
)

// The same as in FyneApp.toml, which is read only where fyne packs the program.
const (
	appID      = "dev.doorkey.desktop"
	appName    = "Doorkey"
	appVersion = "0.1.0"
)

func main() { os.Exit(run(os.Args[1:], os.Getenv, os.Stdout, os.Stderr)) }

// run returns the exit status: 0 done, 1 failed, 2 used wrongly or without a
// display.
func run(args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	cmd, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case cmd.version:
		fmt.Fprintln(stdout, appName, appVersion)
		return 0
	}
	if err := checkDisplay(getenv); err != nil {
		fmt.Fprintln(stderr, "doorkey-desktop:", err)
		return 2
	}
	// What an opener prints is not what this program says.
	browser.Stdout, browser.Stderr = stderr, stderr

	fyneapp.SetMetadata(fyne.AppMetadata{
		ID: appID, Name: appName, Version: appVersion, Icon: fyne.NewStaticResource("icon.png", assets.Icon),
	})
	// Fyne makes its own folder in the cache folder, but not that one.
	if cache, err := os.UserCacheDir(); err == nil {
		_ = os.MkdirAll(cache, 0o700)
	}
	d := &desktop{cmd: cmd, stderr: stderr}
	defer d.close()
	err = withDisplay(stderr, func() error {
		d.fyne = fyneapp.NewWithID(appID)
		d.fyne.Settings().SetTheme(app.Theme())
		return d.start(settings.Load(cmd.settings, getenv))
	})
	if err != nil {
		fmt.Fprintln(stderr, "doorkey-desktop:", err)
		if errors.Is(err, errNoDisplay) {
			return 2
		}
		return 1
	}
	d.fyne.Run()
	return 0
}

// desktop is what one run of the program has open.
type desktop struct {
	fyne   fyne.App
	cmd    command
	stderr io.Writer

	demo   *demo.Server
	client *auth.Client
	window *app.Window
}

// start shows the window that the settings call for.
func (d *desktop) start(s settings.Settings) error {
	switch {
	case d.cmd.demo:
		return d.startDemo()
	case s.Complete():
		return d.open(s)
	}
	var setup fyne.Window
	setup, err := app.NewSetup(d.fyne, appName, func() {
		if err := d.startDemo(); err != nil {
			fmt.Fprintln(d.stderr, "doorkey-desktop:", err)
			d.fyne.Quit()
			return
		}
		setup.Close()
	})
	if err != nil {
		return err
	}
	setup.Show()
	return nil
}

// startDemo starts the stand-in Logto and a window that signs in at it.
func (d *desktop) startDemo() error {
	cache, err := os.UserCacheDir()
	if err != nil {
		return fmt.Errorf("no folder for the demo's state: %w", err)
	}
	d.demo, err = demo.Start(demo.Config{StateDir: filepath.Join(cache, "doorkey", "demo")})
	if err != nil {
		return err
	}
	d.cmd.demo = true
	if err := d.open(settings.Settings{Issuer: d.demo.Issuer(), ClientID: demo.ClientID}); err != nil {
		return err
	}
	fmt.Fprintf(d.stderr, "demo: a stand-in for Logto runs at %s\n", d.demo.Endpoint())
	if d.demo.Moved() {
		fmt.Fprintf(d.stderr, "demo: port %d is in use, so this is another one, which does not know earlier sign-ins\n", demo.DefaultPort)
	}
	return nil
}

func (d *desktop) open(s settings.Settings) error {
	client, err := auth.New(auth.Config{
		Issuer:       s.Issuer,
		ClientID:     s.ClientID,
		ClientSecret: auth.NewSecret(s.ClientSecret),
		RedirectURI:  s.RedirectURI,
		AppName:      appName,
	})
	if err != nil {
		return err
	}
	d.client = client
	d.window, err = app.New(d.fyne, client, app.Options{
		AppName:   appName,
		Issuer:    s.Issuer,
		Demo:      d.cmd.demo,
		SignIn:    d.cmd.signIn.wanted,
		Connector: d.cmd.signIn.connector,
	})
	if err != nil {
		return err
	}
	d.window.Window.Show()
	return nil
}

// close ends everything in the order in which it depends on each other.
func (d *desktop) close() {
	if d.window != nil {
		d.window.Close()
	}
	if d.client != nil {
		_ = d.client.Close()
	}
	if d.demo != nil {
		if err := d.demo.Close(); err != nil {
			fmt.Fprintln(d.stderr, "doorkey-desktop:", err)
		}
	}
}
