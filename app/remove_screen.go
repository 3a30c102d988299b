package app

import (
	_ "embed"

	"doorkey/auth"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

//go:embed remove_dot.svg
var dotIcon []byte

// removeScreen asks before everything is removed, and says what goes. Once it
// has begun there is no way back but an error.
type removeScreen struct {
	view   *view
	root   fyne.CanvasObject
	back   *button
	cancel *button
	remove *button
	banner *banner
	moving *fyne.Container // has a progress bar while it takes long
	busy   chan struct{}   // closed when it is done; nil while it has not begun
	ended  bool
}

func newRemoveScreen(v *view) *removeScreen {
	s := &removeScreen{view: v, banner: newBanner(v), moving: container.New(fixedHeight(barHeight)), back: v.backButton()}
	s.cancel = newButton(lang.X("doorkey.cancel", "Cancel"), nil, widget.MediumImportance, s.escape, s.escape)
	s.remove = newButton(lang.X("doorkey.remove.do", "Remove everything"), theme.DeleteIcon(), widget.DangerImportance, s.start, s.escape)
	s.back.escape = s.escape
	line := func(words string) fyne.CanvasObject {
		dot := widget.NewIcon(theme.NewThemedResource(fyne.NewStaticResource("dot.svg", dotIcon)))
		return container.New(lineLayout{words}, dot, text(words))
	}
	s.root = v.subpage(lang.X("doorkey.remove.title", "Remove all data"), s.back,
		gap(8),
		s.banner,
		text(lang.X("doorkey.remove.body", "This goes from this computer, and cannot be undone:")),
		container.New(linesLayout{},
			line(lang.X("doorkey.remove.people", "the sign-ins of all accounts, which are ended at the provider too")),
			line(lang.X("doorkey.remove.settings", "the settings, including where to sign in and the start at login")),
			line(lang.X("doorkey.remove.cache", "the provider's look and the pictures that were kept")),
		),
		gap(4),
		text(lang.X("doorkey.remove.after", "Then this program closes. Your account at the provider stays.")),
		gap(12),
		s.moving,
		gap(4),
		row(s.remove),
		gap(12),
		row(s.cancel),
	)
	return s
}

func (s *removeScreen) start() {
	if s.busy != nil {
		return
	}
	busy := make(chan struct{})
	s.busy = busy
	s.able((*button).Disable)
	s.banner.say("")
	s.view.onceSlow(busy, func() {
		if s.busy == busy && !s.ended {
			s.moving.Add(widget.NewProgressBarInfinite())
			s.moving.Refresh() // adding alone paints nothing
		}
	})
	s.view.actions.removeData(s.done)
}

// done tells how it has ended. If well, so does the program.
func (s *removeScreen) done(err error) {
	s.still()
	if s.ended {
		return
	}
	s.able((*button).Enable)
	s.banner.say(removeSentence(err, s.view.place))
}

func (s *removeScreen) able(what func(*button)) {
	for _, b := range []*button{s.back, s.remove, s.cancel} {
		what(b)
	}
}

// removeSentence says what is in the way.
func removeSentence(err error, at place) string {
	switch {
	case err == nil:
		return ""
	case isAny(err, keychain.ErrLocked, keychain.ErrTimeout, keychain.ErrUnavailable):
		return sentence(err, at)
	}
	return lang.X("doorkey.remove.failed", "Not everything could be removed. Try again; Diagnostics tells what is in the way.")
}

// still stops what moves.
func (s *removeScreen) still() {
	if s.busy != nil {
		close(s.busy)
		s.busy = nil
	}
	for _, o := range s.moving.Objects {
		o.(*widget.ProgressBarInfinite).Stop()
	}
	s.moving.RemoveAll()
	s.moving.Refresh()
}

func (s *removeScreen) escape() {
	if s.busy == nil {
		s.view.closePage()
	}
}

func (s *removeScreen) update(auth.State) bool     { return true }
func (s *removeScreen) content() fyne.CanvasObject { return s.root }
func (s *removeScreen) first() fyne.Focusable      { return s.cancel }

func (s *removeScreen) close() {
	s.ended = true
	s.still()
}
