package app

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestAPersonSignsInAndOut(t *testing.T) {
	p := start(t, nil)
	p.shows(kindSignedOut)
	if got := p.window.Title(); got != "Doorkey" {
		t.Errorf("the title is %q", got)
	}
	p.press(fyne.KeyReturn) // on the button that has the keyboard
	p.shows(kindWaiting)
	p.signInAs(demotest.LiSi)
	p.shows(kindSignedIn)
	p.reads("Hello, 李四")
	if got := p.window.Title(); got != "李四 – Doorkey" {
		t.Errorf("the title is %q", got)
	}
	p.app.draw() // the same once more
	if len(p.seen) != 1 || p.seen[0] != "李四" {
		t.Errorf("OnSignedIn was told of %q", p.seen)
	}
	test.Tap(p.button("Sign out"))
	p.shows(kindSignedOut)
	if got := p.window.Title(); got != "Doorkey" {
		t.Errorf("the title is %q", got)
	}
	if _, err := p.client.Session(t.Context()); !errors.Is(err, auth.ErrSignedOut) {
		t.Errorf("the client says %v", err)
	}
	if len(p.seen) != 1 {
		t.Errorf("OnSignedIn was told of %q", p.seen)
	}
}

func TestTheButtonsLeadToDifferentPages(t *testing.T) {
	for button, want := range map[string]string{"Continue with WeCom": "social:wecom", "More ways to sign in": ""} {
		t.Run(button, func(t *testing.T) {
			p := start(t, nil)
			p.shows(kindSignedOut)
			test.Tap(p.button(button))
			p.shows(kindWaiting)
			asked, err := url.Parse(<-p.urls)
			if err != nil {
				t.Fatal(err)
			}
			if got := asked.Query().Get("direct_sign_in"); got != want {
				t.Errorf("direct_sign_in is %q, want %q", got, want)
			}
			if got := asked.Query().Get("ui_locales"); got != "en-US" {
				t.Errorf("ui_locales is %q", got)
			}
			test.Tap(p.button("Cancel"))
			p.shows(kindSignedOut)
			if b := p.view.current.(*signedOutScreen).banner; b.Visible() {
				t.Errorf("after a cancel the banner says %q", b.text.Text)
			}
		})
	}
}

func TestWhileWaitingTheLinkCanBeOpenedAgainAndCopied(t *testing.T) {
	p := start(t, nil)
	p.shows(kindSignedOut)
	test.Tap(p.button("Continue with WeCom"))
	p.shows(kindWaiting)
	first := <-p.urls
	test.Tap(p.button("Open the browser again"))
	if again := <-p.urls; again != first {
		t.Errorf("opened %q, then %q", first, again)
	}
	test.Tap(p.button("Copy link"))
	if got := p.Clipboard().Content(); got != first {
		t.Errorf("copied %q, want %q", got, first)
	}
	p.press(fyne.KeyEscape)
	p.shows(kindSignedOut)
}

func TestASessionInTheKeychainNeedsNoSignIn(t *testing.T) {
	store := keychain.NewMemory()
	first := start(t, func(c *auth.Config, _ *Options) { c.Store = store })
	first.shows(kindSignedOut)
	test.Tap(first.button("Continue with WeCom"))
	first.signInAs(demotest.ZhangSan)
	first.shows(kindSignedIn)
	first.window.Close()

	second := start(t, func(c *auth.Config, o *Options) { c.Store, c.Issuer, o.SignIn = store, first.logto.Issuer(), true })
	second.shows(kindSignedIn)
	if len(second.seen) != 1 {
		t.Errorf("OnSignedIn was told of %q", second.seen)
	}
	if len(second.urls) != 0 {
		t.Error("a browser was opened")
	}
}

func TestSignInAtTheStart(t *testing.T) {
	p := start(t, func(_ *auth.Config, o *Options) { o.SignIn, o.Connector = true, "wecom" })
	p.shows(kindWaiting)
	p.signInAs(demotest.ZhangSan)
	p.shows(kindSignedIn)
	test.Tap(p.button("Sign out"))
	p.shows(kindSignedOut) // and stays so: once is enough
	time.Sleep(50 * time.Millisecond)
	p.run()
	if p.view.kind != kindSignedOut || len(p.urls) != 0 {
		t.Error("it started again")
	}
}

// The provider is away when the person signs out: the answer to that comes
// from one goroutine and the new state from another, in either order.
func TestSignedOutHereThoughTheProviderWasNotTold(t *testing.T) {
	var away atomic.Bool
	p := start(t, func(c *auth.Config, _ *Options) {
		c.HTTPClient = &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			if away.Load() {
				return nil, errors.New("no network")
			}
			return http.DefaultTransport.RoundTrip(r)
		})}
	})
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	p.shows(kindSignedOut)
	test.Tap(p.button("Continue with WeCom"))
	p.signInAs(demotest.ZhangSan)
	p.shows(kindSignedIn)
	away.Store(true)
	test.Tap(p.button("Sign out"))
	p.until("the note", func() bool {
		s, is := p.view.current.(*signedOutScreen)
		return is && s.banner.Visible()
	})
	p.reads("You are signed out on this computer.", "could not be told")
}

type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// lockable is a keychain with a lock on it.
type lockable struct {
	*keychain.Memory
	locked atomic.Bool
}

func (l *lockable) Read(ctx context.Context, name string) ([]byte, error) {
	if l.locked.Load() {
		return nil, keychain.ErrLocked
	}
	return l.Memory.Read(ctx, name)
}

func TestALockedKeychainIsReadOnceItIsUnlocked(t *testing.T) {
	store := &lockable{Memory: keychain.NewMemory()}
	store.locked.Store(true)
	p := start(t, func(c *auth.Config, o *Options) { c.Store, o.SignIn = store, true })
	p.shows(kindSignedOut)
	p.reads("The keychain is locked")
	test.Tap(p.button("Unlock and try again"))
	p.until("the answer", func() bool { return !p.button("Unlock and try again").Disabled() })
	p.reads("The keychain is locked")
	store.locked.Store(false)
	test.Tap(p.button("Unlock and try again"))
	p.until("the sentence gone", func() bool { return !p.view.current.(*signedOutScreen).store.Visible() })
	p.readsNot("ry again")
}

func TestClosingTheWindowEndsWhatItBegan(t *testing.T) {
	p := start(t, nil)
	p.shows(kindSignedOut)
	test.Tap(p.button("Continue with WeCom"))
	p.shows(kindWaiting)
	p.window.Close()
	p.app.Close()
	if got := p.client.State().Phase; got != auth.SignedOut {
		t.Errorf("the client is %v", got)
	}
	p.run()
	p.app.draw()
	if p.view.kind != kindWaiting {
		t.Error("a closed window was drawn on")
	}
	p.app.Close() // twice is no harm
}
