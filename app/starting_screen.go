package app

import (
	"doorkey/auth"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
)

// startingScreen is shown until the keychain has answered: for an instant, or
// as long as the desktop asks for the keychain's password.
type startingScreen struct{ root fyne.CanvasObject }

func newStartingScreen() *startingScreen {
	return &startingScreen{page(
		title(lang.X("doorkey.starting.title", "One moment")),
		body(lang.X("doorkey.starting.body", "Looking for your session in the keychain.\nIf you are asked for its password, enter it.")),
	)}
}

func (s *startingScreen) update(auth.State) bool     { return true }
func (s *startingScreen) content() fyne.CanvasObject { return s.root }
func (s *startingScreen) first() fyne.Focusable      { return nil }
func (s *startingScreen) close()                     {}
func (s *startingScreen) escape()                    {}
