package app

import (
	"cmp"
	"errors"
	"sync"

	"doorkey/auth"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// actions are what a person can do; the view only says which.
type actions struct {
	signIn  func(connector string)
	another func() // signs in somebody else
	cancel  func()
	open    func(url string)
	copy    func(text string)
	signOut func()
	refresh func()
	retry   func() // looks into the keychain again
}

// place is where one signs in.
type place struct {
	Host string // of the issuer
	Demo bool
}

// screen is one thing the window shows.
type screen interface {
	// update draws a newer state of the same kind. It is false where that
	// takes a new screen.
	update(auth.State) bool
	content() fyne.CanvasObject
	// first gets the keyboard when the screen comes up.
	first() fyne.Focusable
	// close ends what the screen has begun: a timer, an animation, a download.
	close()
	// escape is what the Escape key does.
	escape()
}

// view shows the screen that belongs to a state.
type view struct {
	root *fyne.Container

	place   place
	actions actions
	post    func(func())   // to the UI goroutine
	work    sync.WaitGroup // every goroutine of a screen

	kind    kind
	current screen
	note    error // of the last sign-out: the provider was not told
	photo   photo // that was loaded last
}

// kind is which screen.
type kind int

const (
	kindNone kind = iota
	kindStarting
	kindSignedOut
	kindAgain
	kindContacting
	kindWaiting
	kindFinishing
	kindSignedIn
)

func newView(at place, do actions, post func(func())) *view {
	v := &view{root: container.NewStack(), place: at, actions: do, post: post}
	v.show(auth.State{})
	return v
}

// kindOf is the whole state machine: a screen follows from the state alone.
func kindOf(state auth.State) kind {
	switch state.Phase {
	case auth.SignedOut:
		if state.Session.Profile.ID != "" {
			return kindAgain
		}
		return kindSignedOut
	case auth.SignedIn:
		return kindSignedIn
	case auth.SigningIn:
		switch state.Attempt.Step {
		case auth.Waiting:
			return kindWaiting
		case auth.Finishing:
			return kindFinishing
		}
		return kindContacting
	}
	return kindStarting
}

func (v *view) show(state auth.State) {
	k := kindOf(state)
	if k != kindSignedOut {
		v.note = nil
	} else {
		v.photo = photo{}
		state.Err = cmp.Or(state.Err, v.note)
	}
	if k == v.kind && v.current.update(state) {
		return
	}
	if v.current != nil {
		v.current.close()
	}
	v.kind, v.current = k, v.make(k, state)
	v.root.Objects = []fyne.CanvasObject{v.current.content()}
	v.root.Refresh()
	if c := fyne.CurrentApp().Driver().CanvasForObject(v.root); c != nil {
		c.Focus(v.current.first())
	}
}

func (v *view) make(k kind, state auth.State) screen {
	switch k {
	case kindSignedOut:
		return newSignedOutScreen(v, state)
	case kindAgain:
		return newAgainScreen(v, state)
	case kindWaiting:
		return newWaitingScreen(v, state)
	case kindContacting, kindFinishing:
		return newBusyScreen(v, k)
	case kindSignedIn:
		return newSignedInScreen(v, state)
	}
	return newStartingScreen()
}

// close ends what the screen has begun; wait waits for it.
func (v *view) close() { v.current.close() }

func (v *view) wait() { v.work.Wait() }

// openFailed tells that the browser could not be opened again.
func (v *view) openFailed(err error) {
	if w, ok := v.current.(*waitingScreen); ok && err != nil {
		w.banner.say(sentence(errOpen, v.place))
	}
}

// errOpen stands for every reason why no browser came up: the remedy is one.
var errOpen = errors.New("no browser")

// signedOut tells how signing out ended. What it has led to is shown by now,
// or what another program has led to meanwhile.
func (v *view) signedOut(err error) {
	var untold *auth.RevocationError
	told := !errors.As(err, &untold)
	switch s := v.current.(type) {
	case *signedOutScreen:
		if !told {
			v.note = err
			s.banner.say(sentence(err, v.place))
		}
	case interface{ stayed(error) }:
		if !told {
			err = nil // signed out all the same, but somebody is there again
		}
		s.stayed(err)
	}
}

// answered tells how a refresh, or another look into the keychain, has ended.
// What it has led to is shown by now.
func (v *view) answered(err error) {
	if s, ok := v.current.(interface{ answered(error) }); ok {
		s.answered(err)
	}
}

func (v *view) typedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		v.current.escape()
	}
}
