package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo/demotest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// drawer is where a program keeps preferences.
type drawer struct {
	mu    sync.Mutex
	kept  []Preferences
	wrong func(Preferences) error
	held  chan struct{} // closed when it may answer; nil means at once
	begun int           // how often it was asked
}

func (d *drawer) save(p Preferences) error {
	d.mu.Lock()
	d.begun++
	d.mu.Unlock()
	if d.held != nil {
		<-d.held
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.wrong != nil {
		if err := d.wrong(p); err != nil {
			return err
		}
	}
	d.kept = append(d.kept, p)
	return nil
}

// asked waits until it was asked for the first time.
func (d *drawer) asked(t *testing.T) {
	t.Helper()
	for range 1000 {
		d.mu.Lock()
		begun := d.begun
		d.mu.Unlock()
		if begun > 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("the program was never asked to keep anything")
}

func (d *drawer) last() Preferences {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.kept) == 0 {
		return Preferences{}
	}
	return d.kept[len(d.kept)-1]
}

func (d *drawer) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.kept)
}

// atSettings is a whole program at the settings.
func atSettings(t *testing.T, in *drawer, change func(*Options)) *program {
	t.Helper()
	p := start(t, func(_ *auth.Config, o *Options) {
		o.Save = in.save
		if change != nil {
			change(o)
		}
	})
	p.shows(kindSignedOut)
	p.view.hasTray = true
	p.goes("Settings")
	return p
}

func (p *person) settings() *settingsScreen { return p.view.page.(*settingsScreen) }

// keeps waits until the program has kept something.
func (p *program) keeps(in *drawer, want Preferences) {
	p.t.Helper()
	p.until(fmt.Sprintf("%+v kept", want), func() bool { return in.last() == want && in.count() > 0 })
	p.until("the answer", func() bool { return !p.app.saver.isBusy() })
	p.run()
}

func (s *saver) isBusy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.busy
}

func TestEachPreferenceHoldsAtOnceAndIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		set  func(*settingsScreen)
		want Preferences
	}{
		"language": {func(s *settingsScreen) { s.speech.SetSelected("日本語") }, Preferences{Language: "ja"}},
		"theme":    {func(s *settingsScreen) { s.colours.SetSelected("Dark") }, Preferences{Theme: "dark"}},
		"tray":     {func(s *settingsScreen) { test.Tap(s.tray) }, Preferences{Tray: true}},
		"login":    {func(s *settingsScreen) { test.Tap(s.login) }, Preferences{StartAtLogin: true}},
		"browser":  {func(s *settingsScreen) { s.browser.SetText(" firefox "); test.Tap(s.apply) }, Preferences{Browser: "firefox"}},
		"proxy":    {func(s *settingsScreen) { s.proxy.SetText("none"); test.Tap(s.apply) }, Preferences{Proxy: "none"}},
		"CA file":  {func(s *settingsScreen) { s.caFile.SetText("/etc/ca.pem"); test.Tap(s.apply) }, Preferences{CAFile: "/etc/ca.pem"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := &drawer{held: make(chan struct{})}
			p := atSettings(t, in, nil)
			c.set(p.settings())
			if p.view.prefs != c.want {
				t.Errorf("%+v holds, want %+v", p.view.prefs, c.want)
			}
			close(in.held)
			p.keeps(in, c.want)
			if p.settings().banner.Visible() {
				t.Errorf("the banner says %q", p.settings().banner.text.Text)
			}
			p.press(fyne.KeyEscape)
			if in.count() != 1 {
				t.Errorf("it was kept %d times", in.count())
			}
		})
	}
}

func TestSettingsShowWhatHolds(t *testing.T) {
	set := Preferences{Language: "ja", Theme: "dark", Tray: true, StartAtLogin: true, Browser: "firefox", Proxy: "none", CAFile: "/ca.pem"}
	p := withPages(t)
	p.view.prefs = set
	p.view.show(signedInAs(zhang))
	p.goes("Settings")
	s := p.settings()
	if s.speech.Selected != "日本語" || s.colours.Selected != "Dark" || !s.tray.Checked || !s.login.Checked {
		t.Errorf("%q, %q, %v, %v", s.speech.Selected, s.colours.Selected, s.tray.Checked, s.login.Checked)
	}
	if s.browser.Text != "firefox" || s.proxy.Text != "none" || s.caFile.Text != "/ca.pem" {
		t.Errorf("%q, %q, %q", s.browser.Text, s.proxy.Text, s.caFile.Text)
	}
	if !s.apply.Disabled() {
		t.Error("there is something to apply")
	}
	p.press(fyne.KeyEscape)
	p.view.prefs, p.view.hasTray = Preferences{Language: "tlh", Theme: "mauve"}, false
	p.goes("Settings")
	if s := p.settings(); s.speech.Selected != "As the system" || s.colours.Selected != "As the system" {
		t.Errorf("%q, %q", s.speech.Selected, s.colours.Selected)
	}
	p.readsNot("Keep running")
}

