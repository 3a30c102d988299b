package app

import (
	"errors"

	"doorkey/auth"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

// signedOutScreen is one big way to sign in, and the door to all others. Where
// it is not known whether anybody is signed in, it says so.
type signedOutScreen struct {
	view    *view
	root    fyne.CanvasObject
	main    *button // way to sign in, or to unlock the store first
	unlock  *button // nil unless the store is locked
	store   *banner // about a store that cannot be read
	between fyne.CanvasObject
	banner  *banner // about anything else
	note    *widget.Label
}

func newSignedOutScreen(v *view, state auth.State) *signedOutScreen {
	s := &signedOutScreen{view: v, store: newBanner(v), between: gap(8), banner: newBanner(v), note: caption("")}
	objects := []fyne.CanvasObject{
		newLogo(v),
		gap(8),
		title(lang.X("doorkey.signedout.title", "Sign in")),
		body(v.where()),
		gap(12),
		s.store,
		s.between,
		s.banner,
		s.note,
		gap(4),
	}
	ways := v.waysIn(widget.HighImportance)
	if isLocked(v.unread) {
		s.unlock = newButton(lang.X("doorkey.unread.unlock", "Unlock and try again"), nil, widget.HighImportance, s.look, nil)
		ways = append([]*button{s.unlock}, v.waysIn(widget.MediumImportance)...)
	}
	s.main = ways[0]
	for _, way := range ways {
		objects = append(objects, gap(12), row(way))
	}
	objects = append(objects, v.onPhone()...)
	objects = append(objects, gap(12), caption(lang.X("doorkey.signedout.note", "Your browser opens. No password is typed here.")))
	s.root = withFooter(page(objects...), v.footer(true)...)
	s.update(state)
	return s
}

func (s *signedOutScreen) update(state auth.State) bool {
	unread := s.view.unread
	if isLocked(unread) != (s.unlock != nil) {
		return false
	}
	s.tellStore(unread)
	err := state.Err
	if unread != nil && errors.Is(err, unread) {
		err = nil // which is what the other banner is about
	}
	label := ""
	if s.view.mayRenewCode(err) {
		label = newCode()
	}
	wrong := sentence(err, s.view.place)
	if unread == nil || wrong == "" {
		s.between.Hide()
	} else {
		s.between.Show()
	}
	s.banner.offer(wrong, label, s.view.actions.phone)
	return true
}

// tellStore says why the store cannot be read, and what that means.
func (s *signedOutScreen) tellStore(unread error) {
	if s.unlock == nil || !s.unlock.Disabled() {
		s.store.offer(unreadSentence(unread, s.view.place), unreadRemedy(unread), s.view.actions.retry)
	}
	note := unreadNote(unread)
	if note == "" {
		s.note.Hide()
	} else {
		s.note.Show()
	}
	s.note.SetText(note)
}

// look reads a locked store again, which has the desktop ask for its password.
func (s *signedOutScreen) look() {
	s.unlock.Disable()
	s.store.say(lang.X("doorkey.unread.asking", "Enter the keychain's password when asked."))
	s.view.actions.retry()
}

// answered tells that the store has been read again, or not.
func (s *signedOutScreen) answered(error) {
	s.store.done()
	if s.unlock != nil {
		s.unlock.Enable()
		s.tellStore(s.view.unread)
	}
}

func (s *signedOutScreen) content() fyne.CanvasObject { return s.root }
func (s *signedOutScreen) first() fyne.Focusable      { return s.main }
func (s *signedOutScreen) close() {
	s.store.done()
	s.banner.done()
}
func (s *signedOutScreen) escape() {}
