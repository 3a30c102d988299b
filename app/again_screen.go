package app

import (
	"errors"

	"doorkey/auth"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

// againScreen asks a person whose session has ended to sign in again.
type againScreen struct {
	view     *view
	root     fyne.CanvasObject
	portrait *portrait
	banner   *banner
	wecom    *button
	signOut  *signOutButton
	who      string
}

func newAgainScreen(v *view, state auth.State) *againScreen {
	s := &againScreen{view: v, portrait: newPortrait(v), banner: newBanner(v), who: state.Session.Profile.ID}
	var more *button
	s.wecom, more = waysIn(v)
	another := newButton(lang.X("doorkey.again.another", "Use another account"), nil, widget.LowImportance, v.actions.another, nil)
	s.signOut = newSignOutButton(widget.LowImportance, func() {
		s.banner.say("")
		v.actions.signOut()
	}, nil)
	s.signOut.Icon = nil // as quiet as the one beside it
	s.root = page(append(s.portrait.objects(),
		gap(4),
		body(reasonToSignIn()),
		gap(8),
		s.banner,
		gap(12),
		row(s.wecom),
		gap(12),
		row(more),
		gap(8),
		container.NewGridWithColumns(2, another, s.signOut.button),
	)...)
	s.update(state)
	return s
}

// reasonToSignIn says that the session has ended, and not why: the provider
// does not tell.
func reasonToSignIn() string {
	return lang.X("doorkey.again.ended", "Your sign-in has ended.\nSign in again to go on.")
}

func (s *againScreen) update(state auth.State) bool {
	p := state.Session.Profile
	if p.ID != s.who {
		return false
	}
	if s.portrait.show(p, p.DisplayName()) {
		s.root.Refresh()
	}
	s.say(state.Err)
	return true
}

// say says what went wrong since the session has ended.
func (s *againScreen) say(err error) {
	if _, is := errors.AsType[*auth.SessionEndedError](err); is {
		err = nil // which is what the screen is about
	}
	s.banner.say(sentence(err, s.view.place))
}

// stayed tells that the person could not be signed out, and why.
func (s *againScreen) stayed(err error) {
	s.signOut.ready()
	s.say(err)
}

func (s *againScreen) content() fyne.CanvasObject { return s.root }
func (s *againScreen) first() fyne.Focusable      { return s.wecom }
func (s *againScreen) close()                     { s.portrait.avatar.close() }
func (s *againScreen) escape()                    {}
