package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"doorkey/app"
	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/keychain"
	"doorkey/cmd/internal/baked"
	"doorkey/cmd/internal/connect"
	"doorkey/cmd/internal/network"
	"doorkey/cmd/internal/settings"
	"doorkey/cmd/internal/single"

	"fyne.io/fyne/v2"
)

// desktop is what one run of the program has open.
type desktop struct {
	cmd    command
	args   []string
	getenv func(string) string
	stderr io.Writer

	fyne  fyne.App
	frame fyne.Window // the one window, whatever is in it
	work  sync.WaitGroup

	network  *network.Network
	keychain *keychain.Keychain // nil where sessions are kept elsewhere
	demo     *demo.Server
	client   *auth.Client
	window   *app.Window
	setup    *app.Window
	made     chan struct{} // closed once fyne is there
	over     chan struct{} // closed once no window is there any more
	release  []func()      // of what single.Claim has claimed
	failed   error         // after the window was shown
	removed  bool          // all data; see removeData
}

// prepared is what the window is made from.
type prepared struct {
	settings settings.Settings
	client   *auth.Client // nil: it is not known where to sign in
	problem  error        // with the settings; nil where they are only missing
	err      error        // that ends the program
}

// prepare does all that needs no window: it reads the settings, finds out
// whether the program runs already, and makes the client.
func (d *desktop) prepare() prepared {
	s, err := d.read()
	if err == nil {
		err = d.network.Set(s)
	}
	p := prepared{settings: s, problem: err}
	switch {
	case d.cmd.demo:
		p.client, p.err = d.startDemo()
	case err == nil && s.Complete():
		p.client, p.err = d.connect(s)
	default:
		p.err = d.claim("setup")
		return p
	}
	if wrong, is := errors.AsType[*auth.ConfigError](p.err); is {
		p.problem, p.err = wrong, d.claim("setup")
	}
	return p
}

// read finds out the settings.
func (d *desktop) read() (settings.Settings, error) {
	return settings.Read(d.cmd.settings, d.getenv, settings.Baked(baked.Settings()))
}

// claim makes this the one program for a provider.
func (d *desktop) claim(key string) error {
	release, err := single.Claim("", key, d.args, func(args []string) {
		cmd, err := parse(args)
		if err != nil {
			cmd = command{} // of a newer version: come forward all the same
		}
		select {
		case <-d.made:
		case <-d.over:
			return
		}
		fyne.Do(func() { // once the window is there
			select {
			case <-d.over: // Fyne has none but this goroutine by now
			default:
				d.comeForward(cmd)
			}
		})
	})
	if errors.Is(err, single.ErrRunning) || errors.Is(err, single.ErrSilent) {
		return err
	}
	if err != nil {
		d.say(err) // two windows are better than none
		return nil
	}
	d.release = append(d.release, release)
	return nil
}

// comeForward is another start of the program.
func (d *desktop) comeForward(cmd command) {
	if cmd.background {
		return // nobody has asked for a window
	}
	if d.window == nil {
		d.frame.Show()
		d.frame.RequestFocus()
		return
	}
	d.window.Present()
	if cmd.signIn.wanted {
		d.window.SignIn(cmd.signIn.connector)
	}
}

// connect makes the client for what was set.
func (d *desktop) connect(s settings.Settings) (*auth.Client, error) {
	config := connect.Config(s, d.network)
	files, err := connect.FileStore(s, nil)
	if err != nil {
		return nil, err
	}
	if files != nil { // a nil *Store would not be a nil Store
		config.Store = files
	} else {
		config.Store = d.openKeychain()
	}
	client, err := auth.New(config)
	if err != nil {
		return nil, err
	}
	if err := d.claim(s.Issuer + " " + s.ClientID); err != nil {
		_ = client.Close()
		return nil, err
	}
	return client, nil
}

// openKeychain is the keychain, whose prompts the window tells of.
func (d *desktop) openKeychain() *keychain.Keychain {
	d.keychain = keychain.New(keychain.Options{OnPrompt: func(open bool) {
		select {
		case <-d.over: // Fyne has none but this goroutine by now
			return
		default:
		}
		fyne.Do(func() {
			if d.window != nil {
				d.window.KeychainPrompt(open)
			}
		})
	}})
	return d.keychain
}

// startDemo starts the stand-in Logto and makes a client for it.
func (d *desktop) startDemo() (*auth.Client, error) {
	if err := d.claim("demo"); err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("no folder for the demo's state: %w", err)
	}
	config := demo.Sample()
	config.StateDir = filepath.Join(cache, "doorkey", "demo")
	if d.demo, err = demo.Start(config); err != nil {
		return nil, err
	}
	d.cmd.demo = true
	return auth.New(auth.Config{
		Issuer: d.demo.Issuer(), ClientID: demo.ClientID, DeviceClientID: demo.DeviceClientID, SessionLifetime: demo.SessionLifetime,
		Scopes: connect.ScopesAt(d.demo.Issuer()), AppName: baked.Name(), OpenBrowser: d.network.OpenBrowser,
		Store: d.openKeychain(),
	})
}

// close ends everything in the order in which it depends on each other.
func (d *desktop) close() {
	close(d.over)
	d.work.Wait()
	if d.setup != nil {
		d.setup.Close() // it may be claiming still
	}
	if d.demo == nil && !d.removed {
		d.letNextStart() // which shares the session, and need not wait
	}
	if d.window != nil {
		d.window.Close()
	}
	if d.client != nil {
		_ = d.client.Close()
	}
	if d.keychain != nil {
		_ = d.keychain.Close()
	}
	var err error
	if d.demo != nil {
		err = d.demo.Close()
	}
	if err = errors.Join(err, d.sweep()); err != nil {
		d.say(err)
	}
	d.letNextStart()
}

// letNextStart lets the next start of the program be one of its own.
func (d *desktop) letNextStart() {
	for _, release := range d.release {
		release()
	}
	d.release = nil
}

// say tells the person at a terminal.
func (d *desktop) say(err error) { tell(d.stderr, err) }

// tell prints an error, of which each line is one of its own.
func tell(stderr io.Writer, err error) {
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintln(stderr, "doorkey-desktop:", strings.TrimRight(line, "\n"))
	}
}
