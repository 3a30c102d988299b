package app

import (
	"errors"

	"doorkey/auth"
)

// openFailed tells that the browser could not be opened again.
func (v *view) openFailed(err error) {
	if w, ok := v.current.(*waitingScreen); ok && err != nil {
		w.banner.say(sentence(errOpen, v.place))
	}
}

// browseFailed tells that a page could not be opened: its address is to be
// copied then.
func (v *view) browseFailed(err error) {
	if s, ok := v.top().(interface{ failed(error) }); ok && err != nil {
		s.failed(errOpen)
	}
}

// delivered tells what came of a pasted address, where it was not the one.
func (v *view) delivered(err error) {
	if w, ok := v.current.(*waitingScreen); ok && err != nil {
		w.banner.say(sentence(err, v.place))
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
