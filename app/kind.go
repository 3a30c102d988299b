package app

import "doorkey/auth"

// kind is which screen.
type kind int

const (
	kindNone kind = iota
	kindStarting
	kindSignedOut
	kindAgain
	kindContacting
	kindWaiting
	kindDevice
	kindFinishing
	kindSignedIn
	kindSetup
)

// kindOf is the whole state machine: a screen follows from the state alone.
func kindOf(state auth.State) kind {
	switch state.Phase {
	case auth.Inaccessible:
		return kindSignedOut // which says so
	case auth.SignedOut:
		if state.Session.Profile.ID != "" {
			return kindAgain
		}
		return kindSignedOut
	case auth.SignedIn:
		return kindSignedIn
	case auth.SigningIn:
		switch {
		case state.Attempt.Step == auth.Waiting && state.Attempt.Device != nil:
			return kindDevice
		case state.Attempt.Step == auth.Waiting:
			return kindWaiting
		case state.Attempt.Step == auth.Finishing:
			return kindFinishing
		}
		return kindContacting
	}
	return kindStarting
}
