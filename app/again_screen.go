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
	main     *button // way to sign in
	signOut  *signOutButton
	who      string
}

func newAgainScreen(v *view, state auth.State) *againScreen {
	s := &againScreen{view: v, portrait: newPortrait(v), banner: newBanner(v), who: state.Session.Profile.ID}
	objects := append(s.portrait.objects(),
		gap(4),
		body(reasonToSignIn()),
		gap(8),
		s.banner,
	)
	ways := v.waysIn(widget.HighImportance)
	s.main = ways[0]
	for _, way := range ways {
		objects = append(objects, gap(12), row(way))
	}
	objects = append(objects, v.onPhone()...)
	another := newButton(lang.X("doorkey.again.another", "Use another account"), nil, widget.LowImportance, v.useAnother, nil)
	s.signOut = newSignOutButton(widget.LowImportance, func() {
		s.banner.say("")
		v.actions.signOut(false)
	}, nil)
	s.signOut.Icon = nil // as quiet as the one beside it
	objects = append(objects, gap(8), container.NewGridWithColumns(2, another, s.signOut.button))
	s.root = withFooter(page(objects...), v.footer(true)...)
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
	if s.view.mayRenewCode(err) {
		s.banner.offer(sentence(err, s.view.place), newCode(), s.view.actions.phone)
		return
	}
	s.banner.say(sentence(err, s.view.place))
}

// stayed tells that the person could not be signed out, and why.
func (s *againScreen) stayed(err error) {
	s.signOut.ready()
	s.say(err)
}

func (s *againScreen) content() fyne.CanvasObject { return s.root }
func (s *againScreen) first() fyne.Focusable      { return s.main }
func (s *againScreen) close() {
	s.portrait.avatar.close()
	s.banner.done()
}
func (s *againScreen) escape() {}
