package app

import (
	"context"
	"errors"
	"sync"

	"doorkey/auth"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// actions are what a person can do; the view only says which.
type actions struct {
	signIn  func(connector string)
	cancel  func()
	open    func(url string)
	copy    func(text string)
	signOut func()
	retry   func()
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
}

// kind is which screen.
type kind int

const (
	kindNone kind = iota
	kindStarting
	kindSignedOut
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
	if state.Phase != auth.SignedOut {
		v.note = nil
	} else if state.Err == nil {
		state.Err = v.note
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

// signedOut tells how signing out ended, where there is something to tell.
func (v *view) signedOut(err error) {
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	switch s := v.current.(type) {
	case *signedInScreen: // the keychain refused
		s.failed(err)
	case *signedOutScreen: // the provider was not told
		v.note = &goodbyeError{err}
		s.banner.say(sentence(v.note, v.place))
	}
}

// goodbyeError means signed out here, while the provider does not know.
type goodbyeError struct{ error }

func (v *view) typedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		v.current.escape()
	}
}
