package app

import (
	"errors"
	"time"

	"doorkey/auth"
	"doorkey/auth/doctor"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// onPage is somebody who is signed in and has opened a page.
func onPage[P screen](open func(*view) P, then ...func(*view, P)) func(*view) {
	return func(v *view) {
		v.openPage(func() screen { return open(v) })
		for _, do := range then {
			do(v, v.page.(P))
		}
	}
}

// scrollOf is what scrolls on the screen that is to be seen.
func scrollOf(v *view) *container.Scroll {
	for _, o := range visibleIn(v.root) {
		if s, ok := o.(*container.Scroll); ok {
			return s
		}
	}
	panic("nothing scrolls")
}

func accountsShots() []shot {
	people := colleagues()
	broken := zhangsan()
	broken.Profile = auth.Profile{ID: "q3n8d5v1t6b2"}
	broken.SignedInAt, broken.StorageErr = time.Time{}, keychain.ErrCorrupt
	at := func(a answers, then ...func(*view, *accountsScreen)) func(*desk) fyne.Window {
		return pose{answer: a, state: in(zhangsan(), nil), then: onPage(newAccountsScreen, then...)}.window
	}
	signOutTheFirst := func(_ *view, s *accountsScreen) { s.buttons[0].OnTapped() }
	return []shot{
		{"accounts-one", at(answers{people: people[:1]})},
		{"accounts-three", at(answers{people: people[:3]})},
		{"accounts-eight", at(answers{people: people})},
		{"accounts-unreadable", at(answers{people: []auth.Session{people[0], broken, people[2]}})},
		{"accounts-error", at(answers{peopleErr: keychain.ErrLocked})},
		{"accounts-untold", at(answers{people: people[:3], dismissErr: &auth.RevocationError{Err: errors.New("offline")}}, signOutTheFirst)},
	}
}

func settingsShots() []shot {
	set := Preferences{
		Language: "zh-Hans", Theme: "dark", Tray: true, StartAtLogin: true,
		Browser: "firefox --new-window", Proxy: "http://proxy.example.com:8080", CAFile: "/etc/ssl/certs/example-corporation-root-ca-2024.pem",
	}
	all := []Preference{PreferLanguage, PreferTheme, PreferTray, PreferStartAtLogin, PreferBrowser, PreferProxy, PreferCAFile}
	at := func(before func(*view), a answers, then ...func(*view, *settingsScreen)) func(*desk) fyne.Window {
		return pose{answer: a, before: before, state: in(zhangsan(), nil), then: onPage(newSettingsScreen, then...)}.window
	}
	// wrong is what comes of typing something that is refused.
	wrong := func(err error, enter func(*settingsScreen)) func(*desk) fyne.Window {
		return at(nil, answers{saveErr: err}, func(_ *view, s *settingsScreen) {
			enter(s)
			s.applyTyped()
		})
	}
	refused := func(p Preference) error { return &PreferenceError{p, errors.New("no")} }
	return []shot{
		{"settings", at(nil, answers{})},
		{"settings-set", at(func(v *view) { v.prefs = set }, answers{})},
		{"settings-fixed", at(func(v *view) { v.prefs, v.fixed = set, all }, answers{})},
		{"settings-no-tray", at(func(v *view) { v.hasTray = false }, answers{})},
		{"settings-proxy", wrong(refused(PreferProxy), func(s *settingsScreen) { s.proxy.SetText("proxy:eighty") })},
		{"settings-ca", wrong(refused(PreferCAFile), func(s *settingsScreen) { s.caFile.SetText("/home/zhangsan/ca.der") })},
		{"settings-browser", wrong(refused(PreferBrowser), func(s *settingsScreen) { s.browser.SetText("netscape") })},
		{"settings-login", wrong(refused(PreferStartAtLogin), func(s *settingsScreen) { s.save(func(*Preferences) {}) })},
		{"settings-not-kept", wrong(errors.New("read-only file system"), func(s *settingsScreen) { s.proxy.SetText("none") })},
	}
}

func diagnosticsShots() []shot {
	facts := []Fact{
		{"Program", "Doorkey 1.4.0"},
		{"System", "linux/amd64, go1.26.8"},
		{"github.com/coreos/go-oidc/v3", "v3.21.0"},
		{"Issuer", "https://internal-logto.corporation.example.net:3001/tenants/north-rhine-westphalia/oidc"},
		{"App ID", "tk5w2x9q7m1elg8r3v6c0"},
		{"Session", "signed in"},
		{"Signed in at", "2026-03-12T09:24:00+08:00"},
		{"Ends if unused", "2026-03-26T10:12:00+08:00"},
		{"Scopes", "openid profile email offline_access identities roles urn:logto:scope:organizations urn:logto:scope:organization_roles"},
		{"Not in the keychain", "keychain: save: session at https://login.example.com/oidc: there is no keychain (The name org.freedesktop.secrets was not provided by any .service files)"},
		{"Proxy", "http://[redacted]@proxy.example.com:8080"},
		{"2026-03-12 10:11:58", "refresh: cannot reach login.example.com: dial tcp: lookup login.example.com: no such host"},
		{"2026-03-12 09:58:03", "this computer's clock is 3h0m0s behind that of login.example.com: set it, then try again"},
	}
	at := func(facts []Fact, then ...func(*view, *diagnosticsScreen)) func(*desk) fyne.Window {
		return pose{answer: answers{facts: facts}, state: in(zhangsan(), nil), then: onPage(newDiagnosticsScreen, then...)}.window
	}
	copied := func(_ *view, s *diagnosticsScreen) {
		s.found(doctor.Check{ID: "settings", Found: "set are issuer, client-id", Details: []string{
			"issuer = https://login.example.com/oidc (/etc/xdg/doorkey/settings.toml:1)", "client-id = tk5w2x9q7m1elg8r3v6c0 (AUTH_LOGTO_ID)",
		}})
		s.found(doctor.Check{ID: "loopback", Status: doctor.Failed, Found: "port 3000 of http://localhost:3000/callback is taken by another program",
			Remedy: "End what uses that port, which may be another sign-in."})
		s.copy.OnTapped()
	}
	return []shot{
		{"diagnostics-loading", at(nil)},
		{"diagnostics", at(facts)},
		{"diagnostics-copied", at(facts[:4], copied)},
	}
}

func removeShots() []shot {
	at := func(remove func(func(error)), then ...func(*view, *removeScreen)) func(*desk) fyne.Window {
		return pose{answer: answers{remove: remove}, state: in(zhangsan(), nil), then: onPage(newRemoveScreen, then...)}.window
	}
	press := func(v *view, s *removeScreen) {
		s.start()
		waitForSlow(v)
	}
	fails := func(err error) func(func(error)) { return func(done func(error)) { done(err) } }
	return []shot{
		{"remove", at(nil)},
		{"remove-working", at(nil, press)},
		{"remove-failed", at(fails(errors.New("permission denied")), press)},
	}
}
