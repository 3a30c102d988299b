package app

import (
	"doorkey/auth"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
)

// signedOutScreen is one big way to sign in, and the door to all others.
type signedOutScreen struct {
	view   *view
	root   fyne.CanvasObject
	main   *button // way to sign in
	banner *banner
}

func newSignedOutScreen(v *view, state auth.State) *signedOutScreen {
	s := &signedOutScreen{view: v, banner: newBanner(v)}
	objects := []fyne.CanvasObject{
		newLogo(v),
		gap(8),
		title(lang.X("doorkey.signedout.title", "Sign in")),
		body(v.where()),
		gap(12),
		s.banner,
		gap(4),
	}
	ways := v.waysIn()
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
	label, do := "", s.view.actions.retry
	switch {
	case isAny(state.Err, keychain.ErrLocked, keychain.ErrTimeout, keychain.ErrUnavailable):
		// The keychain may hold a session and would not tell: another look is
		// worth more than another sign-in.
		label = tryAgain()
	case s.view.mayRenewCode(state.Err):
		label, do = newCode(), s.view.actions.phone
	}
	s.banner.offer(sentence(state.Err, s.view.place), label, do)
	return true
}

// answered tells that the keychain has been looked into again.
func (s *signedOutScreen) answered(error) { s.banner.done() }

func (s *signedOutScreen) content() fyne.CanvasObject { return s.root }
func (s *signedOutScreen) first() fyne.Focusable      { return s.main }
func (s *signedOutScreen) close()                     { s.banner.done() }
func (s *signedOutScreen) escape()                    {}