func TestAnotherLanguageShowsAtOnce(t *testing.T) {
	in := &drawer{}
	p := start(t, func(_ *auth.Config, o *Options) { o.Save = in.save })
	p.signedIn(demotest.LiSi)
	p.goes("Settings")
	p.tabTo("As the system")
	p.settings().speech.SetSelected("简体中文")
	p.isOn("设置")
	p.reads("[返回]", "语言", "[诊断信息]", "[清除所有数据…]")
	p.readsNot("Settings")
	if got := p.keyboard(); got != "简体中文" {
		t.Errorf("%q has the keyboard", got)
	}
	p.keeps(in, Preferences{Language: "zh-Hans"})
	p.isOn("设置")
	p.press(fyne.KeyEscape)
	p.reads("李四，您好", "[退出登录]")
	p.goes("设置")
	p.settings().speech.SetSelected("日本語")
	p.press(fyne.KeyEscape)
	p.reads("李四 さん、こんにちは")
	p.goes("設定")
	p.settings().speech.SetSelected("システムに合わせる")
	p.isOn("Settings")
	p.press(fyne.KeyEscape)
	p.reads("Hello, 李四")
	p.keeps(in, Preferences{})
}

func TestAnotherLanguageShowsInTheTitle(t *testing.T) {
	in := &drawer{}
	p := start(t, func(_ *auth.Config, o *Options) {
		o.Save = in.save
		o.Texts = Texts{"ja": {"doorkey.window.person": "{{.Name}} 様 – {{.App}}"}}
	})
	p.signedIn(demotest.LiSi)
	p.goes("Settings")
	p.settings().speech.SetSelected("日本語")
	if got := p.window.Title(); got != "李四 様 – Doorkey" {
		t.Errorf("the title is %q", got)
	}
	p.keeps(in, Preferences{Language: "ja"})
}

func TestAnotherLanguageReachesTheProvider(t *testing.T) {
	in := &drawer{}
	p := atSettings(t, in, nil)
	p.settings().speech.SetSelected("简体中文")
	p.press(fyne.KeyEscape)
	p.goes("使用企业微信登录")
	p.shows(kindWaiting)
	if asked := <-p.urls; !strings.Contains(asked, "ui_locales=zh-CN") {
		t.Errorf("the provider was asked for %s", asked)
	}
	p.keeps(in, Preferences{Language: "zh-Hans"})
}

func TestAnotherLanguageKeepsWhatWasTypedIntoASetting(t *testing.T) {
	in := &drawer{}
	p := atSettings(t, in, nil)
	p.settings().proxy.SetText("http://pr")
	p.settings().speech.SetSelected("日本語")
	if s := p.settings(); s.proxy.Text != "http://pr" || s.apply.Disabled() {
		t.Errorf("the field says %q", s.proxy.Text)
	}
	p.keeps(in, Preferences{Language: "ja"}) // and what was typed is not kept
	p.goes("診断情報", "戻る")
	if got := p.settings().proxy.Text; got != "http://pr" {
		t.Errorf("after another page the field says %q", got)
	}
}

func TestAnotherThemeShowsAtOnce(t *testing.T) {
	in := &drawer{}
	p := atSettings(t, in, nil)
	wears := func(variant fyne.ThemeVariant) bool {
		l := p.Settings().Theme().(look)
		return l.forced && l.variant == variant
	}
	p.tabTo("As the system")
	p.window.Canvas().FocusNext()
	p.settings().colours.SetSelected("Dark")
	if !wears(theme.VariantDark) || !p.view.dark() {
		t.Error("it is not dark")
	}
	p.isOn("Settings")
	if got := p.keyboard(); got != "Dark" {
		t.Errorf("%q has the keyboard", got)
	}
	p.settings().colours.SetSelected("Light")
	if !wears(theme.VariantLight) {
		t.Error("it is not light")
	}
	p.settings().colours.SetSelected("As the system")
	if wears(theme.VariantDark) || wears(theme.VariantLight) {
		t.Error("it is not the system's")
	}
	p.keeps(in, Preferences{})
}

