package main

import (
	"errors"
	"fmt"

	"doorkey/app"
	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/cmd/internal/network"
	"doorkey/cmd/internal/settings"
	"doorkey/cmd/internal/single"

	"fyne.io/fyne/v2"
)

// start shows the window that was prepared.
func (d *desktop) start(p prepared) error {
	if p.problem != nil {
		d.say(p.problem)
	}
	if p.client == nil {
		return d.askWhere(p)
	}
	return d.signIn(p)
}

// signIn shows the window for a client.
func (d *desktop) signIn(p prepared) error {
	d.client = p.client
	options := d.options(p.settings)
	options.Issuer, options.ClientID = p.settings.Issuer, p.settings.ClientID
	if d.demo != nil {
		options.Issuer, options.ClientID, options.Demo = d.demo.Issuer(), demo.ClientID, true
	}
	options.SignIn, options.Connector = d.cmd.signIn.wanted, d.cmd.signIn.connector
	window, err := app.New(d.fyne, d.client, options)
	if err != nil {
		return err
	}
	d.window = window
	if d.cmd.background {
		d.window.StartInTray()
	} else {
		d.frame.Show()
	}
	d.window.ShowTray() // later than the window, which it would hold up
	if d.demo != nil {
		d.sayDemo()
	}
	return nil
}

// sayDemo tells a person at a terminal what else runs.
func (d *desktop) sayDemo() {
	fmt.Fprintf(d.stderr, "demo: a stand-in for Logto runs at %s\n", d.demo.Endpoint())
	if d.demo.Moved() {
		fmt.Fprintf(d.stderr, "demo: port %d is in use, so this is another one, which does not know earlier sign-ins\n", demo.DefaultPort)
	}
}

// askWhere shows the window that asks where to sign in.
func (d *desktop) askWhere(p prepared) error {
	var next prepared
	setup, err := app.NewSetup(d.fyne, d.options(p.settings), app.SetupOptions{
		Issuer: p.settings.Issuer, ClientID: p.settings.ClientID, Problem: told(p.problem),
		RedirectURI: p.settings.RedirectURI, HasSecret: p.settings.ClientSecret != "",
		Done: func(issuer, clientID string) (err error) {
			next, err = d.setUp(issuer, clientID)
			if errors.Is(err, single.ErrRunning) { // for that provider
				fyne.Do(func() { d.fail(err) })
			}
			return err
		},
		Demo: func() (err error) {
			next = prepared{settings: p.settings}
			next.client, err = d.startDemo()
			return err
		},
		Ready: func(fyne.Window) {
			if err := d.signIn(next); err != nil {
				d.fail(err)
			}
		},
	})
	if err != nil {
		return err
	}
	d.setup = setup
	d.frame.Show() // also in the background: there is something to do
	d.setup.ShowTray()
	return nil
}

// fail ends the program.
func (d *desktop) fail(err error) {
	d.failed = err
	d.fyne.Quit()
}

// setUp keeps where to sign in, and makes the client for it.
func (d *desktop) setUp(issuer, clientID string) (prepared, error) {
	err := d.overruled(issuer, clientID)
	if err != nil {
		return prepared{}, err
	}
	err = settings.Save(func(f *settings.File) {
		if f.Issuer != issuer || f.ClientID != clientID {
			f.SessionLifetime = "" // which is another application's
		}
		f.Issuer, f.ClientID = issuer, clientID
	})
	if err != nil {
		return prepared{}, told(err)
	}
	s, err := d.read()
	if err == nil {
		err = d.network.Set(s)
	}
	if err != nil {
		return prepared{}, told(err)
	}
	client, err := d.connect(s)
	return prepared{settings: s, client: client}, told(err)
}

// overruled tells which flag or variable says otherwise: it would count more.
func (d *desktop) overruled(issuer, clientID string) error {
	s, _ := d.read() // what is wrong there comes up later
	for _, o := range []struct {
		key           settings.Key
		inForce, want string
	}{{settings.KeyIssuer, s.Issuer, issuer}, {settings.KeyClientID, s.ClientID, clientID}} {
		if by := s.Source(o.key); by.Fixed() && o.inForce != o.want {
			return fmt.Errorf("%s is set to something else: change it there", by)
		}
	}
	return nil
}

// told is an error in the window's own words, where it has some.
func told(err error) error {
	wrong, is := errors.AsType[*settings.Error](err)
	if cannot, isNetwork := errors.AsType[*network.Error](err); isNetwork {
		wrong, is = &settings.Error{Key: cannot.Key, Err: cannot.Err}, true
	}
	if !is {
		return err
	}
	if p, is := preferenceOf(wrong.Key); is {
		return &app.PreferenceError{Preference: p, Err: err}
	}
	for key, field := range map[settings.Key]string{
		settings.KeyIssuer: "Issuer", settings.KeyClientID: "ClientID", settings.KeyRedirectURI: "RedirectURI",
	} {
		if wrong.Key == key {
			return &auth.ConfigError{Field: field, Err: wrong.Err}
		}
	}
	return err
}
