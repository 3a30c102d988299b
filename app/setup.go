package app

import (
	"context"

	"doorkey/auth/doctor"

	"fyne.io/fyne/v2"
)

// SetupOptions are what a set-up leads to.
type SetupOptions struct {
	// Issuer and ClientID stand in the fields at first. Problem says why they,
	// or anything else that was set, cannot be used; nil means that nothing is
	// wrong.
	Issuer, ClientID string
	Problem          error

	// RedirectURI and HasSecret are what else was set, for the checks: that of
	// auth.Config, and whether there is a client secret.
	RedirectURI string
	HasSecret   bool

	// Done keeps where the person wants to sign in, on a goroutine of its own.
	// Where it returns an error, that is shown and they can try again.
	Done func(issuer, clientID string) error

	// Demo starts the demo, likewise. Nil means that there is none.
	Demo func() error

	// Ready is called on the UI goroutine once Done or Demo has worked. The
	// set-up is over, its window is still open: hand it to New in
	// Options.Window.
	Ready func(fyne.Window)
}

// NewSetup makes the window of a program that does not know yet where to sign
// in. It asks for the issuer and the App ID, and checks them while they are
// typed; what can be pasted is the endpoint, the issuer or the address of the
// discovery document. Of options it uses what such a window has: AppName, Logo,
// Texts, Preferences, Save, Fixed, Without, HTTPClient, RemoveData,
// Checkup, Diagnostics, Window and OnClosed.
func NewSetup(a fyne.App, options Options, setup SetupOptions) (*Window, error) {
	options.Issuer, options.ClientID = "", ""
	w, err := newWindow(a, nil, options)
	if err != nil {
		return nil, err
	}
	w.errors.add(setup.Problem)
	// The frame is on the screen sooner than all that is in it.
	w.work.Go(func() {
		w.post(func() { w.view.begin(setupScreens(w.view, w.setupActions(setup), setup)) })
	})
	return w, nil
}

func (w *Window) setupActions(setup SetupOptions) setupActions {
	do := setupActions{
		check: func(ctx context.Context, target doctor.Target, report func(doctor.Check), done func()) {
			w.check(ctx, func() doctor.Target { return target }, report, done)
		},
		done: func(issuer, clientID string, failed func(error)) {
			w.setUp(func() error { return setup.Done(issuer, clientID) }, setup.Ready, failed)
		},
	}
	if setup.Demo != nil {
		do.demo = func(failed func(error)) { w.setUp(setup.Demo, setup.Ready, failed) }
	}
	return do
}

// setUp does what leads on to the sign-in.
func (w *Window) setUp(do func() error, ready func(fyne.Window), failed func(error)) {
	w.later(do, func(err error) {
		if err != nil {
			failed(err)
			return
		}
		w.leave()
		ready(w.Window)
	})
}

// check looks at a set-up until ctx is done, and reports each check and the end
// on the UI goroutine. What fails is to be found in the diagnostics.
func (w *Window) check(ctx context.Context, makeTarget func() doctor.Target, report func(doctor.Check), done func()) {
	w.work.Go(func() {
		target := makeTarget()
		if target.HTTPClient == nil {
			target.HTTPClient = w.options.HTTPClient
		}
		doctor.Run(ctx, target, func(c doctor.Check) {
			w.post(func() {
				if c.Status == doctor.Failed && ctx.Err() == nil {
					w.errors.note("set-up: " + c.Found)
				}
				report(c)
			})
		})
		w.post(done)
	})
}
