package app

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// firstRun is somebody at the whole window of a program's first run, with a
// stand-in Logto and the real checks.
type firstRun struct {
	*person
	app    *Window
	logto  *demo.Server
	faults *demotest.Faults
	kept   chan string // what Done was called with
	err    atomic.Value
	demos  atomic.Int32
	ready  []fyne.Window
}

type failure struct{ error }

// newSetup makes the window, and waits until all is in it.
func (d *desk) newSetup(options Options, setup SetupOptions) (*Window, error) {
	d.t.Helper()
	w, err := NewSetup(d, options, setup)
	if err == nil {
		d.until("the first screen", func() bool { return w.view.kind == kindSetup })
	}
	return w, err
}

func firstStart(t *testing.T, change func(*Options, *SetupOptions)) *firstRun {
	t.Helper()
	d := newDesk(t)
	f := &firstRun{faults: demotest.NewFaults(), kept: make(chan string, 10)}
	f.logto = demotest.Start(t, demo.Config{Wrap: f.faults.Wrap})
	f.fails(nil)
	options := Options{AppName: "Notes"}
	setup := SetupOptions{
		Done: func(issuer, id string) error {
			f.kept <- issuer + " " + id
			return f.err.Load().(failure).error
		},
		Demo: func() error {
			f.demos.Add(1)
			return f.err.Load().(failure).error
		},
		Ready: func(w fyne.Window) { f.ready = append(f.ready, w) },
	}
	if change != nil {
		change(&options, &setup)
	}
	var err error
	if f.app, err = d.newSetup(options, setup); err != nil {
		t.Fatal(err)
	}
	f.person = &person{desk: d, view: f.app.view, window: f.app.Window}
	t.Cleanup(f.app.Close)
	return f
}

// fails makes Done and Demo fail from now on.
func (f *firstRun) fails(err error) { f.err.Store(failure{err}) }

func (f *firstRun) screen() *setupScreen { return f.view.current.(*setupScreen) }

// enters types both, and waits until all was checked.
func (f *firstRun) enters(issuer, id string) {
	f.t.Helper()
	s := f.screen()
	f.window.Canvas().Focus(s.issuer)
	for _, r := range issuer {
		s.issuer.TypedRune(r)
	}
	f.press(fyne.KeyReturn)
	for _, r := range id {
		s.id.TypedRune(r)
	}
	f.until("all checks", func() bool { return s.checked && s.asked.ClientID == id })
}

func (f *firstRun) readsIn(what string) {
	f.t.Helper()
	f.until(what, func() bool { return strings.Contains(f.words(), what) })
}

func TestTheEndpointAndTheAppIDAreAllThatItTakes(t *testing.T) {
	f := firstStart(t, nil)
	if got := f.window.Title(); got != "Notes" {
		t.Errorf("the title is %q", got)
	}
	f.enters(strings.TrimPrefix(f.logto.Endpoint(), "http://"), demo.ClientID)
	f.reads("Issuer: "+f.logto.Issuer(), strings.TrimPrefix(f.logto.Endpoint(), "http://")+" answers",
		"This is a Logto", "The App ID is known", "The redirect URI is registered", "WeCom is enabled", "[Continue]")
	f.readsNot("[Check again]")
	f.readsNot("IPv4") // goes without saying
	f.press(fyne.KeyReturn)
	f.until("the end", func() bool { return len(f.ready) == 1 })
	if got, want := <-f.kept, f.logto.Issuer()+" "+demo.ClientID; got != want {
		t.Errorf("kept %q, want %q", got, want)
	}
	if f.ready[0] != f.window || len(f.kept) != 0 {
		t.Errorf("%d more times", len(f.kept))
	}
	if f.app.ctx.Err() == nil {
		t.Error("the set-up goes on")
	}
}

