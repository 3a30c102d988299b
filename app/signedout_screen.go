package app

import (
	"doorkey/assets"
	"doorkey/auth"
	"doorkey/auth/keychain"
	"doorkey/auth/logto"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// signedOutScreen is one big way to sign in, and the door to all others.
type signedOutScreen struct {
	view   *view
	root   fyne.CanvasObject
	wecom  *button
	banner *banner
}

func newSignedOutScreen(v *view, state auth.State) *signedOutScreen {
	s := &signedOutScreen{view: v, banner: newBanner(v)}
	logo := canvas.NewImageFromResource(fyne.NewStaticResource("icon.png", assets.Icon))
	logo.FillMode = canvas.ImageFillContain
	logo.SetMinSize(fyne.NewSquareSize(72))
	var more *button
	s.wecom, more = waysIn(v)
	s.root = page(
		container.NewCenter(logo),
		gap(8),
		title(lang.X("doorkey.signedout.title", "Sign in")),
		body(v.place.where()),
		gap(12),
		s.banner,
		gap(16),
		row(s.wecom),
		gap(12),
		row(more),
		gap(12),
		caption(lang.X("doorkey.signedout.note", "Your browser opens. No password is typed here.")),
	)
	s.update(state)
	return s
}

// waysIn are the button that goes straight to WeCom, and the one to all ways.
func waysIn(v *view) (wecom, more *button) {
	mark := theme.NewColoredResource(fyne.NewStaticResource("connector.svg", assets.Connector), theme.ColorNameForegroundOnPrimary)
	wecom = newButton(lang.X("doorkey.signedout.wecom", "Continue with WeCom"), mark, widget.HighImportance,
		func() { v.actions.signIn(logto.WeCom) }, nil)
	more = newButton(lang.X("doorkey.signedout.more", "More ways to sign in"), nil, widget.MediumImportance,
		func() { v.actions.signIn("") }, nil)
	return wecom, more
}

func (s *signedOutScreen) update(state auth.State) bool {
	label := ""
	if isAny(state.Err, keychain.ErrLocked, keychain.ErrTimeout) {
		// The keychain may hold a session and would not tell: another look is
		// worth more than another sign-in.
		label = tryAgain()
	}
	s.banner.offer(sentence(state.Err, s.view.place), label, s.view.actions.retry)
	return true
}

// answered tells that the keychain has been looked into again.
func (s *signedOutScreen) answered(error) { s.banner.done() }

func (s *signedOutScreen) content() fyne.CanvasObject { return s.root }
func (s *signedOutScreen) first() fyne.Focusable      { return s.wecom }
func (s *signedOutScreen) close()                     { s.banner.done() }
func (s *signedOutScreen) escape()                    {}
