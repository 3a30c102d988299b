// Package app is the sign-in window, in Fyne, of an [auth.Client].
//
// The window draws what the client's state says and keeps no copy of it. It
// shows one of a handful of screens, each in a file of its own, and turns a
// press into a call of the client on another goroutine: nothing here waits for
// the network, the keychain or the browser.
//
// [New] makes the window of a program that is about the session, as Doorkey
// itself. [SignInWindow] makes one that comes up where nobody is signed in and
// goes once somebody is.
package app

import (
	"context"
	"net/url"
	"sync"

	"doorkey/assets"
	"doorkey/auth"
	"doorkey/auth/logto"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
)

var windowSize = fyne.NewSize(420, 660)

// Window is the sign-in window. Its methods are for the UI goroutine.
type Window struct {
	Window fyne.Window

	app     fyne.App
	client  *auth.Client
	options Options
	view    *view
	errors  *errorLog
	tray    *tray // nil without one

	ctx  context.Context // ends with the window
	end  context.CancelFunc
	work sync.WaitGroup // every goroutine of the window

	last     auth.State
	welcomed auth.Session // that OnSignedIn was told of last
	working  workplace    // that OnOrganization was told of last
	asking   bool         // for userinfo
	saver    saver
	saved    func(error) // is told of what has come of it
}

// New makes the window for client. Show it with Window.ShowAndRun or
// Window.Show; the client is the caller's to close, after the window. An option
// that cannot work is an error.
func New(a fyne.App, client *auth.Client, options Options) (*Window, error) {
	w, err := newWindow(a, client, options)
	if err != nil {
		return nil, err
	}
	w.work.Go(w.follow)
	w.readSession()
	w.dress()
	if options.Tray {
		w.lookForTray()
	}
	return w, nil
}

// newWindow makes a window that nothing is in yet. There is no client before
// the set-up.
func newWindow(a fyne.App, client *auth.Client, options Options) (*Window, error) {
	if err := options.check(); err != nil {
		return nil, err
	}
	if err := speak(languageFor(options.Preferences.Language), options.Texts); err != nil {
		return nil, err
	}
	w := &Window{app: a, client: client, options: options, Window: options.Window, errors: new(errorLog)}
	w.saver.keep, w.saver.held = options.Save, options.Preferences
	w.ctx, w.end = context.WithCancel(context.Background())
	w.view = w.newView()
	w.wear()
	if w.Window != nil || !options.passing {
		w.build()
	}
	return w, nil
}

// build puts the view into a window.
func (w *Window) build() {
	if w.Window == nil {
		w.Window = w.app.NewWindow("")
	}
	w.Window.SetTitle(w.options.AppName)
	w.Window.SetIcon(fyne.NewStaticResource("icon.png", assets.Icon))
	w.Window.SetContent(w.view.root)
	w.view.canvas = w.Window.Canvas()
	w.Window.Resize(windowSize)
	w.Window.SetOnClosed(w.close)
	w.Window.SetCloseIntercept(w.closeOrHide)
	w.Window.Canvas().SetOnTypedKey(w.view.typedKey)
}

func (w *Window) newView() *view {
	o := w.options
	place := place{Demo: o.Demo, Host: o.Issuer}
	if u, err := url.Parse(o.Issuer); err == nil && u.Host != "" {
		place.Host = u.Host
	}
	v := newView(place, w.actions(), w.post)
	v.without, v.fixed, v.prefs, v.logo = o.Without, o.Fixed, o.Preferences, o.Logo
	v.language, v.http = languageFor(o.Preferences.Language), o.HTTPClient
	if o.Issuer != "" {
		v.accountPage = logto.AccountCenter(o.Issuer)
	}
	return v
}

func (w *Window) actions() actions {
	a := actions{
		signIn:       func(connector string) { w.startSignIn(connector) },
		another:      func() { w.startSignIn("", auth.AnotherAccount()) },
		cancel:       func() { w.client.CancelSignIn() },
		open:         w.openAgain,
		deliver:      w.deliver,
		copy:         w.app.Clipboard().SetContent,
		paste:        w.app.Clipboard().Content,
		signOut:      w.signOut,
		refresh:      w.refresh,
		retry:        w.readSession,
		browse:       w.browse,
		organization: w.choose,
		accounts:     w.accounts,
		switchTo:     w.switchTo,
		dismiss:      w.dismiss,
		facts:        w.facts,
	}
	if w.client != nil && w.client.CanUseDevice() {
		a.phone = func() { w.startSignIn(w.view.onlyWay(), auth.Device()) }
	}
	if w.options.Save != nil {
		a.save, a.removeData = w.save, w.removeData
	}
	if w.options.Issuer != "" || w.options.Checkup != nil {
		a.check = w.checkSetup
	}
	return a
}

// follow draws whenever there is a new state, until the window is closed.
func (w *Window) follow() {
	for range w.client.Watch(w.ctx) {
		w.post(w.draw)
	}
}

// post runs f on the UI goroutine, unless the window is closed: then Fyne
// would run it on this one.
func (w *Window) post(f func()) {
	if w.ctx.Err() != nil {
		return
	}
	fyne.Do(func() {
		if w.ctx.Err() == nil { // or it was closed meanwhile
			f()
		}
	})
}