func TestAProgramWithAThemeOfItsOwnOffersNone(t *testing.T) {
	p := withPages(t)
	p.Settings().SetTheme(theme.DefaultTheme())
	p.view.show(signedInAs(zhang))
	p.goes("Settings")
	p.reads("Language")
	p.readsNot("Appearance")
}

func TestWhatCannotWorkDoesNotHold(t *testing.T) {
	refuse := func(what Preference) func(Preferences) error {
		return func(Preferences) error { return &PreferenceError{what, errors.New("no")} }
	}
	before := Preferences{Language: "en", Theme: "light"}
	for name, c := range map[string]struct {
		what Preference
		set  func(*settingsScreen)
		says string
	}{
		"language": {PreferLanguage, func(s *settingsScreen) { s.speech.SetSelected("日本語") }, "could not be changed"},
		"theme":    {PreferTheme, func(s *settingsScreen) { s.colours.SetSelected("Dark") }, "could not be changed"},
		"tray":     {PreferTray, func(s *settingsScreen) { test.Tap(s.tray) }, "could not be changed"},
		"login":    {PreferStartAtLogin, func(s *settingsScreen) { test.Tap(s.login) }, "start at login"},
		"browser":  {PreferBrowser, func(s *settingsScreen) { s.browser.SetText("no"); s.applyTyped() }, "command cannot be run"},
		"proxy":    {PreferProxy, func(s *settingsScreen) { s.proxy.SetText("no"); s.applyTyped() }, "no proxy's address"},
		"CA file":  {PreferCAFile, func(s *settingsScreen) { s.caFile.SetText("no"); s.applyTyped() }, "no certificates"},
	} {
		t.Run(name, func(t *testing.T) {
			in := &drawer{wrong: refuse(c.what)}
			p := atSettings(t, in, func(o *Options) { o.Preferences = before })
			c.set(p.settings())
			p.readsIn(c.says)
			if p.view.prefs != before {
				t.Errorf("%+v holds, want %+v", p.view.prefs, before)
			}
			s := p.settings()
			if s.speech.Selected != "English" || s.colours.Selected != "Light" || s.tray.Checked || s.login.Checked {
				t.Errorf("it shows %q, %q, %v, %v", s.speech.Selected, s.colours.Selected, s.tray.Checked, s.login.Checked)
			}
			if p.Settings().Theme().(look).variant != theme.VariantLight {
				t.Error("it is dark")
			}
			if typed := s.typed() != before; typed == s.apply.Disabled() {
				t.Error("what was typed cannot be corrected and applied")
			}
			p.press(fyne.KeyEscape)
			p.goes("Settings")
			p.readsNot(c.says)
			if s := p.settings(); s.browser.Text+s.proxy.Text+s.caFile.Text != "" {
				t.Error("what cannot work is there again")
			}
		})
	}
}

func TestWhatCannotBeKeptHoldsUntilTheEnd(t *testing.T) {
	in := &drawer{wrong: func(Preferences) error { return errors.New("read-only file system") }}
	p := atSettings(t, in, nil)
	p.settings().speech.SetSelected("日本語")
	p.readsIn("保存できませんでした")
	if p.view.prefs.Language != "ja" {
		t.Error("the old language holds")
	}
	p.press(fyne.KeyEscape)
	p.goes("設定")
	p.reads("保存できませんでした") // which is so still
	in.mu.Lock()
	in.wrong = nil
	in.mu.Unlock()
	p.settings().speech.SetSelected("English")
	p.keeps(in, Preferences{Language: "en"})
	if p.settings().banner.Visible() {
		t.Error("it says so still")
	}
}

func TestAMistakeIsCorrected(t *testing.T) {
	in := &drawer{wrong: func(p Preferences) error {
		if p.Proxy == "no" {
			return &PreferenceError{PreferProxy, errors.New("no")}
		}
		return nil
	}}
	p := atSettings(t, in, nil)
	p.settings().proxy.SetText("no")
	test.Tap(p.settings().apply)
	p.readsIn("no proxy's address")
	p.settings().proxy.SetText("none")
	test.Tap(p.settings().apply)
	p.readsNot("no proxy's address") // it may be right by now
	p.keeps(in, Preferences{Proxy: "none"})
	if !p.settings().apply.Disabled() {
		t.Error("there is something to apply")
	}
}

