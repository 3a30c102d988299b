package app

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// absent is a keychain that is not there until it is.
type absent struct {
	auth.Store
	there atomic.Bool
	looks atomic.Int32
}

func (a *absent) Read(ctx context.Context, name string) ([]byte, error) {
	if a.looks.Add(1); !a.there.Load() {
		return nil, keychain.ErrUnavailable
	}
	return a.Store.Read(ctx, name)
}

func (a *absent) Write(ctx context.Context, name string, record []byte) error {
	if !a.there.Load() {
		return keychain.ErrUnavailable
	}
	return a.Store.Write(ctx, name, record)
}

// A window that starts before the keychain, as at login, has the session as
// soon as the keychain is there.
func TestAKeychainThatComesLate(t *testing.T) {
	logto := demotest.Start(t, demo.Config{})
	store := &absent{Store: somebody(t, logto)}
	p := start(t, func(c *auth.Config, o *Options) { c.Store, c.Issuer, o.SignIn = store, logto.Issuer(), true })
	p.shows(kindSignedOut)
	p.reads("This computer's keychain cannot be reached, so it is not known whether you are signed in. This window keeps trying",
		"If you sign in now,\nyou stay signed in until this program ends.")
	p.until("the provider's look", func() bool { return p.view.tenant.known })
	screen, first := p.view.current, store.looks.Load()
	p.until("another look", func() bool { return store.looks.Load() >= first+2 })
	if p.view.current != screen {
		t.Error("each look made the screen anew")
	}
	store.there.Store(true)
	begun := time.Now()
	p.shows(kindSignedIn)
	t.Logf("the person was there %v after the keychain", time.Since(begun).Round(time.Millisecond))
	p.reads("Hello, 李四")
	p.wasTold("李四")
	if len(p.urls) > 0 {
		t.Error("a browser was opened")
	}
}

func TestAKeychainThatComesLateWithNobodyInIt(t *testing.T) {
	store := &absent{Store: keychain.NewMemory()}
	p := start(t, func(c *auth.Config, _ *Options) { c.Store = store })
	p.readsIn("keychain cannot be reached")
	store.there.Store(true)
	p.until("the sentence gone", func() bool { return !p.view.current.(*signedOutScreen).store.Visible() })
	p.shows(kindSignedOut)
	p.readsNot("keychain")
}

func TestASignInWithoutAKeychain(t *testing.T) {
	store := &absent{Store: keychain.NewMemory()}
	p := start(t, func(c *auth.Config, _ *Options) { c.Store = store })
	p.readsIn("If you sign in now,\nyou stay signed in until this program ends.")
	test.Tap(p.button("Continue with WeCom"))
	p.signInAs(demotest.LiSi)
	p.shows(kindSignedIn)
	p.reads("Hello, 李四", "until you close this program: this computer has no keychain")
}

// silent is a keychain that asks for a password, which nobody enters.
type silent struct{ auth.Store }

func (silent) Read(ctx context.Context, _ string) ([]byte, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestAtAStartTheKeychainMayAskForAPassword(t *testing.T) {
	p := start(t, func(c *auth.Config, _ *Options) { c.Store = silent{keychain.NewMemory()} })
	p.readsIn("If you are asked for its password, enter it.")
	if p.view.kind != kindStarting {
		t.Errorf("it is on screen %d", p.view.kind)
	}
	drawn := false
	p.post(func() { drawn = true })
	p.until("something to be drawn meanwhile", func() bool { return drawn })
	p.window.Close()
	p.app.Close()
	if err := p.client.Close(); err != nil {
		t.Error(err)
	}
}

// Whatever there is to be seen, a prompt of the keychain's is spoken of, unless
// the screen does so itself. What has the keyboard keeps it.
func TestTheWindowSaysThatTheKeychainAsks(t *testing.T) {
	const asks = "The keychain is asking for its password."
	p := sitDown(t, there)
	p.view.show(auth.State{Phase: auth.SignedIn, Session: zhang})
	p.window.Canvas().Focus(p.button("Sign out"))
	p.view.keychainAsks(true)
	p.readsNot(asks) // it may be gone at once
	p.until("the sentence", func() bool { return strings.Contains(p.words(), asks) })
	if got := p.focus(); got != "Sign out" {
		t.Errorf("%q has the keyboard", got)
	}
	p.view.show(waiting)
	p.reads(asks)
	p.view.show(auth.State{Phase: auth.SignedOut})
	p.readsNot(asks)
	p.view.show(auth.State{Phase: auth.SigningIn, Attempt: auth.Attempt{Step: auth.Finishing}})
	p.reads(asks)
	p.view.keychainAsks(false)
	p.readsNot(asks)
	p.view.keychainAsks(true)
	p.view.keychainAsks(false)
	time.Sleep(slow + 50*time.Millisecond)
	p.run()
	p.readsNot(asks)
	p.view.keychainAsks(true) // and the window closes
}

// Nor does the tray's menu, or a check, say that nobody is signed in.
func TestNobodyKnowsWithoutAKeychain(t *testing.T) {
	p := start(t, func(c *auth.Config, o *Options) {
		c.Store, o.ClientID = &absent{Store: keychain.NewMemory()}, c.ClientID
	})
	menu := &tray{desk: trayless{}, menu: fyne.NewMenu("")}
	menu.draw(p.app)
	if !strings.HasPrefix(menu.says, "Waiting for the keychain") {
		t.Errorf("at the start the menu says %q", menu.says)
	}
	p.readsIn("keychain cannot be reached")
	menu.draw(p.app)
	if !strings.HasPrefix(menu.says, "Waiting for the keychain") {
		t.Errorf("the menu says %q", menu.says)
	}
	p.goes("Diagnostics")
	p.checked()
	if got := p.fact("Check: session"); !strings.HasPrefix(got, "failed: could not tell whether anyone is signed in") {
		t.Errorf("session: %s", got)
	}
	if got := p.fact("Session"); got != "inaccessible" {
		t.Errorf("session: %s", got)
	}
}

// trayless is a desktop without a tray.
type trayless struct{ desktop.App }

func (trayless) SetSystemTrayMenu(*fyne.Menu) {}
