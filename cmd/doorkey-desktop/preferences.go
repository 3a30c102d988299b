package main

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"doorkey/app"
	"doorkey/auth/doctor"
	"doorkey/cmd/internal/autostart"
	"doorkey/cmd/internal/baked"
	"doorkey/cmd/internal/connect"
	"doorkey/cmd/internal/network"
	"doorkey/cmd/internal/settings"
)

// options are those of every window of this program.
func (d *desktop) options(s settings.Settings) app.Options {
	preferences := preferencesOf(s)
	preferences.StartAtLogin, _ = autostart.Enabled() // where it cannot be known, it is not ticked
	kept := preferences
	return app.Options{
		AppName:     baked.Name(),
		Window:      d.frame,
		HTTPClient:  d.network.Client(),
		Preferences: preferences,
		Fixed:       fixedBy(s),
		Save: func(p app.Preferences) error {
			err := d.save(p, kept, s.Preset)
			if err == nil {
				kept = p
			}
			return err
		},
		RemoveData: d.removeData,
		Checkup:    d.checkup,
	}
}

// preferenceKeys are the settings that the window can change.
var preferenceKeys = map[app.Preference]settings.Key{
	app.PreferLanguage: settings.KeyLanguage,
	app.PreferTheme:    settings.KeyTheme,
	app.PreferTray:     settings.KeyTray,
	app.PreferBrowser:  settings.KeyBrowser,
	app.PreferProxy:    settings.KeyProxy,
	app.PreferCAFile:   settings.KeyCAFile,
}

func preferenceOf(key settings.Key) (app.Preference, bool) {
	for p, k := range preferenceKeys {
		if k == key {
			return p, true
		}
	}
	return 0, false
}

// fixedBy are what a flag or the environment has set: keeping another value
// would change nothing.
func fixedBy(s settings.Settings) []app.Preference {
	var fixed []app.Preference
	for p, key := range preferenceKeys {
		if s.Source(key).Fixed() {
			fixed = append(fixed, p)
		}
	}
	return fixed
}

// The window has "" for what the settings call "system".
const system = "system"

func preferencesOf(s settings.Settings) app.Preferences {
	or := func(value string) string {
		if value == system {
			return ""
		}
		return value
	}
	return app.Preferences{
		Language: or(s.Language), Theme: or(s.Theme), Tray: s.Tray,
		Browser: s.Browser, Proxy: or(s.Proxy), CAFile: s.CAFile,
	}
}

// save puts preferences in force and keeps what is new in them: the rest may
// come from elsewhere, and is not to end up in the person's file. What cannot
// work changes nothing.
func (d *desktop) save(p, before app.Preferences, preset func(settings.Key) bool) error {
	if err := d.network.Set(settings.Settings{Proxy: p.Proxy, CAFile: p.CAFile, Browser: p.Browser}); err != nil {
		return told(err)
	}
	if p.StartAtLogin != before.StartAtLogin {
		if err := startAtLogin(p.StartAtLogin); err != nil {
			return &app.PreferenceError{Preference: app.PreferStartAtLogin, Err: err}
		}
	}
	return told(settings.Save(func(f *settings.File) {
		keep(&f.Language, p.Language, before.Language, preset(settings.KeyLanguage))
		keep(&f.Theme, p.Theme, before.Theme, preset(settings.KeyTheme))
		keep(&f.Browser, p.Browser, before.Browser, preset(settings.KeyBrowser))
		keep(&f.Proxy, p.Proxy, before.Proxy, preset(settings.KeyProxy))
		keep(&f.CAFile, p.CAFile, before.CAFile, preset(settings.KeyCAFile))
		if p.Tray != before.Tray {
			f.Tray = &p.Tray
		}
	}))
}

// keep keeps a value that is new. Where an administrator has set another, it
// takes a word to have it as the system does.
func keep(inFile *string, value, before string, preset bool) {
	if value == before {
		return
	}
	if value == "" && preset {
		value = system
	}
	*inFile = value
}

func startAtLogin(on bool) error {
	if on {
		return autostart.Enable("--background")
	}
	return autostart.Disable()
}

// removeData removes what this program keeps. What it uses while it runs goes
// when it ends: see sweep.
func (d *desktop) removeData() error {
	err := autostart.Disable()
	if path, pathErr := settings.Path(); pathErr == nil {
		err = errors.Join(err, os.RemoveAll(filepath.Dir(path)))
	}
	d.removed = err == nil
	return err
}

// fyneSaves is how long after a change Fyne may save its preferences, also when
// it has ended.
const fyneSaves = 100 * time.Millisecond

// sweep removes the rest of what removeData was asked to.
func (d *desktop) sweep() error {
	if !d.removed {
		return nil
	}
	time.Sleep(2 * fyneSaves)
	var folders []string
	if cache, err := os.UserCacheDir(); err == nil {
		folders = append(folders, filepath.Join(cache, "doorkey"), filepath.Join(cache, "fyne", baked.ID()))
	}
	if root := d.fyne.Storage().RootURI(); root != nil && filepath.Base(root.Path()) == baked.ID() {
		folders = append(folders, root.Path())
	}
	var errs error
	for _, folder := range folders {
		errs = errors.Join(errs, os.RemoveAll(folder))
	}
	return errs
}

// checkup is what the doctor looks at.
func (d *desktop) checkup() doctor.Target {
	s, err := d.read()
	if err == nil {
		err = network.New().Set(s) // and changes nothing here
	}
	t := connect.Checkup(s, err, d.network)
	if d.demo != nil {
		t.RedirectURI, t.HasSecret = "", false // which are for another provider
	}
	return t
}
