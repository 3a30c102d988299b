package app

import (
	"doorkey/assets"
	"doorkey/auth"
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
	s := &signedOutScreen{view: v, banner: newBanner(sentence(state.Err, v.place))}
	logo := canvas.NewImageFromResource(fyne.NewStaticResource("icon.png", assets.Icon))
	logo.FillMode = canvas.ImageFillContain
	logo.SetMinSize(fyne.NewSquareSize(72))

	where := lang.X("signedout.body", "to {{.Host}}", v.place)
	if v.place.Demo {
		where = lang.X("signedout.demo", "to the demo on this computer")
	}
	mark := theme.NewColoredResource(fyne.NewStaticResource("connector.svg", assets.Connector), theme.ColorNameForegroundOnPrimary)
	s.wecom = newButton(lang.X("signedout.wecom", "Continue with WeCom"), mark, widget.HighImportance,
		func() { v.actions.signIn(logto.WeCom) }, nil)
	more := newButton(lang.X("signedout.more", "More ways to sign in"), nil, widget.MediumImportance,
		func() { v.actions.signIn("") }, nil)
	s.root = page(
		container.NewCenter(logo),
		title(lang.X("signedout.title", "Sign in")),
		body(where),
		gap(12),
		s.banner,
		gap(12),
		row(s.wecom),
		gap(8),
		row(more),
		gap(8),
		caption(lang.X("signedout.note", "Your browser opens. No password is typed here.")),
	)
	return s
}

func (s *signedOutScreen) update(state auth.State)    { s.banner.say(sentence(state.Err, s.view.place)) }
func (s *signedOutScreen) content() fyne.CanvasObject { return s.root }
func (s *signedOutScreen) first() fyne.Focusable      { return s.wecom }
func (s *signedOutScreen) close()                     {}
func (s *signedOutScreen) escape()                    {}
