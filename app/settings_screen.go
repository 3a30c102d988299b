package app

import (
	"errors"
	"slices"
	"strings"

	"doorkey/auth"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// settingsScreen is what the person can set. What is chosen or ticked holds at
// once; what is typed does when it is applied.
type settingsScreen struct {
	view   *view
	root   fyne.CanvasObject
	back   *button
	banner *banner
	said   error // what the banner is about

	speech, colours        *choice
	tray, login            *tick // tray is nil without one
	browser, proxy, caFile *field
	apply                  *button
}

func newSettingsScreen(v *view) *settingsScreen {
	s := &settingsScreen{view: v, back: v.backButton(), banner: newBanner(v)}
	objects := []fyne.CanvasObject{s.banner, gap(2)}
	objects = append(objects, s.looks()...)
	objects = append(objects, gap(6), rule(), gap(6))
	objects = append(objects, s.behaviour()...)
	objects = append(objects, gap(6), rule(), gap(6))
	objects = append(objects, s.network()...)
	objects = append(objects, gap(6), rule(), gap(6))
	if !v.without.Diagnostics {
		objects = append(objects, newButton(lang.X("doorkey.footer.diagnostics", "Diagnostics"), theme.InfoIcon(), widget.LowImportance,
			func() { v.openPage(func() screen { return newDiagnosticsScreen(v) }) }, v.closePage))
	}
	objects = append(objects, newButton(lang.X("doorkey.settings.remove", "Remove all data…"), theme.DeleteIcon(), widget.LowImportance,
		func() { v.openPage(func() screen { return newRemoveScreen(v) }) }, v.closePage))
	s.root = v.subpage(lang.X("doorkey.footer.settings", "Settings"), s.back, objects...)
	s.say(v.unkept)
	return s
}

// What the choices stand for.
var (
	speeches = append([]string{""}, Languages()...)
	themes   = []string{"", "light", "dark"}
)

// looks are the language and the theme.
func (s *settingsScreen) looks() []fyne.CanvasObject {
	v := s.view
	system := lang.X("doorkey.settings.system", "As the system")
	names := []string{system}
	for _, tag := range Languages() {
		names = append(names, ownName(tag))
	}
	s.speech = newChoice(names, indexOf(speeches, v.prefs.Language), func(i int) {
		s.save(func(p *Preferences) { p.Language = speeches[i] })
	}, v.closePage)
	names = []string{system, lang.X("doorkey.settings.light", "Light"), lang.X("doorkey.settings.dark", "Dark")}
	s.colours = newChoice(names, indexOf(themes, v.prefs.Theme), func(i int) {
		s.save(func(p *Preferences) { p.Theme = themes[i] })
	}, v.closePage)
	s.fix(PreferLanguage, s.speech)
	s.fix(PreferTheme, s.colours)
	objects := []fyne.CanvasObject{factOf(lang.X("doorkey.settings.language", "Language"), s.speech).root}
	if _, ours := fyne.CurrentApp().Settings().Theme().(look); ours {
		objects = append(objects, gap(6), factOf(lang.X("doorkey.settings.theme", "Appearance"), s.colours).root)
	}
	return objects
}

// indexOf takes what nobody knows for the system's.
func indexOf(values []string, value string) int { return max(0, slices.Index(values, value)) }

// behaviour is what happens beside the window.
func (s *settingsScreen) behaviour() []fyne.CanvasObject {
	v := s.view
	var objects []fyne.CanvasObject
	if v.hasTray {
		s.tray = newTick(lang.X("doorkey.settings.tray", "Keep running when the window is closed"), v.prefs.Tray, func(on bool) {
			s.save(func(p *Preferences) { p.Tray = on })
		}, v.closePage)
		s.fix(PreferTray, s.tray)
		objects = append(objects, s.tray)
	}
	s.login = newTick(lang.X("doorkey.settings.login", "Start when I log in to this computer"), v.prefs.StartAtLogin, func(on bool) {
		s.save(func(p *Preferences) { p.StartAtLogin = on })
	}, v.closePage)
	s.fix(PreferStartAtLogin, s.login)
	return append(objects, s.login)
}

// network is how to get to the provider.
func (s *settingsScreen) network() []fyne.CanvasObject {
	v := s.view
	enter := func(name, hint, value string, p Preference) (*field, []fyne.CanvasObject) {
		f := newField(v.post, value, hint, s.changed, s.applyTyped, v.closePage)
		s.fix(p, f)
		label := widget.NewLabel(name)
		label.Importance = widget.LowImportance
		label.Wrapping = fyne.TextWrapWord
		return f, []fyne.CanvasObject{label, f, gap(4)}
	}
	var objects, more []fyne.CanvasObject
	s.browser, more = enter(lang.X("doorkey.settings.browser", "Browser command"), lang.X("doorkey.settings.browserhint", "the system's browser"), v.prefs.Browser, PreferBrowser)
	objects = append(objects, more...)
	s.proxy, more = enter(lang.X("doorkey.settings.proxy", "Proxy"), lang.X("doorkey.settings.proxyhint", "the system's; or http://host:port, or none"), v.prefs.Proxy, PreferProxy)
	objects = append(objects, more...)
	s.caFile, more = enter(lang.X("doorkey.settings.ca", "Extra certificate authorities (PEM file)"), lang.X("doorkey.settings.cahint", "the system's only"), v.prefs.CAFile, PreferCAFile)
	objects = append(objects, more...)
	s.apply = newButton(lang.X("doorkey.settings.apply", "Apply"), nil, widget.MediumImportance, s.applyTyped, v.closePage)
	s.changed()
	return append(objects, gap(4), row(s.apply))
}

func (s *settingsScreen) fields() []*field { return []*field{s.browser, s.proxy, s.caFile} }

// typed is what the fields say, where that is something else than holds.
func (s *settingsScreen) typed() Preferences {
	p := s.view.prefs
	for f, value := range map[*field]*string{s.browser: &p.Browser, s.proxy: &p.Proxy, s.caFile: &p.CAFile} {
		if f.value() != strings.TrimSpace(*value) {
			*value = f.value()
		}
	}
	return p
}

// changed is told of every letter.
func (s *settingsScreen) changed() {
	switch {
	case s.apply == nil: // not all there yet
	case s.typed() != s.view.prefs:
		s.apply.Enable()
	default:
		s.apply.Disable()
		s.holdKeyboard()
	}
}

// holdKeyboard gives the keyboard to the field before, where the button that has
// it cannot be pressed any more: Tab would go on from the top.
func (s *settingsScreen) holdKeyboard() {
	c := s.view.keys()
	if c == nil || c.Focused() != fyne.Focusable(s.apply) {
		return
	}
	for _, f := range slices.Backward(s.fields()) {
		if !f.Disabled() {
			c.Focus(f)
			return
		}
	}
}

func (s *settingsScreen) applyTyped() {
	if typed := s.typed(); typed != s.view.prefs {
		s.save(func(p *Preferences) { *p = typed })
		s.changed()
	}
}

// save has one change kept.
func (s *settingsScreen) save(change func(*Preferences)) {
	v, next := s.view, s.view.prefs
	change(&next)
	s.say(nil)
	v.unkept = nil
	v.actions.save(next, func(err error) {
		if _, cannot := errors.AsType[*PreferenceError](err); !cannot {
			v.unkept = err
		}
		if page, is := v.page.(*settingsScreen); is { // this one, or one in another language by now
			page.saved(err)
		}
	})
}

// saved tells what has come of a change, and shows what holds; with another
// language or theme the page was made anew. What was typed and cannot work
// stays, to be corrected.
func (s *settingsScreen) saved(err error) {
	if _, cannot := errors.AsType[*PreferenceError](s.said); err != nil || !cannot {
		s.say(err) // or it is about a change before this one
	}
	if s.tray != nil {
		s.tray.show(s.view.prefs.Tray)
	}
	s.login.show(s.view.prefs.StartAtLogin)
	s.changed()
}

func (s *settingsScreen) say(err error) {
	s.said = err
	s.banner.say(settingsSentence(err))
}

// settingsSentence says why a setting does not hold, and what to do.
func settingsSentence(err error) string {
	wrong, cannot := errors.AsType[*PreferenceError](err)
	switch {
	case err == nil:
		return ""
	case !cannot:
		return lang.X("doorkey.settings.notkept", "The settings could not be saved, so they hold until you close this program. Diagnostics tells why.")
	case wrong.Preference == PreferProxy:
		return lang.X("doorkey.settings.badproxy", "This is no proxy's address. Enter one like http://proxy.example.com:8080, or none.")
	case wrong.Preference == PreferCAFile:
		return lang.X("doorkey.settings.badca", "This file has no certificates in PEM format, or cannot be read. Enter the full path of one.")
	case wrong.Preference == PreferBrowser:
		return lang.X("doorkey.settings.badbrowser", "This command cannot be run. Enter a program's name or full path.")
	case wrong.Preference == PreferStartAtLogin:
		return lang.X("doorkey.settings.badlogin", "This program could not be set to start at login. Install it first, then try again.")
	}
	return lang.X("doorkey.settings.refused", "This setting could not be changed. Diagnostics tells why.")
}

// fix greys out what somebody else has set.
func (s *settingsScreen) fix(p Preference, w fyne.Disableable) {
	if slices.Contains(s.view.fixed, p) {
		w.Disable()
	}
}

// resume takes over what was typed into the page before it was made anew.
func (s *settingsScreen) resume(before screen) {
	for i, f := range before.(*settingsScreen).fields() {
		if now := s.fields()[i]; f.Text != now.Text {
			now.SetText(f.Text)
		}
	}
	s.say(before.(*settingsScreen).said)
}

func (s *settingsScreen) update(auth.State) bool     { return true }
func (s *settingsScreen) content() fyne.CanvasObject { return s.root }
func (s *settingsScreen) first() fyne.Focusable      { return s.back }
func (s *settingsScreen) escape()                    { s.view.closePage() }
func (s *settingsScreen) close()                     {}
