package app

import (
	"doorkey/assets"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

// NewSetup makes the window of a program that does not know yet where to sign
// in. tryDemo runs on the UI goroutine when the person asks for the demo.
func NewSetup(a fyne.App, appName string, tryDemo func()) (fyne.Window, error) {
	if err := lang.AddTranslationsFS(assets.Translations, "translations"); err != nil {
		return nil, err
	}
	w := a.NewWindow(appName)
	w.SetIcon(fyne.NewStaticResource("icon.png", assets.Icon))
	demo := newButton(lang.X("doorkey.setup.demo", "Try the demo"), nil, widget.HighImportance, tryDemo, nil)
	w.SetContent(page(
		title(lang.X("doorkey.setup.title", "Not set up yet")),
		body(lang.X("doorkey.setup.body", "Say which Logto to use and as which application,\nthen start again.")),
		gap(12),
		code("AUTH_LOGTO_ISSUER=https://…/oidc\nAUTH_LOGTO_ID=…"),
		gap(20),
		row(demo),
	))
	w.Resize(windowSize)
	w.Canvas().Focus(demo)
	return w, nil
}