// later runs do, which may block, on a goroutine of its own, and then tells
// how it has ended on the UI goroutine.
func (w *Window) later(do func() error, done func(error)) {
	w.work.Go(func() {
		err := do()
		w.post(func() {
			w.errors.add(err)
			done(err)
		})
	})
}

// draw draws the client's state as it is now, so that nothing older is drawn
// after it.
func (w *Window) draw() {
	if w.ctx.Err() != nil || w.client == nil {
		return
	}
	before, state := w.last, w.client.State()
	w.last = state
	w.errors.meet(state.Session.Profile)
	w.errors.add(state.Err)
	w.recall(state)
	w.view.show(state)
	if w.options.passing && w.pass(before, state) {
		return
	}
	switch state.Phase {
	case auth.SignedIn:
		name := state.Session.Profile.DisplayName()
		w.Window.SetTitle(lang.X("doorkey.window.person", "{{.Name}} – {{.App}}", map[string]string{"Name": name, "App": w.options.AppName}))
		w.welcome(state.Session)
		w.tellOrganization(state)
		w.askMore(state)
	case auth.SignedOut, auth.Inaccessible:
		w.Window.SetTitle(w.options.AppName)
		w.tellOrganization(state)
		if w.options.SignIn && before.Phase == auth.Unknown && state.Err == nil {
			w.startSignIn(w.options.Connector)
		}
	case auth.SigningIn:
		if state.Attempt.Step == auth.Finishing && before.Attempt.Step != auth.Finishing {
			w.Window.RequestFocus() // the person is still looking at the browser
		}
	}
	if before.Phase == auth.SignedIn && kindOf(state) == kindAgain {
		w.notify(state.Session.Profile)
	}
	w.drawTray()
}

// welcome tells the program of a sign-in or another person, once.
func (w *Window) welcome(s auth.Session) {
	before := w.welcomed
	w.welcomed = s
	if !sameSignIn(s, before) && w.options.OnSignedIn != nil {
		w.options.OnSignedIn(s)
	}
}

// sameSignIn tells a refresh from another sign-in or another person.
func sameSignIn(a, b auth.Session) bool {
	return a.Profile.ID == b.Profile.ID && a.SignedInAt.Equal(b.SignedInAt)
}

// readSession looks for a session in the keychain; what it finds comes by Watch.
func (w *Window) readSession() {
	w.later(func() error {
		_, err := w.client.Session(w.ctx)
		return err
	}, func(err error) {
		w.draw()
		w.view.answered(err)
	})
}

// refresh is for a person who does not want to wait for the client's own try.
func (w *Window) refresh() {
	w.later(func() error { return w.client.Refresh(w.ctx) }, func(err error) {
		w.draw()
		w.view.answered(err)
	})
}

// SignIn starts a sign-in, at a connector such as "wecom" or, with "", where
// the person chooses; unless somebody is signed in or signing in already.
func (w *Window) SignIn(connector string) {
	if k := kindOf(w.last); k == kindSignedOut || k == kindAgain {
		w.startSignIn(connector)
	}
}

func (w *Window) startSignIn(connector string, more ...auth.SignInOption) {
	options := append(more, auth.UILocales(uiLocales(w.view.prefs.Language)))
	if connector != "" {
		options = append(options, auth.Connector(connector))
	}
	w.work.Go(func() {
		_, _ = w.client.SignIn(w.ctx, options...) // its error comes by Watch
	})
}

func (w *Window) openAgain(url string) {
	w.later(func() error { return w.client.OpenBrowser(w.ctx, url) }, w.view.openFailed)
}

// browse opens a page that has nothing to do with a sign-in.
func (w *Window) browse(url string) {
	w.later(func() error { return w.client.OpenBrowser(w.ctx, url) }, w.view.browseFailed)
}

// deliver hands the address on which another computer's browser has ended to
// the sign-in that waits for it.
func (w *Window) deliver(address string) {
	w.later(func() error { return w.client.DeliverCallback(w.ctx, address) }, w.view.delivered)
}

func (w *Window) signOut(alsoInBrowser bool) {
	var options []auth.SignOutOption
	if alsoInBrowser {
		options = append(options, auth.EndBrowserSession())
	}
	w.later(func() error { return w.client.SignOut(w.ctx, options...) }, func(err error) {
		w.draw() // the error is about the screen that belongs to the state now
		w.view.signedOut(err)
	})
}

// closeOrHide is the person closing the window.
func (w *Window) closeOrHide() {
	if w.tray != nil && w.view.prefs.Tray {
		w.Window.Hide()
		return
	}
	w.Window.Close()
}

// leave ends what the window has begun, without waiting for it: the UI
// goroutine waits for nothing.
func (w *Window) leave() {
	w.end()
	w.view.close()
}

// close is the window having closed.
func (w *Window) close() {
	if w.ctx.Err() != nil {
		return
	}
	w.leave()
	if w.options.OnClosed != nil {
		w.options.OnClosed()
	}
}

// Close ends what the window has begun and waits for it. Call it once the Fyne
// app's Run has returned: quitting does not close windows one by one.
func (w *Window) Close() {
	if w.ctx.Err() == nil {
		w.leave()
	}
	w.work.Wait()
	w.view.wait()
}