// What is refused takes nothing else with it.
func TestWhatIsSetBesideAMistakeIsKept(t *testing.T) {
	in := &drawer{held: make(chan struct{}), wrong: func(p Preferences) error {
		if p.StartAtLogin {
			return &PreferenceError{PreferStartAtLogin, errors.New("not installed")}
		}
		return nil
	}}
	p := atSettings(t, in, nil)
	test.Tap(p.settings().tray)
	in.asked(t) // and while that is being kept
	test.Tap(p.settings().login)
	p.settings().colours.SetSelected("Dark")
	close(in.held)
	p.keeps(in, Preferences{Theme: "dark", Tray: true})
	p.until("the tick", func() bool { return !p.settings().login.Checked })
	p.reads("start at login") // though something else was kept since
	if p.view.prefs != in.last() {
		t.Errorf("%+v holds", p.view.prefs)
	}
}

func TestWhatHeldBeforeAMistakeIsTheLastThatWasKept(t *testing.T) {
	in := &drawer{wrong: func(p Preferences) error {
		if p.Theme == "light" {
			return &PreferenceError{PreferTheme, errors.New("too bright")}
		}
		return nil
	}}
	p := atSettings(t, in, nil)
	p.settings().colours.SetSelected("Dark")
	p.keeps(in, Preferences{Theme: "dark"})
	p.settings().colours.SetSelected("Light")
	p.readsIn("could not be changed")
	if got := p.settings().colours.Selected; got != "Dark" || p.view.prefs.Theme != "dark" {
		t.Errorf("%q is shown", got)
	}
}

// The answer to a mistake is not about what was corrected meanwhile.
func TestAMistakeThatIsCorrectedMeanwhile(t *testing.T) {
	in := &drawer{held: make(chan struct{}), wrong: func(p Preferences) error {
		if p.Proxy == "no" {
			return &PreferenceError{PreferProxy, errors.New("no")}
		}
		return nil
	}}
	p := atSettings(t, in, nil)
	enter := func(proxy string) {
		p.settings().proxy.SetText(proxy)
		p.settings().applyTyped()
	}
	enter("no")
	in.asked(t)
	enter("none")
	close(in.held)
	p.keeps(in, Preferences{Proxy: "none"})
	if got := p.view.prefs.Proxy; got != "none" {
		t.Errorf("%q holds", got)
	}
}

func TestThereIsOneMistakeAtATime(t *testing.T) {
	in := &drawer{wrong: func(Preferences) error { return &PreferenceError{PreferCAFile, errors.New("gone")} }}
	p := atSettings(t, in, func(o *Options) { o.Preferences.CAFile = "/gone.pem" })
	test.Tap(p.settings().login) // for which the file is wrong too, as it was before
	p.readsIn("no certificates")
	p.until("the end", func() bool { return !p.app.saver.isBusy() })
	if !p.view.prefs.StartAtLogin || p.view.prefs.CAFile != "/gone.pem" {
		t.Errorf("%+v holds", p.view.prefs)
	}
}

// A program may take its time: the window does not wait, and the last change is
// the one that is kept.
func TestTheLastChangeIsTheOneThatIsKept(t *testing.T) {
	var calls, at int
	var mu sync.Mutex
	begun, goOn := make(chan struct{}, 10), make(chan struct{})
	in := &drawer{}
	p := atSettings(t, in, func(o *Options) {
		o.Save = func(next Preferences) error {
			mu.Lock()
			calls++
			if at++; at > 1 {
				t.Error("two at a time")
			}
			mu.Unlock()
			begun <- struct{}{}
			<-goOn
			defer func() { mu.Lock(); at--; mu.Unlock() }()
			return in.save(next)
		}
	})
	p.settings().colours.SetSelected("Dark")
	<-begun
	p.settings().colours.SetSelected("Light")
	p.settings().colours.SetSelected("Dark")
	p.settings().colours.SetSelected("Light")
	if p.view.prefs.Theme != "light" {
		t.Errorf("%q holds", p.view.prefs.Theme)
	}
	goOn <- struct{}{}
	<-begun
	p.run()
	if p.view.prefs.Theme != "light" || p.settings().colours.Selected != "Light" {
		t.Errorf("the answer to an earlier change has undone a later one: %q", p.view.prefs.Theme)
	}
	close(goOn)
	p.keeps(in, Preferences{Theme: "light"})
	if calls != 2 {
		t.Errorf("it was kept %d times", calls)
	}
}

