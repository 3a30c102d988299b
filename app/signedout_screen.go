package app

import (
	"errors"

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
	retry  *button
	banner *banner
}

func newSignedOutScreen(v *view, state auth.State) *signedOutScreen {
	s := &signedOutScreen{view: v, banner: newBanner(sentence(state.Err, v.place))}
	logo := canvas.NewImageFromResource(fyne.NewStaticResource("icon.png", assets.Icon))
	logo.FillMode = canvas.ImageFillContain
	logo.SetMinSize(fyne.NewSquareSize(72))

	mark := theme.NewColoredResource(fyne.NewStaticResource("connector.svg", assets.Connector), theme.ColorNameForegroundOnPrimary)
	s.wecom = newButton(lang.X("doorkey.signedout.wecom", "Continue with WeCom"), mark, widget.HighImportance,
		func() { v.actions.signIn(logto.WeCom) }, nil)
	more := newButton(lang.X("doorkey.signedout.more", "More ways to sign in"), nil, widget.MediumImportance,
		func() { v.actions.signIn("") }, nil)
	s.retry = newButton(lang.X("doorkey.retry", "Try again"), theme.ViewRefreshIcon(), widget.LowImportance, func() {
		s.retry.Disable() // until the keychain has answered
		v.actions.retry()
	}, nil)
	s.retry.Hidden = !unread(state.Err)
	s.root = page(
		container.NewCenter(logo),
		gap(8),
		title(lang.X("doorkey.signedout.title", "Sign in")),
		body(v.place.where()),
		gap(12),
		s.banner,
		s.retry,
		gap(16),
		row(s.wecom),
		gap(12),
		row(more),
		gap(12),
		caption(lang.X("doorkey.signedout.note", "Your browser opens. No password is typed here.")),
	)
	return s
}

// unread says that the keychain may hold a session and would not tell: another
// look is worth more than another sign-in.
func unread(err error) bool {
	return errors.Is(err, keychain.ErrLocked) || errors.Is(err, keychain.ErrTimeout)
}

func (s *signedOutScreen) update(state auth.State) bool {
	if s.retry.Hidden == unread(state.Err) {
		return false
	}
	s.retry.Enable()
	s.banner.say(sentence(state.Err, s.view.place))
	return true
}

func (s *signedOutScreen) content() fyne.CanvasObject { return s.root }
func (s *signedOutScreen) first() fyne.Focusable      { return s.wecom }
func (s *signedOutScreen) close()                     {}
func (s *signedOutScreen) escape()                    {}
