package app

import (
	"doorkey/auth"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// waitingScreen is shown while the person is in the browser.
type waitingScreen struct {
	view    *view
	root    fyne.CanvasObject
	again   *button
	copy    *button
	paste   *button
	banner  *banner
	attempt auth.Attempt
	*countdown
}

func newWaitingScreen(v *view, state auth.State) *waitingScreen {
	s := &waitingScreen{view: v, banner: newBanner(v), countdown: newCountdown(v)}
	s.again = newButton(lang.X("doorkey.waiting.again", "Open the browser again"), theme.ViewRefreshIcon(), widget.HighImportance,
		func() { v.actions.open(s.attempt.URL) }, s.escape)
	s.copy = newButton(lang.X("doorkey.waiting.copy", "Copy link"), theme.ContentCopyIcon(), widget.MediumImportance, func() {
		v.actions.copy(s.attempt.URL)
		s.copy.SetText(lang.X("doorkey.waiting.copied", "Copied"))
		s.copy.SetIcon(theme.ConfirmIcon())
	}, s.escape)
	cancel := newButton(lang.X("doorkey.cancel", "Cancel"), nil, widget.MediumImportance, v.actions.cancel, s.escape)
	// The address has the code in it, which is to stand in no window: so there
	// is no field for it.
	s.paste = newButton(lang.X("doorkey.waiting.paste", "Paste address"), theme.ContentPasteIcon(), widget.MediumImportance, func() {
		s.banner.say("")
		v.actions.deliver(v.actions.paste())
	}, s.escape)
	s.root = page(
		title(lang.X("doorkey.waiting.title", "Continue in your browser")),
		body(lang.X("doorkey.waiting.body", "Sign in there, then come back.\nThis window goes on by itself.")),
		gap(12),
		thin(s.bar),
		gap(4),
		s.left,
		gap(4),
		s.banner,
		gap(16),
		row(s.again),
		gap(12),
		row(s.copy, cancel),
		gap(20),
		rule(),
		gap(8),
		caption(lang.X("doorkey.waiting.elsewhere", "Is your browser on another computer? Open the copied link there, sign in, copy the address it ends on and paste it here. Give that address to nobody else.")),
		gap(4),
		row(s.paste),
	)
	s.update(state)
	return s
}

func (s *waitingScreen) update(state auth.State) bool {
	s.attempt = state.Attempt
	if s.attempt.OpenErr != nil {
		s.banner.say(sentence(errOpen, s.view.place))
	}
	s.until(s.attempt.Deadline)
	return true
}

func (s *waitingScreen) content() fyne.CanvasObject { return s.root }
func (s *waitingScreen) first() fyne.Focusable      { return s.again }
func (s *waitingScreen) escape()                    { s.view.actions.cancel() }
func (s *waitingScreen) close()                     { s.stop() }