func TestClosingTheWindowKeepsTheLastChangeAllTheSame(t *testing.T) {
	in := &drawer{held: make(chan struct{})}
	p := atSettings(t, in, nil)
	p.settings().colours.SetSelected("Dark")
	p.settings().colours.SetSelected("Light")
	p.window.Close()
	close(in.held)
	p.app.Close()
	if got := in.last().Theme; got != "light" {
		t.Errorf("%q is kept", got)
	}
}

func TestWhatSomebodyElseHasSetCannotBeChanged(t *testing.T) {
	all := []Preference{PreferLanguage, PreferTheme, PreferTray, PreferStartAtLogin, PreferBrowser, PreferProxy, PreferCAFile}
	disabled := func(s *settingsScreen) []fyne.Disableable {
		return []fyne.Disableable{s.speech, s.colours, s.tray, s.login, s.browser, s.proxy, s.caFile}
	}
	for i, one := range all {
		t.Run(one.String(), func(t *testing.T) {
			p := withPages(t)
			p.view.fixed = []Preference{one}
			p.view.show(signedInAs(zhang))
			p.goes("Settings")
			for j, w := range disabled(p.settings()) {
				if w.Disabled() != (i == j) {
					t.Errorf("%v: disabled is %v", all[j], w.Disabled())
				}
			}
		})
	}
	p := withPages(t)
	p.view.fixed, p.view.prefs.Browser = all, " firefox "
	p.view.show(signedInAs(zhang))
	p.goes("Settings")
	if got := p.tabs(); !slices.Equal(got, []string{"Back", "Diagnostics", "Remove all data…"}) {
		t.Errorf("Tab leads to %q", got)
	}
}

func TestSettingsByTheKeyboard(t *testing.T) {
	p := withPages(t)
	p.view.show(signedInAs(zhang))
	p.goes("Settings")
	s := p.settings()
	s.browser.SetText("firefox")
	want := []string{"Back", "As the system", "As the system", s.tray.Text, s.login.Text, "firefox", "", "", "Apply", "Diagnostics", "Remove all data…"}
	if got := p.tabs(); !slices.Equal(got, want) {
		t.Errorf("Tab leads to %q", got)
	}
	p.press(fyne.KeyEscape)
	p.goes("Settings")
	p.tabTo("As the system")
	p.press(fyne.KeyRight) // the next one, without opening the list
	if got := p.view.prefs.Language; got != "en" {
		t.Errorf("the language is %q", got)
	}
	p.tabTo(s.login.Text)
	p.press(fyne.KeyReturn)
	if !p.view.prefs.StartAtLogin {
		t.Error("Enter does not tick")
	}
}

func TestTypedSettingsHoldOnceTheyAreApplied(t *testing.T) {
	p := withPages(t)
	var saves int
	p.view.actions.save = func(next Preferences, done func(error)) {
		saves++
		p.view.prefs = next
		done(nil)
	}
	p.view.show(signedInAs(zhang))
	p.goes("Settings")
	s := p.settings()
	for _, f := range s.fields() {
		f.SetText("x")
		if s.apply.Disabled() {
			t.Error("what was typed cannot be applied")
		}
		f.SetText("  ")
		if !s.apply.Disabled() {
			t.Error("there is nothing to apply, and it can be")
		}
	}
	s.proxy.SetText("none")
	p.press(fyne.KeyEscape)
	p.goes("Settings")
	if s = p.settings(); saves != 0 || s.proxy.Text != "" {
		t.Error("leaving has kept what was typed")
	}
	p.window.Canvas().Focus(s.proxy)
	p.press(fyne.KeyReturn)
	if saves != 0 {
		t.Error("nothing was kept once more")
	}
	s.proxy.SetText("none")
	p.press(fyne.KeyReturn)
	if saves != 1 || p.view.prefs.Proxy != "none" || !s.apply.Disabled() {
		t.Errorf("Enter has kept %+v", p.view.prefs)
	}
	if p.window.Canvas().Focused() != fyne.Focusable(s.proxy) {
		t.Errorf("%q has the keyboard", p.keyboard())
	}
	s.browser.SetText("firefox")
	p.tabTo("Apply")
	p.press(fyne.KeyReturn)
	if p.view.prefs.Browser != "firefox" || p.view.prefs.Proxy != "none" {
		t.Errorf("%+v is kept", p.view.prefs)
	}
	if got := p.window.Canvas().Focused(); got != fyne.Focusable(s.caFile) {
		t.Errorf("the button that cannot be pressed any more leaves the keyboard to %q", p.keyboard())
	}
}

