package app

import (
	"errors"

	"doorkey/auth"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2/lang"
)

// meetStore remembers why the store cannot be read: while it cannot, a sign-in
// that fails has an error of its own to tell.
func (v *view) meetStore(state auth.State) {
	switch {
	case state.Phase == auth.SigningIn:
	case state.Phase != auth.Inaccessible:
		v.unread = nil
	case v.unread == nil || isOfStore(state.Err):
		v.unread = state.Err
	}
}

// isOfStore reports whether an error is about the store, and not about a sign-in.
func isOfStore(err error) bool {
	return isAny(err, keychain.ErrUnavailable, keychain.ErrTimeout, keychain.ErrLocked,
		keychain.ErrCorrupt, keychain.ErrNewer, auth.ErrDamaged, auth.ErrNewer)
}

// isLocked reports whether the person can unlock the store.
func isLocked(unread error) bool { return errors.Is(unread, keychain.ErrLocked) }

// isReplaceable reports whether a sign-in replaces what cannot be read.
func isReplaceable(unread error) bool { return isAny(unread, keychain.ErrCorrupt, auth.ErrDamaged) }

// unreadSentence says that it is not known whether somebody is signed in, why,
// and what to do. It is empty where the store has been read.
func unreadSentence(unread error, at place) string {
	switch {
	case isLocked(unread):
		return lang.X("doorkey.unread.locked", "The keychain is locked, so it is not known whether you are signed in.")
	case errors.Is(unread, keychain.ErrTimeout):
		return lang.X("doorkey.unread.silent", "The keychain does not answer, so it is not known whether you are signed in. If it asks for a password on your desktop, enter it. This window keeps trying.")
	case errors.Is(unread, keychain.ErrUnavailable):
		return lang.X("doorkey.unread.nokeychain", "This computer's keychain cannot be reached, so it is not known whether you are signed in. This window keeps trying; if the problem persists, ask your administrator.")
	case unread == nil, isOfStore(unread):
		return sentence(unread, at)
	}
	return lang.X("doorkey.unread.other", "Your saved session cannot be read, so it is not known whether you are signed in. Try again; see Diagnostics for details.")
}

// unreadNote says how long a sign-in would last, where it would not be stored.
func unreadNote(unread error) string {
	switch {
	case unread == nil, isReplaceable(unread):
		return ""
	case isLocked(unread):
		return lang.X("doorkey.unread.notelocked", "If you sign in without unlocking it,\nyou stay signed in until this program ends.")
	}
	return lang.X("doorkey.unread.note", "If you sign in now,\nyou stay signed in until this program ends.")
}

// unreadRemedy is the label of the button that reads the store again, where
// that may help and there is no larger one for it.
func unreadRemedy(unread error) string {
	if unread == nil || isLocked(unread) || isReplaceable(unread) || isAny(unread, keychain.ErrNewer, auth.ErrNewer) {
		return ""
	}
	return tryAgain()
}