func TestAfterTheSetupComesTheSignInInTheSameWindow(t *testing.T) {
	f := firstStart(t, nil)
	f.enters(f.logto.Endpoint(), demo.ClientID)
	f.press(fyne.KeyReturn)
	f.until("the end", func() bool { return len(f.ready) == 1 })
	client, err := auth.New(auth.Config{Issuer: f.logto.Issuer(), ClientID: demo.ClientID, Store: keychain.NewMemory()})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	next, err := New(f.desk, client, Options{Issuer: f.logto.Issuer(), Window: f.ready[0]})
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	f.view = next.view
	f.until("the sign-in", func() bool { return next.view.kind == kindSignedOut })
	f.reads("Sign in")
	if f.window.Content() != fyne.CanvasObject(next.view.root) {
		t.Error("it is in another window")
	}
}

func TestWhatIsNotSetUpYet(t *testing.T) {
	noWeCom := demotest.Edit(func(members map[string]any) {
		members["socialConnectors"], members["socialSignInConnectorTargets"] = []any{}, []any{}
	})
	for _, c := range []struct {
		name  string
		id    string
		path  string // of the fault
		fault demotest.Fault
		says  string
	}{
		{"the redirect URI", demo.ClientID, "/oidc/auth", demotest.Refuse("invalid_redirect_uri", http.StatusBadRequest), "http://127.0.0.1/callback is not registered. In the Logto Console, open this application"},
		{"the App ID", "nobody", "", nil, "knows no application nobody. Copy the App ID"},
		{"WeCom", demo.ClientID, "/api/.well-known/sign-in-exp", noWeCom, "The sign-in page does not offer WeCom. In the Logto Console, set it up under Connectors"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := firstStart(t, nil)
			if c.fault != nil {
				f.faults.Always(c.path, c.fault)
			}
			f.enters(f.logto.Endpoint(), c.id)
			f.reads(c.says, "[Check again]", "[Continue anyway]")
			f.screen().since = time.Time{}
			test.Tap(f.button("Continue anyway"))
			f.until("the end", func() bool { return len(f.ready) == 1 })
			if got, want := <-f.kept, f.logto.Issuer()+" "+c.id; got != want {
				t.Errorf("kept %q, want %q", got, want)
			}
			if log := f.app.errors.entries; len(log) == 0 || !strings.HasPrefix(log[0].text, "set-up: ") {
				t.Errorf("the diagnostics have %v", log)
			}
		})
	}
}

func TestTheRedirectURIThatIsSetIsTheOneToBeRegistered(t *testing.T) {
	f := firstStart(t, func(_ *Options, s *SetupOptions) { s.RedirectURI = "http://127.0.0.1/elsewhere" })
	f.enters(f.logto.Endpoint(), demo.ClientID)
	f.reads("http://127.0.0.1/elsewhere is not registered.")
}

func TestPuttingItRightAndCheckingAgain(t *testing.T) {
	f := firstStart(t, nil)
	f.faults.Always("/oidc/auth", demotest.Refuse("invalid_redirect_uri", http.StatusBadRequest))
	f.enters(f.logto.Endpoint(), demo.ClientID)
	test.Tap(f.button("Copy redirect URI"))
	if got := f.Clipboard().Content(); got != "http://127.0.0.1/callback" {
		t.Errorf("copied %q", got)
	}
	f.faults.Clear()
	test.Tap(f.button("Check again"))
	f.readsIn("The redirect URI is registered")
	f.readsIn("WeCom is enabled")
	f.readsNot("anyway")
}

func TestNobodyAnswers(t *testing.T) {
	f := firstStart(t, nil)
	s := f.screen()
	s.issuer.SetText("127.0.0.1:1")
	f.press(fyne.KeyReturn)
	f.readsIn("127.0.0.1 takes no connections on port 1.")
	f.readsIn("[Continue anyway]")
	if !f.button("Continue anyway").Disabled() {
		t.Error("one can go on without an App ID")
	}
}

