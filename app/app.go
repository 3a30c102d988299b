// Package app is the sign-in window, in Fyne, of an [auth.Client].
//
// The window draws what the client's state says and keeps no copy of it. It
// shows one of a handful of screens, each in a file of its own, and turns a
// press into a call of the client on another goroutine: nothing here waits for
// the network, the keychain or the browser.
package app

import (
	"context"
	"net/url"
	"sync"

	"doorkey/assets"
	"doorkey/auth"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
)

var windowSize = fyne.NewSize(420, 560)

// Options change the window. The zero value is the window of Doorkey itself.
type Options struct {
	// AppName stands in the title. Empty means "Doorkey".
	AppName string

	// Issuer names the provider on the screens, as in auth.Config.
	Issuer string

	// Demo says that the provider is the stand-in on this computer.
	Demo bool

	// SignIn starts straight into the sign-in, where nobody is signed in yet.
	SignIn bool

	// Connector that SignIn goes straight to, such as "wecom". Empty means
	// the provider's page with all ways to sign in.
	Connector string

	// OnSignedIn is told who is signed in: at each sign-in, in this program or
	// another that shares the session, when another person becomes the current
	// one, and at a start with a session in the keychain. A refresh is none of
	// these. It runs on the UI goroutine.
	OnSignedIn func(auth.Session)
}

// Window is the sign-in window. Its methods are for the UI goroutine.
type Window struct {
	Window fyne.Window

	client  *auth.Client
	options Options
	view    *view

	ctx  context.Context // ends with the window
	end  context.CancelFunc
	work sync.WaitGroup // every goroutine of the window

	signIn   context.CancelFunc // of the sign-in on its way, or nil
	last     auth.State
	welcomed auth.Session // that OnSignedIn was told of last
}

// New makes the window for client. Show it with Window.ShowAndRun or
// Window.Show; the client is the caller's to close, after the window.
func New(a fyne.App, client *auth.Client, options Options) (*Window, error) {
	if err := lang.AddTranslationsFS(assets.Translations, "translations"); err != nil {
		return nil, err
	}
	if options.AppName == "" {
		options.AppName = "Doorkey"
	}
	w := &Window{client: client, options: options, Window: a.NewWindow(options.AppName)}
	w.ctx, w.end = context.WithCancel(context.Background())
	place := place{Demo: options.Demo, Host: options.Issuer}
	if u, err := url.Parse(options.Issuer); err == nil && u.Host != "" {
		place.Host = u.Host
	}
	w.view = newView(place, actions{
		signIn:  func(connector string) { w.startSignIn(connector) },
		another: func() { w.startSignIn("", auth.AnotherAccount()) },
		cancel:  w.cancelSignIn,
		open:    w.openAgain,
		copy:    a.Clipboard().SetContent,
		signOut: w.signOut,
		refresh: w.refresh,
		retry:   w.readSession,
	}, w.post)
	w.Window.SetIcon(fyne.NewStaticResource("icon.png", assets.Icon))
	w.Window.SetContent(w.view.root)
	w.Window.Resize(windowSize)
	w.Window.SetOnClosed(w.close)
	w.Window.Canvas().SetOnTypedKey(w.view.typedKey)

	w.work.Go(w.follow)
	w.readSession()
	return w, nil
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
	if w.ctx.Err() == nil {
		fyne.Do(f)
	}
}

// draw draws the client's state as it is now, so that nothing older is drawn
// after it.
func (w *Window) draw() {
	if w.ctx.Err() != nil {
		return
	}
	before, state := w.last, w.client.State()
	w.last = state
	w.view.show(state)
	switch state.Phase {
	case auth.SignedIn:
		name := state.Session.Profile.DisplayName()
		w.Window.SetTitle(lang.X("doorkey.window.person", "{{.Name}} – {{.App}}", map[string]string{"Name": name, "App": w.options.AppName}))
		w.welcome(state.Session)
	case auth.SignedOut:
		w.Window.SetTitle(w.options.AppName)
		if w.options.SignIn && before.Phase == auth.Unknown && state.Err == nil {
			w.startSignIn(w.options.Connector)
		}
	case auth.SigningIn:
		if state.Attempt.Step == auth.Finishing && before.Attempt.Step != auth.Finishing {
			w.Window.RequestFocus() // the person is still looking at the browser
		}
	}
}

// welcome tells the program of a sign-in or another person, once.
func (w *Window) welcome(s auth.Session) {
	before := w.welcomed
	w.welcomed = s
	again := s.Profile.ID == before.Profile.ID && s.SignedInAt.Equal(before.SignedInAt)
	if !again && w.options.OnSignedIn != nil {
		w.options.OnSignedIn(s)
	}
}

// readSession looks for a session in the keychain; what it finds comes by Watch.
func (w *Window) readSession() {
	w.work.Go(func() {
		_, err := w.client.Session(w.ctx)
		w.post(func() {
			w.draw()
			w.view.answered(err)
		})
	})
}

// refresh is for a person who does not want to wait for the client's own try.
func (w *Window) refresh() {
	w.work.Go(func() {
		err := w.client.Refresh(w.ctx)
		w.post(func() {
			w.draw()
			w.view.answered(err)
		})
	})
}

func (w *Window) startSignIn(connector string, more ...auth.SignInOption) {
	w.cancelSignIn()
	ctx, cancel := context.WithCancel(w.ctx)
	w.signIn = cancel
	options := append(more, auth.UILocales(lang.SystemLocale().LanguageString()))
	if connector != "" {
		options = append(options, auth.Connector(connector))
	}
	w.work.Go(func() {
		defer cancel()
		_, _ = w.client.SignIn(ctx, options...) // its error comes by Watch
	})
}

func (w *Window) cancelSignIn() {
	if w.signIn != nil {
		w.signIn()
		w.signIn = nil
	}
}

func (w *Window) openAgain(url string) {
	w.work.Go(func() {
		err := w.client.OpenBrowser(w.ctx, url)
		w.post(func() { w.view.openFailed(err) })
	})
}

func (w *Window) signOut() {
	w.work.Go(func() {
		err := w.client.SignOut(w.ctx)
		w.post(func() {
			w.draw() // the error is about the screen that belongs to the state now
			w.view.signedOut(err)
		})
	})
}

// close ends what the window has begun, without waiting for it: the UI
// goroutine waits for nothing.
func (w *Window) close() {
	if w.ctx.Err() == nil {
		w.end()
		w.view.close()
	}
}

// Close ends what the window has begun and waits for it. Call it once the Fyne
// app's Run has returned: quitting does not close windows one by one.
func (w *Window) Close() {
	w.close()
	w.work.Wait()
	w.view.wait()
}
