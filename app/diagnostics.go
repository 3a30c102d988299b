package app

import (
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// shownModules are the libraries whose versions tell most.
var shownModules = []string{
	"fyne.io/fyne/v2", "github.com/int128/oauth2cli", "github.com/coreos/go-oidc/v3", "github.com/zalando/go-keyring",
}

// facts are what the diagnostics screen shows: in English, for whoever is asked
// for help, and without anything that is secret or says who is signed in. Those
// of the program come when it has them.
func (w *Window) facts(show func([]Fact)) {
	known := slices.Concat(w.programFacts(), w.sessionFacts(), w.preferenceFacts())
	errors, people := w.errorFacts(), slices.Clone(w.errors.people)
	show(slices.Concat(known, errors))
	if w.options.Diagnostics == nil {
		return
	}
	w.work.Go(func() {
		var more []Fact
		for _, f := range w.options.Diagnostics() {
			more = append(more, Fact{f.Name, people.redact(f.Value)})
		}
		w.post(func() { show(slices.Concat(known, more, errors)) })
	})
}

func (w *Window) programFacts() []Fact {
	meta := w.app.Metadata()
	facts := []Fact{
		{"Program", strings.TrimSpace(w.options.AppName + " " + meta.Version)},
		{"System", runtime.GOOS + "/" + runtime.GOARCH + ", " + runtime.Version()},
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		facts = append(facts, moduleFacts(info)...)
	}
	return facts
}

func moduleFacts(info *debug.BuildInfo) []Fact {
	var facts []Fact
	for _, m := range info.Deps {
		if slices.Contains(shownModules, m.Path) {
			facts = append(facts, Fact{m.Path, m.Version})
		}
	}
	return facts
}

func (w *Window) sessionFacts() []Fact {
	state := w.last
	facts := []Fact{
		{"Issuer", w.options.Issuer},
		{"App ID", w.options.ClientID},
		{"Session", state.Phase.String()},
	}
	if kindOf(state) == kindAgain {
		facts = append(facts, Fact{"Session ended", "yes"})
	}
	if s := state.Session; s.Profile.ID != "" {
		facts = append(facts,
			Fact{"Signed in at", stamp(s.SignedInAt)},
			Fact{"Renewed at", stamp(s.RenewedAt)})
		if !s.LastsUntil.IsZero() {
			facts = append(facts, Fact{"Ends if unused", stamp(s.LastsUntil)})
		}
		facts = append(facts,
			Fact{"Stored", string(s.Storage)},
			Fact{"Scopes", strings.Join(s.Scopes, " ")})
		if s.StorageErr != nil {
			facts = append(facts, Fact{"Not in the keychain", w.errors.people.redact(withoutPeople(s.StorageErr))})
		}
	}
	if !state.LastReached.IsZero() {
		facts = append(facts, Fact{"Offline, last reached", stamp(state.LastReached)})
	}
	look := "not known"
	if w.view.tenant.known {
		look = "known"
	}
	return append(facts, Fact{"Provider's look", look})
}

func (w *Window) preferenceFacts() []Fact {
	p, or := w.view.prefs, func(value, otherwise string) string {
		if value == "" {
			return otherwise
		}
		return value
	}
	path := private(nil).redact // of the person's own folder
	return []Fact{
		{"Language", or(p.Language, "system: "+w.view.language)},
		{"Theme", or(p.Theme, "system")},
		{"Browser", or(path(p.Browser), "system")},
		{"Proxy", or(withoutPassword(p.Proxy), "system")},
		{"Extra CA file", or(path(p.CAFile), "none")},
	}
}

// errorFacts are the last errors, the newest first.
func (w *Window) errorFacts() []Fact {
	var facts []Fact
	for _, e := range slices.Backward(w.errors.entries) {
		facts = append(facts, Fact{e.at.Format(time.DateTime), w.errors.people.redact(e.text)})
	}
	return facts
}

// withoutPassword is a proxy's address without the password and the name that
// goes with it, however it was typed.
func withoutPassword(address string) string {
	secret := strings.LastIndex(address, "@")
	if secret < 0 {
		return address
	}
	scheme, _, has := strings.Cut(address[:secret], "://")
	if !has {
		return redacted + address[secret:]
	}
	return scheme + "://" + redacted + address[secret:]
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.RFC3339)
}
