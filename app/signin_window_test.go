package app

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// counting is a desk where one counts the windows.
type counting struct {
	*desk
	windows []*counted
}

type counted struct {
	fyne.Window
	shown, closed int
}

func (c *counting) NewWindow(title string) fyne.Window {
	w := &counted{Window: c.desk.NewWindow(title)}
	c.windows = append(c.windows, w)
	return w
}

func (c *counted) Show() { c.shown++; c.Window.Show() }

func (c *counted) Close() { c.closed++; c.Window.Close() }

// passing is a program that needs somebody to be signed in.
type passing struct {
	*program
	desk   *counting
	events []string
}

// needsSomebody starts one with a keychain that has, perhaps, somebody in it.
func needsSomebody(t *testing.T, store auth.Store, logto *demo.Server, change func(*Options)) *passing {
	t.Helper()
	p := &passing{desk: &counting{desk: newDesk(t)}}
	config := auth.Config{Issuer: logto.Issuer(), ClientID: demo.ClientID, Store: store}
	p.program = &program{logto: logto, config: config, urls: make(chan string, 10)}
	p.config.OpenBrowser = func(_ context.Context, url string) error { p.urls <- url; return nil }
	options := Options{
		Issuer:         config.Issuer,
		OnSignedIn:     func(s auth.Session) { p.events = append(p.events, "signed in: "+s.Profile.Name) },
		OnOrganization: func(m auth.Membership) { p.events = append(p.events, "organization: "+m.ID) },
		OnClosed:       func() { p.events = append(p.events, "closed") },
	}
	if change != nil {
		change(&options)
	}
	var err error
	if p.client, err = auth.New(p.config); err != nil {
		t.Fatal(err)
	}
	if p.app, err = SignInWindow(p.desk, p.client, options); err != nil {
		t.Fatal(err)
	}
	p.person = &person{desk: p.desk.desk, view: p.app.view, window: p.app.Window}
	t.Cleanup(func() {
		p.app.Close()
		if err := p.client.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// somebody is a keychain with 李四 in it, of whom something else is so then.
func somebody(t *testing.T, logto *demo.Server, then ...func(*auth.Client)) auth.Store {
	t.Helper()
	store := keychain.NewMemory()
	p := start(t, func(c *auth.Config, o *Options) { c.Store, c.Issuer, o.Issuer = store, logto.Issuer(), logto.Issuer() })
	p.signedIn(demotest.LiSi)
	for _, do := range then {
		do(p.client)
	}
	p.app.Close()
	return store
}

// comesUp waits for the window.
func (p *passing) comesUp() {
	p.t.Helper()
	p.until("a window", func() bool { return len(p.desk.windows) > 0 && p.desk.windows[0].shown > 0 })
	p.window = p.app.Window
}

func (p *passing) was(events ...string) {
	p.t.Helper()
	if !slices.Equal(p.events, events) {
		p.t.Errorf("the program was told: %q, want %q", p.events, events)
	}
}

func TestASignInWindowComesUpAndGoesOnceSomebodyIsSignedIn(t *testing.T) {
	p := needsSomebody(t, keychain.NewMemory(), demotest.Start(t, demo.Config{}), nil)
	if len(p.desk.windows) > 0 {
		t.Error("there is a window before the keychain was read")
	}
	p.comesUp()
	if got := p.window.Title(); got != "Doorkey" {
		t.Errorf("the title is %q", got)
	}
	p.press(fyne.KeyReturn) // on the button that has the keyboard
	p.shows(kindWaiting)
	p.signInAs(demotest.LiSi)
	p.until("the end", func() bool { return len(p.events) > 1 })
	p.was("signed in: 李四", "closed")
	if w := p.desk.windows; len(w) != 1 || w[0].shown != 1 || w[0].closed != 1 {
		t.Errorf("%d windows, shown %d times, closed %d times", len(w), w[0].shown, w[0].closed)
	}
	p.app.Close()
	p.was("signed in: 李四", "closed")
}

// A hidden window would be Fyne's last, and the program would not end with its
// own.
func TestASignInWindowIsNeverMadeWhereSomebodyIsSignedIn(t *testing.T) {
	logto := demotest.Start(t, demo.Sample())
	p := needsSomebody(t, somebody(t, logto), logto, nil)
	p.until("the end", func() bool { return len(p.events) > 1 })
	p.was("signed in: 李四", "closed")
	if len(p.desk.windows) > 0 {
		t.Error("there was a window")
	}
	if p.app.Window != nil {
		t.Error("there is one")
	}
}

func TestASignInWindowThatIsClosedByThePerson(t *testing.T) {
	p := needsSomebody(t, keychain.NewMemory(), demotest.Start(t, demo.Config{}), nil)
	p.comesUp()
	p.goes("Continue with WeCom")
	p.shows(kindWaiting)
	p.window.Close()
	p.was("closed")
	p.app.Close()
	p.run()
	p.was("closed")
}

func TestASignInWindowWhereSomebodyHasToSignInAgain(t *testing.T) {
	faults := demotest.NewFaults()
	logto := demotest.Start(t, demo.Config{Wrap: faults.Wrap})
	store := somebody(t, logto, func(c *auth.Client) {
		refuse := demotest.Refuse("invalid_grant", http.StatusBadRequest)
		faults.Next("/oidc/token", refuse, refuse)
		_ = c.Refresh(t.Context())
	})
	p := needsSomebody(t, store, logto, nil)
	p.comesUp()
	p.reads("李四", "Your sign-in has ended.")
	p.was()
}

func TestASignInWindowWithALockedKeychain(t *testing.T) {
	store := &lockable{Memory: keychain.NewMemory()}
	store.locked.Store(true)
	p := needsSomebody(t, store, demotest.Start(t, demo.Config{}), nil)
	p.comesUp()
	p.reads("The keychain is locked")
	store.locked.Store(false)
	p.goes("Unlock and try again")
	p.until("the sentence gone", func() bool { return !p.view.current.(*signedOutScreen).store.Visible() })
	if n := p.desk.windows[0].shown; n != 1 {
		t.Errorf("it has come up %d times", n)
	}
}

func TestASignInWindowInAWindowOfTheProgram(t *testing.T) {
	logto := demotest.Start(t, demo.Config{})
	store := somebody(t, logto)
	var own *counted
	p := needsSomebody(t, store, logto, func(o *Options) {
		own = &counted{Window: test.NewWindow(nil)}
		o.Window = own
	})
	if p.app.Window != fyne.Window(own) {
		t.Error("it is in another one")
	}
	p.until("the end", func() bool { return len(p.events) > 1 })
	p.was("signed in: 李四", "closed")
	if own.closed != 1 || len(p.desk.windows) > 0 {
		t.Errorf("it was closed %d times, and there are %d more", own.closed, len(p.desk.windows))
	}
}

func TestASignInWindowTakesOptions(t *testing.T) {
	p := needsSomebody(t, keychain.NewMemory(), demotest.Start(t, demo.Config{}), func(o *Options) {
		o.AppName, o.SignIn, o.Connector = "Notes", true, "wecom"
		o.Preferences.Language = "ja"
	})
	p.comesUp()
	p.shows(kindWaiting)
	if got := p.window.Title(); got != "Notes" {
		t.Errorf("the title is %q", got)
	}
	p.reads("キャンセル")
	p.signInAs(demotest.LiSi)
	p.until("the end", func() bool { return len(p.events) > 1 })
	if _, err := SignInWindow(p.desk, p.client, Options{Texts: Texts{"fr": nil}}); err == nil {
		t.Error("an option that cannot work is no error")
	}
}

func TestSignedInByAnotherProgramASignInWindowGoes(t *testing.T) {
	p := needsSomebody(t, keychain.NewMemory(), demotest.Start(t, demo.Config{}), nil)
	p.comesUp()
	p.signsIn(p.alike(), demotest.ZhangSan)
	p.until("the end", func() bool { return len(p.events) > 1 })
	p.was("signed in: 张三", "closed")
}

func TestASignInWindowTellsTheOrganization(t *testing.T) {
	logto := demotest.Start(t, demo.Sample())
	store := keychain.NewMemory()
	first := &company{}
	first.program = start(t, func(c *auth.Config, o *Options) {
		c.Store, c.Issuer, c.Scopes, o.Issuer = store, logto.Issuer(), organizationScopes, logto.Issuer()
	})
	first.signedIn(demotest.LiSi)
	first.offers("None", tech)
	first.works(tech)
	id, kept := first.view.chosen.ID, first.desk.Preferences().StringList(chosenOrganization)
	first.app.Close()
	p := needsSomebody(t, store, logto, nil)
	p.desk.Preferences().SetStringList(chosenOrganization, kept)
	p.until("the end", func() bool { return len(p.events) > 1 })
	p.was("signed in: 李四", "organization: "+id, "closed")
}