func TestWhereTheSettingsAre(t *testing.T) {
	for _, c := range []struct {
		name     string
		save     bool
		without  Screens
		reads    string
		readsNot string
	}{
		{"with Save", true, Screens{}, "[Settings]", "[Diagnostics]"},
		{"without Save", false, Screens{}, "[Diagnostics]", "[Settings]"},
		{"with Save, without settings", true, Screens{Settings: true}, "[Diagnostics]", "[Settings]"},
		{"without either", false, Screens{Diagnostics: true}, "", "[Diagnostics]"},
	} {
		for name, state := range map[string]auth.State{"signed out": stateSignedOut, "signed in": signedInAs(zhang), "to sign in again": ended} {
			t.Run(c.name+", "+name, func(t *testing.T) {
				p := withPages(t)
				p.view.without = c.without
				if !c.save {
					p.view.actions.save = nil
				}
				p.view.show(state)
				p.reads(c.reads)
				p.readsNot(c.readsNot)
			})
		}
	}
	p := withPages(t)
	p.view.without.Diagnostics = true
	p.view.show(signedInAs(zhang))
	p.goes("Settings")
	p.readsNot("Diagnostics")
}

func TestPagesFitTheWindowInEveryLanguage(t *testing.T) {
	for _, tag := range Languages() {
		for page, way := range pages {
			t.Run(page+" "+tag, func(t *testing.T) {
				p := withPages(t)
				p.view.prefs = Preferences{Proxy: "http://" + strings.Repeat("proxy.", 20) + "example.com:8080", CAFile: "/" + strings.Repeat("a", 100)}
				p.view.fixed = []Preference{PreferCAFile}
				p.view.actions.facts = func(show func([]Fact)) { show(longFacts) }
				p.view.show(signedInAs(zhang))
				p.goes(way...)
				if s, is := p.view.page.(*settingsScreen); is {
					s.say(&PreferenceError{PreferStartAtLogin, nil})
				}
				if err := speak(tag, nil); err != nil {
					t.Fatal(err)
				}
				p.view.again()
				p.fits()
			})
		}
	}
}

var longFacts = []Fact{
	{"github.com/coreos/go-oidc/v3", "v3.21.0"},
	{"Issuer", "https://" + strings.Repeat("internal-logto.", 10) + "example.net:3001/oidc"},
	{"Scopes", strings.Repeat("urn:logto:scope:organization_roles ", 5)},
	{time.Now().Format(time.DateTime), "refresh: cannot reach login.example.com: dial tcp: lookup login.example.com: no such host"},
}

func TestSettingsBeforeTheSetup(t *testing.T) {
	d := newDesk(t)
	in := &drawer{}
	w, err := d.newSetup(Options{Save: in.save}, SetupOptions{Done: func(string, string) error { return nil }, Ready: func(fyne.Window) {}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	p := &program{person: &person{desk: d, view: w.view, window: w.Window}, app: w}
	p.goes("Settings")
	p.settings().speech.SetSelected("日本語")
	p.isOn("設定")
	p.keeps(in, Preferences{Language: "ja"})
	p.goes("診断情報")
	p.press(fyne.KeyEscape)
	p.press(fyne.KeyEscape)
	p.isOn("")
	if p.view.kind != kindSetup {
		t.Error("the set-up has gone")
	}
}

func TestSignedInByAnotherProgramWhileSettingsAreOpen(t *testing.T) {
	in := &drawer{}
	p := atSettings(t, in, nil)
	p.settings().proxy.SetText("no")
	p.window.Canvas().Focus(p.settings().proxy)
	p.signsIn(p.alike(), demotest.LiSi)
	p.until("the sign-in", func() bool { return p.view.kind == kindSignedIn })
	p.isOn("Settings")
	if p.settings().proxy.Text != "no" || p.keyboard() != "no" {
		t.Error("somebody was disturbed while typing")
	}
	p.wasTold("李四")
	p.press(fyne.KeyEscape)
	p.reads("Hello, 李四")
	if in.count() != 0 {
		t.Error("leaving has kept what was typed")
	}
}
