package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/doctor"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// shownFacts are the lines of the page as they can be read.
func (p *person) shownFacts() []Fact {
	p.t.Helper()
	s, is := p.view.page.(*diagnosticsScreen)
	if !is {
		p.t.Fatal("these are not the diagnostics")
	}
	var facts []Fact
	for _, line := range s.list.Objects {
		o := line.(*fyne.Container).Objects
		facts = append(facts, Fact{o[0].(*widget.Label).Text, o[1].(*widget.Label).Text})
	}
	return facts
}

func (p *person) fact(name string) string {
	p.t.Helper()
	for _, f := range p.shownFacts() {
		if f.Name == name {
			return f.Value
		}
	}
	return "(not there)"
}

// checked waits until the checks have ended.
func (p *program) checked() {
	p.t.Helper()
	p.until("the checks", func() bool {
		again := p.view.page.(*diagnosticsScreen).again
		return again.Visible() && !again.Disabled()
	})
}

func TestDiagnosticsTellWhatThereIsToKnow(t *testing.T) {
	p := start(t, func(c *auth.Config, o *Options) {
		o.ClientID = c.ClientID
		o.AppName = "Notes"
		o.Preferences = Preferences{Theme: "dark", Proxy: "http://me:s3cret@proxy.example.com:8080"}
	})
	p.signedIn(demotest.LiSi)
	p.goes("Diagnostics")
	p.checked()
	for name, want := range map[string]string{
		"Program": "Notes", "App ID": "doorkey-demo", "Issuer": p.logto.Issuer(), "Session": "signed in", "Stored": "memory",
		"Language": "system: en", "Theme": "dark", "Browser": "system", "Extra CA file": "none",
		"Proxy": "http://[redacted]@proxy.example.com:8080",
	} {
		if got := p.fact(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := p.fact("Signed in at"); !strings.HasPrefix(got, time.Now().Format("2006-01-02T")) {
		t.Errorf("signed in at %q", got)
	}
	if got := p.fact("Session ended"); got != "(not there)" {
		t.Errorf("the session has ended: %q", got)
	}
}

func TestDiagnosticsTellVersions(t *testing.T) {
	info := &debug.BuildInfo{Deps: []*debug.Module{
		{Path: "fyne.io/fyne/v2", Version: "v2.8.1"}, {Path: "golang.org/x/net", Version: "v0.1.0"}, {Path: "github.com/coreos/go-oidc/v3", Version: "v3.21.0"},
	}}
	want := []Fact{{"fyne.io/fyne/v2", "v2.8.1"}, {"github.com/coreos/go-oidc/v3", "v3.21.0"}}
	if got := moduleFacts(info); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range shownModules {
		if !strings.Contains(string(mod), path+" v") {
			t.Errorf("%s is no module of this program", path)
		}
	}
}

// A whole session, with everything that can be known of somebody.
func TestDiagnosticsTellNobodyWhoItIs(t *testing.T) {
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	store := &faulty{Memory: keychain.NewMemory()}
	var who auth.Profile
	p := start(t, func(c *auth.Config, o *Options) {
		c.Store = store
		c.Scopes = []string{"offline_access", "profile", "email", "phone", "identities"}
		o.Preferences = Preferences{CAFile: filepath.Join(home, "ca.pem"), Browser: filepath.Join(home, "bin", "firefox")}
		o.Diagnostics = func() []Fact {
			return []Fact{{"Own", "of " + who.Name + " <" + who.Email + "> in " + home + "/x"}}
		}
	})
	p.signedIn(demotest.LiSi)
	p.until("who they are at WeCom", func() bool { return p.app.last.Session.Profile.WeCom != nil })
	who = p.app.last.Session.Profile
	var stored []byte
	store.seen = func(record []byte) { stored = record }
	if _, err := p.client.Accounts(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		fmt.Errorf("switch: %w: %q", auth.ErrNoAccount, "xyz9876"),
		&auth.DifferentPersonError{Want: who, Got: auth.Profile{ID: "w", Name: "王小明"}},
		&auth.ProfileError{Err: errors.New("wangxiaoming@example.test is not wanted")},
		fmt.Errorf("of %s, %s, %s and %s", who.Name, who.Email, who.Phone, who.ID),
		fmt.Errorf("of %s at WeCom", who.WeCom.UserID),
		errors.New(`proxy: invalid proxy address "http://me:s3cret@proxy:x": parse`),
		fmt.Errorf("open %s/.cache/doorkey: permission denied", home),
	} {
		p.app.errors.add(err)
	}
	p.goes("Diagnostics")
	p.readsIn("Own")
	p.checked()
	words := p.words()
	private := []string{
		who.Name, who.Email, "lisi", who.Phone, who.ID, who.WeCom.UserID, "xyz9876", "王小明", "wangxiaoming", "s3cret", home,
	}
	var secrets []string
	for line := range strings.Lines(string(stored)) {
		var record any
		if err := json.Unmarshal([]byte(line[strings.Index(line, "{"):]), &record); err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, secretsIn(record)...)
	}
	if len(secrets) < 3 { // access token, refresh token, ID token
		t.Fatalf("only %d secrets are stored", len(secrets))
	}
	for _, word := range append(private, secrets...) {
		if word == "" {
			t.Fatal("there is nothing to look for")
		}
		if strings.Contains(words, word) {
			t.Errorf("%q is to be read in:\n%s", word, words)
		}
	}
	p.reads("~/ca.pem", "~/bin/firefox", "permission denied", "somebody else signed in")
	copied := p.copies()
	for _, word := range append(private, secrets...) {
		if strings.Contains(copied, word) {
			t.Errorf("%q was copied", word)
		}
	}
}

// secretsIn are the tokens of a stored session: what is long and no address.
func secretsIn(v any) []string {
	var found []string
	switch v := v.(type) {
	case string:
		if len(v) >= 40 && !strings.Contains(v, "://") && !strings.Contains(v, " ") {
			found = append(found, v)
		}
	case map[string]any:
		for _, inside := range v {
			found = append(found, secretsIn(inside)...)
		}
	case []any:
		for _, inside := range v {
			found = append(found, secretsIn(inside)...)
		}
	}
	return found
}

func (p *person) copies() string {
	p.t.Helper()
	test.Tap(p.button("Copy all"))
	return fyne.CurrentApp().Clipboard().Content()
}

func TestWhatIsCopiedIsWhatIsShown(t *testing.T) {
	p := start(t, func(_ *auth.Config, o *Options) {
		o.Diagnostics = func() []Fact { return []Fact{{"Own", "fact"}} }
	})
	p.signedIn(demotest.LiSi)
	p.app.errors.note("an error")
	p.goes("Diagnostics")
	p.readsIn("Own")
	p.checked()
	var want strings.Builder
	for _, f := range p.shownFacts() {
		want.WriteString(f.Name + ": " + f.Value + "\n")
	}
	if got := p.copies(); got != want.String() || len(got) < 300 {
		t.Errorf("copied:\n%s\nshown:\n%s", got, want.String())
	}
	p.reads("[Copied]")
	p.goes("Check again") // there will be something else to copy
	p.button("Copy all")
	p.checked()
}

func TestTheLastErrorsAreThere(t *testing.T) {
	p := start(t, func(c *auth.Config, _ *Options) { c.RefreshAhead = -1 })
	p.signedIn(demotest.LiSi)
	p.app.errors.entries = []loggedError{{time.Date(2026, 3, 12, 9, 58, 3, 0, time.Local), "the first"}}
	p.faults.Always("", demotest.Status(503))
	_ = p.client.Refresh(t.Context())
	p.readsIn("Offline. Last reached")
	p.goes("Diagnostics")
	facts := p.shownFacts()
	i := slices.IndexFunc(facts, func(f Fact) bool { return strings.Contains(f.Value, "cannot reach") })
	if i < 0 || !strings.HasPrefix(facts[i].Name, time.Now().Format(time.DateOnly)) {
		t.Fatalf("the outage is not in %q", facts)
	}
	if want := (Fact{"2026-03-12 09:58:03", "the first"}); facts[i+1] != want {
		t.Errorf("before it %q, want %q", facts[i+1], want)
	}
	if got := p.fact("Offline, last reached"); got == "(not there)" {
		t.Error("one is not told that it is offline")
	}
}

func TestAnEndedSessionIsTold(t *testing.T) {
	p := start(t, nil)
	p.signedIn(demotest.LiSi)
	p.ended()
	_ = p.client.Refresh(t.Context())
	p.shows(kindAgain)
	p.goes("Diagnostics")
	if got := p.fact("Session ended"); got != "yes" {
		t.Errorf("%q", got)
	}
	p.reads("invalid_grant")
}

func TestWhyTheSessionIsNotKeptIsTold(t *testing.T) {
	p := start(t, nil)
	p.signedIn(demotest.LiSi)
	p.app.last.Session.StorageErr = fmt.Errorf("keychain: save: %w of 李四", keychain.ErrLocked)
	p.goes("Diagnostics")
	if got := p.fact("Not in the keychain"); !strings.Contains(got, "locked") || strings.Contains(got, "李四") {
		t.Errorf("%q", got)
	}
}

func TestTheErrorLog(t *testing.T) {
	l := new(errorLog)
	for _, err := range []error{nil, context.Canceled, auth.ErrClosed, auth.ErrSuperseded, auth.ErrSignedOut} {
		l.add(err)
	}
	if len(l.entries) != 0 {
		t.Errorf("%v are no errors", l.entries)
	}
	l.add(&auth.SessionEndedError{Issuer: "https://login.example.com/oidc", Reason: "invalid_grant"})
	l.add(auth.ErrTimeout)
	l.add(auth.ErrTimeout)
	if len(l.entries) != 2 {
		t.Errorf("%v are two errors", l.entries)
	}
	for i := range 2 * keptErrors {
		l.add(fmt.Errorf("error %d", i))
	}
	if len(l.entries) != keptErrors || l.entries[0].text != "error 10" || l.entries[keptErrors-1].text != "error 19" {
		t.Errorf("kept: %v", l.entries)
	}
}

func TestWhoSomebodyIsIsLeftOut(t *testing.T) {
	t.Setenv("HOME", "/home/li")
	var people private
	people.add(auth.Profile{ID: "ls3v9", Name: "Li", Email: "li@example.com", Username: "é"})
	people.add(auth.Profile{ID: "zs8k2", Name: "张三"})
	for text, want := range map[string]string{
		"Li signed in":                    "[redacted] signed in",
		"the Client of Limits":            "the Client of Limits",
		"li@example.com, or Li":           "[redacted], or [redacted]",
		"xli@example.com":                 "xli@example.com", // is somebody else
		"用户张三登录失败":                        "用户[redacted]登录失败",
		`no such account: "zs8k2"`:        `no such account: "[redacted]"`,
		"open /home/li/x: denied":         "open ~/x: denied",
		"open /home/lisa/x: denied":       "open /home/lisa/x: denied",
		"proxy http://a:b@c:1 is away":    "proxy http://[redacted]@c:1 is away",
		`"socks5://a:b/@c@d" is away`:     `"socks5://[redacted]@d" is away`,
		"https://login.example.com/a?b=c": "https://login.example.com/a?b=c",
		"café":                            "café",
		"":                                "",
	} {
		if got := people.redact(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestAProxysPasswordIsLeftOut(t *testing.T) {
	for address, want := range map[string]string{
		"":                                  "",
		"none":                              "none",
		"http://proxy.example.com:8080":     "http://proxy.example.com:8080",
		"http://me:pass@proxy:8080":         "http://[redacted]@proxy:8080",
		"http://me@proxy":                   "http://[redacted]@proxy",
		"socks5://me:p@ss:w/ord#1@proxy:80": "socks5://[redacted]@proxy:80",
		"me:pass@proxy:8080":                "[redacted]@proxy:8080",
		"http://me:%zz@proxy":               "http://[redacted]@proxy",
	} {
		if got := withoutPassword(address); got != want {
			t.Errorf("%q becomes %q, want %q", address, got, want)
		}
	}
}

// A program may take its time to say what it knows.
func TestDiagnosticsDoNotWaitForTheProgram(t *testing.T) {
	goOn := make(chan struct{})
	p := start(t, func(_ *auth.Config, o *Options) {
		o.Diagnostics = func() []Fact {
			<-goOn
			return []Fact{{"Own", "fact"}}
		}
	})
	t.Cleanup(func() {
		select {
		case <-goOn:
		default:
			close(goOn)
		}
	})
	p.signedIn(demotest.LiSi)
	p.app.errors.note("an error")
	p.goes("Diagnostics")
	p.reads("Program", "an error", "[Copy all]")
	p.checked()
	before := p.shownFacts()
	close(goOn)
	p.readsIn("Own")
	if after := p.shownFacts(); len(after) != len(before)+1 {
		t.Errorf("%d lines have become %d", len(before), len(after))
	}
}

func TestTheDiagnosticsAreLeftMeanwhile(t *testing.T) {
	goOn := make(chan struct{})
	p := start(t, func(_ *auth.Config, o *Options) {
		o.Diagnostics = func() []Fact { <-goOn; return []Fact{{"Own", "fact"}} }
	})
	p.signedIn(demotest.LiSi)
	p.goes("Diagnostics")
	page := p.view.page.(*diagnosticsScreen)
	p.press(fyne.KeyEscape)
	lines := len(page.list.Objects)
	close(goOn)
	time.Sleep(50 * time.Millisecond)
	p.run()
	if len(page.list.Objects) != lines || page.again.Visible() {
		t.Error("it goes on")
	}
	p.reads("Hello, 李四")
}

func TestChecksComeAsTheyAreMade(t *testing.T) {
	p := withPages(t)
	var ctx context.Context
	var report func(doctor.Check)
	var done func()
	p.view.actions.check = func(c context.Context, r func(doctor.Check), d func()) { ctx, report, done = c, r, d }
	p.view.show(signedInAs(zhang))
	p.goes("Settings", "Diagnostics")
	s := p.view.page.(*diagnosticsScreen)
	bar := s.moving.Objects[0].(*widget.ProgressBarInfinite)
	report(doctor.Check{ID: "reachable", Found: "login.example.com answers"})
	report(doctor.Check{ID: "client", Status: doctor.Failed, Found: "login.example.com knows no application x", Remedy: "Copy the App ID."})
	report(doctor.Check{ID: "wecom", Status: doctor.Skipped, Found: "not looked at"})
	want := []Fact{
		{"Program", "Doorkey"},
		{"Check: reachable", "ok: login.example.com answers."},
		{"Check: client", "failed: login.example.com knows no application x. Copy the App ID."},
		{"Check: wecom", "skipped: not looked at."},
	}
	if got := p.shownFacts(); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	p.readsNot("Check again")
	done()
	if len(s.moving.Objects) > 0 || bar.Running() {
		t.Error("it goes on to move")
	}
	p.goes("Check again")
	if got := p.shownFacts(); !slices.Equal(got, want[:1]) {
		t.Errorf("%q, want %q", got, want[:1])
	}
	test.Tap(s.again) // while they are on their way
	report(doctor.Check{ID: "reachable", Found: "x"})
	if len(p.shownFacts()) != 2 {
		t.Errorf("%q", p.shownFacts())
	}
	if ctx.Err() != nil {
		t.Fatal("the checks have ended")
	}
	p.press(fyne.KeyEscape)
	if ctx.Err() == nil {
		t.Error("the checks go on after the page")
	}
	lines := len(s.list.Objects)
	report(doctor.Check{ID: "late"})
	done()
	if len(s.list.Objects) != lines || len(s.moving.Objects) > 0 {
		t.Error("a closed page was drawn on")
	}
}

func TestTheDoctorLooksAtTheSetup(t *testing.T) {
	p := start(t, func(c *auth.Config, o *Options) {
		o.ClientID = c.ClientID
		o.Checkup = func() doctor.Target {
			return doctor.Target{Issuer: "https://not.this.example.test", Local: &doctor.Local{
				Settings: []doctor.Setting{{Name: "ca-file", Value: "/etc/ssl/company.pem", Source: "/etc/xdg/doorkey/settings.toml:3"}},
				Browser:  func() (string, error) { return "firefox", nil },
				Keychain: func(context.Context) (keychain.Probed, error) { return keychain.Probed{}, nil },
			}}
		}
	})
	p.shows(kindSignedOut)
	p.goes("Diagnostics")
	p.checked()
	for _, id := range doctor.IDs() {
		got := p.fact("Check: " + id)
		if id == doctor.IDLoopbackIPv6 && strings.HasPrefix(got, "skipped: this computer has no IPv6") {
			continue
		}
		if !strings.HasPrefix(got, "ok: ") {
			t.Errorf("%s: %s", id, got)
		}
	}
	if got := p.fact("settings"); got != "ca-file = /etc/ssl/company.pem (/etc/xdg/doorkey/settings.toml:3)" {
		t.Errorf("settings: %s", got)
	}
	if got := p.fact("Check: session"); got != "ok: nobody is signed in." {
		t.Errorf("session: %s", got)
	}
	p.faults.Always("", demotest.Status(503))
	p.goes("Check again")
	p.checked()
	if got := p.fact("Check: " + doctor.IDDiscovery); !strings.HasPrefix(got, "failed: ") {
		t.Errorf("without a provider: %s", got)
	}
}

// What a program hands to the checks does not say who is here either.
func TestTheDoctorNamesNobody(t *testing.T) {
	p := start(t, func(c *auth.Config, o *Options) {
		o.ClientID = c.ClientID
		o.Checkup = func() doctor.Target {
			return doctor.Target{Local: &doctor.Local{
				Settings:    []doctor.Setting{{Name: "browser", Value: "firefox -P lisi", Source: "/home/李四/settings.toml:3"}},
				SettingsErr: errors.New("settings: /home/李四/settings.toml:4: isuer: is not a setting"),
			}}
		}
	})
	p.signedIn(demotest.LiSi)
	p.goes("Diagnostics")
	p.checked()
	if got := p.fact("Check: session"); !strings.HasPrefix(got, "warning: somebody is signed in only until the program ends") && !strings.HasPrefix(got, "ok: somebody is signed in") {
		t.Errorf("session: %s", got)
	}
	if got := p.fact("Check: settings"); !strings.HasPrefix(got, "failed: ") {
		t.Errorf("settings: %s", got)
	}
	for _, f := range p.shownFacts() {
		if strings.Contains(f.Value, "李四") {
			t.Errorf("%s: %s", f.Name, f.Value)
		}
	}
}

func TestDiagnosticsBeforeTheSetup(t *testing.T) {
	d := newDesk(t)
	w, err := d.newSetup(Options{}, SetupOptions{Problem: errors.New("no such file")})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	p := &program{person: &person{desk: d, view: w.view, window: w.Window}, app: w}
	p.goes("Diagnostics")
	p.reads("Program", "no such file")
	if p.view.page.(*diagnosticsScreen).moving.Objects != nil {
		t.Error("nothing is there to be checked")
	}
}
