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
	demo := newButton(lang.X("setup.demo", "Try the demo"), nil, widget.HighImportance, tryDemo, nil)
	hint := body(lang.X("setup.body", setupBody))
	hint.Selectable = true
	w.SetContent(themed(page(title(lang.X("setup.title", "Not set up yet")), hint, gap(20), row(demo))))
	w.Resize(windowSize)
	w.Canvas().Focus(demo)
	return w, nil
}

const setupBody = "Say which Logto to use and as which application, then start again:\nAUTH_LOGTO_ISSUER=https://…/oidc\nAUTH_LOGTO_ID=…"
