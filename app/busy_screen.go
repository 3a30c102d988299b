package app

import (
	"doorkey/auth"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

// busyScreen is shown while the window itself is at work: before the browser
// opens, and after it has come back.
type busyScreen struct {
	view   *view
	root   fyne.CanvasObject
	cancel *button
	moving *widget.ProgressBarInfinite
}

func newBusyScreen(v *view, k kind) *busyScreen {
	s := &busyScreen{view: v, moving: widget.NewProgressBarInfinite()}
	s.cancel = newButton(lang.X("cancel", "Cancel"), nil, widget.MediumImportance, v.actions.cancel, s.escape)
	if k == kindFinishing {
		s.root = page(
			title(lang.X("finishing.title", "Finishing the sign-in")),
			body(lang.X("finishing.body", "The browser is done.")),
			gap(12), thin(s.moving), gap(28), row(s.cancel))
		return s
	}
	s.root = page(
		title(lang.X("contacting.title", "Contacting {{.Host}}", place{Host: v.place.name()})),
		gap(12), thin(s.moving), gap(28), row(s.cancel))
	return s
}

func (s *busyScreen) update(auth.State)          {}
func (s *busyScreen) content() fyne.CanvasObject { return s.root }
func (s *busyScreen) first() fyne.Focusable      { return s.cancel }
func (s *busyScreen) close()                     { s.moving.Stop() }
func (s *busyScreen) escape()                    { s.view.actions.cancel() }