func TestTheDemoFailsAndThenWorks(t *testing.T) {
	f := firstStart(t, nil)
	f.fails(errors.New("no port"))
	test.Tap(f.button("Try the demo"))
	f.readsIn("The demo could not be started (no port).")
	f.fails(nil)
	test.Tap(f.button("Try the demo"))
	f.until("the end", func() bool { return len(f.ready) == 1 })
	if n := f.demos.Load(); n != 2 || len(f.kept) != 0 {
		t.Errorf("%d demos, %d kept", n, len(f.kept))
	}
}

func TestAProgramWithoutADemo(t *testing.T) {
	f := firstStart(t, func(_ *Options, s *SetupOptions) { s.Demo = nil })
	f.readsNot("demo")
}

func TestKeepingTheSetupFailsAndThenWorks(t *testing.T) {
	f := firstStart(t, nil)
	f.fails(errors.New("disk full"))
	f.enters(f.logto.Endpoint(), demo.ClientID)
	f.press(fyne.KeyReturn)
	f.readsIn("This could not be kept (disk full).")
	f.fails(nil)
	test.Tap(f.button("Continue"))
	f.until("the end", func() bool { return len(f.ready) == 1 })
	if len(f.kept) != 2 {
		t.Errorf("kept %d times, want 2", len(f.kept))
	}
}

func TestAProblemIsToldAndInTheDiagnostics(t *testing.T) {
	f := firstStart(t, func(_ *Options, s *SetupOptions) {
		s.Issuer, s.Problem = "http://login.example.com", &auth.ConfigError{Field: "Issuer", Err: errors.New("is not https")}
	})
	f.reads("The issuer in the settings cannot work. Correct it here.")
	f.readsIn("Over http, everybody on the way could listen in.")
	if log := f.app.errors.entries; len(log) != 1 || !strings.Contains(log[0].text, "is not https") {
		t.Errorf("the diagnostics have %v", log)
	}
}

func TestTheLanguageOfTheSetupCanBeChosen(t *testing.T) {
	f := firstStart(t, func(o *Options, _ *SetupOptions) { o.Save = func(Preferences) error { return nil } })
	f.enters(f.logto.Endpoint(), demo.ClientID)
	test.Tap(f.button("Settings"))
	f.app.save(Preferences{Language: "zh-Hans"}, func(error) {})
	f.readsIn("返回")
	f.press(fyne.KeyEscape)
	f.readsIn("企业微信登录已启用")
	s := f.screen()
	if s.issuer.Text != f.logto.Endpoint() || s.id.Text != demo.ClientID {
		t.Errorf("%q and %q are left", s.issuer.Text, s.id.Text)
	}
	f.press(fyne.KeyReturn)
	f.press(fyne.KeyReturn)
	f.until("the end", func() bool { return len(f.ready) == 1 })
}

func TestClosingTheSetupLeavesNothingBehind(t *testing.T) {
	for name, begin := range map[string]func(*firstRun){
		"while somebody types": func(f *firstRun) { f.screen().issuer.SetText(f.logto.Endpoint()) },
		"while it is checked": func(f *firstRun) {
			f.faults.Always("/oidc/.well-known/openid-configuration", demotest.Delay(time.Minute))
			f.screen().issuer.SetText(f.logto.Endpoint())
			f.press(fyne.KeyReturn)
			f.until("a request", func() bool { return f.faults.Requests("") > 0 })
		},
		"while the demo is started": func(f *firstRun) { test.Tap(f.button("Try the demo")) },
	} {
		t.Run(name, func(t *testing.T) {
			f := firstStart(t, nil)
			begin(f)
			begun := time.Now()
			f.window.Close()
			f.app.Close()
			if after := time.Since(begun); after > 5*time.Second {
				t.Errorf("that took %v", after)
			}
			f.run()
			if len(f.ready) != 0 {
				t.Error("it goes on")
			}
		})
	}
}
