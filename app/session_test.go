package app

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"doorkey/auth"
	"doorkey/auth/demo/demotest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// At the start without a network, who is signed in comes at once.
func TestAStartWithoutANetwork(t *testing.T) {
	first := start(t, nil)
	first.shows(kindSignedOut)
	test.Tap(first.button("Continue with WeCom"))
	first.signInAs(demotest.ZhangSan)
	first.shows(kindSignedIn)
	first.app.Close()
	store := first.config.Store

	held := make(chan struct{})
	second := start(t, func(c *auth.Config, o *Options) {
		c.Store, c.Issuer = store, first.logto.Issuer()
		c.HTTPClient = &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			select { // a network that swallows everything
			case <-held:
			case <-r.Context().Done():
			}
			return nil, errors.New("no network")
		})}
	})
	second.shows(kindSignedIn)
	second.reads("Hello, 张三")
	second.readsNot("Offline")
	screen := second.view.current
	close(held)
	second.readsIn("Offline. Last reached")
	second.reads("Hello, 张三", "You stay signed in.")
	if second.view.current != screen {
		t.Error("another screen came up")
	}
	if len(second.seen) != 1 {
		t.Errorf("OnSignedIn was told of %q", second.seen)
	}
}

func TestTryingAgainAsksTheProvider(t *testing.T) {
	p := start(t, func(c *auth.Config, _ *Options) { c.RefreshAhead = -1 }) // nothing goes by itself
	p.signedIn(demotest.ZhangSan)
	p.faults.Always("", demotest.Status(http.StatusServiceUnavailable))
	if err := p.client.Refresh(t.Context()); err == nil {
		t.Fatal("refreshed without a provider")
	}
	p.readsIn("Offline. Last reached")
	test.Tap(p.button("Try again"))
	p.readsIn("Still offline")
	p.faults.Clear()
	p.until("online", func() bool {
		if b := p.view.current.(*signedInScreen).offline; b.Visible() && !b.action.Disabled() {
			test.Tap(b.action) // the client does not ask more often than once a second
		}
		return p.client.State().LastReached.IsZero()
	})
	p.until("the banner gone", func() bool { return !strings.Contains(p.words(), "ffline") })
	if len(p.seen) != 1 {
		t.Errorf("OnSignedIn was told of %q", p.seen)
	}
}

func TestTheOfflineBannerGoesByItself(t *testing.T) {
	p := start(t, nil)
	p.signedIn(demotest.ZhangSan)
	p.faults.Always("", demotest.Status(http.StatusServiceUnavailable))
	_ = p.client.Refresh(t.Context())
	p.readsIn("Offline. Last reached")
	p.faults.Clear()
	p.until("the banner gone", func() bool { return !strings.Contains(p.words(), "ffline") })
}

func TestOnSignedInIsToldOfAnotherPerson(t *testing.T) {
	p := start(t, nil)
	p.shows(kindSignedOut)
	p.app.welcome(zhang)
	p.app.welcome(renewed(zhang))
	other := zhang // who signed in at the same instant
	other.Profile = auth.Profile{ID: "l", Name: "李四"}
	p.app.welcome(other)
	p.app.welcome(zhang)
	p.wasTold("张三", "李四", "张三")
}

func TestOnSignedInIsNotToldOfARefresh(t *testing.T) {
	p := start(t, nil)
	p.signedIn(demotest.LiSi)
	screen, before := p.view.current, p.client.State().Session.RenewedAt
	if err := p.client.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.until("the refresh", func() bool { return p.app.last.Session.RenewedAt.After(before) })
	if p.view.current != screen {
		t.Error("another screen came up")
	}
	p.wasTold("李四")
}

func TestOnSignedInIsNotToldOfASignInThatCameToNothing(t *testing.T) {
	p := start(t, nil)
	p.signedIn(demotest.LiSi)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = p.client.SignIn(ctx, auth.AnotherAccount())
	}()
	p.shows(kindWaiting)
	cancel()
	<-done
	p.shows(kindSignedIn)
	p.wasTold("李四")
}

// ended has the provider take no refresh token: the client asks twice before
// it believes that.
func (p *program) ended() {
	refuse := demotest.Refuse("invalid_grant", http.StatusBadRequest)
	p.faults.Next("/oidc/token", refuse, refuse)
}

func TestASessionThatHasEndedAsksToSignInAgain(t *testing.T) {
	p := start(t, nil)
	p.signedIn(demotest.LiSi)
	p.ended()
	_ = p.client.Refresh(t.Context())
	p.shows(kindAgain)
	p.reads("李四", "Your sign-in has ended.")
	if got := p.window.Title(); got != "Doorkey" {
		t.Errorf("the title is %q", got)
	}
	p.press(fyne.KeyReturn) // on the button that has the keyboard
	p.shows(kindWaiting)
	p.press(fyne.KeyEscape)
	p.shows(kindAgain)
	p.readsNot("did not work")
	<-p.urls
	p.press(fyne.KeyReturn)
	p.shows(kindWaiting)
	p.signInAs(demotest.LiSi)
	p.shows(kindSignedIn)
	p.wasTold("李四", "李四")
}

func TestASessionThatHasEndedIsShownAtAStart(t *testing.T) {
	p := start(t, nil)
	p.signedIn(demotest.LiSi)
	p.ended()
	_ = p.client.Refresh(t.Context())
	p.shows(kindAgain)
	p.app.Close()
	later := start(t, func(c *auth.Config, o *Options) {
		c.Store, c.Issuer, o.SignIn = p.config.Store, p.logto.Issuer(), true
	})
	later.shows(kindAgain)
	later.reads("李四")
	if len(later.urls) != 0 {
		t.Error("a browser was opened")
	}
	test.Tap(later.button("Sign out"))
	later.shows(kindSignedOut)
	later.readsNot("李四")
	later.wasTold()
}

func TestUsingAnotherAccount(t *testing.T) {
	p := start(t, nil)
	p.signedIn(demotest.LiSi)
	p.ended()
	_ = p.client.Refresh(t.Context())
	p.shows(kindAgain)
	test.Tap(p.button("Use another account"))
	p.shows(kindWaiting)
	asked := <-p.urls
	if u, err := url.Parse(asked); err != nil || !strings.Contains(u.Query().Get("prompt"), "login") || u.Query().Has("direct_sign_in") {
		t.Errorf("the provider would not ask who it is: %s", asked)
	}
	p.urls <- asked
	p.signInAs(demotest.ZhangSan)
	p.shows(kindSignedIn)
	p.reads("Hello, 张三")
	p.wasTold("李四", "张三")
	if people, err := p.client.Accounts(t.Context()); err != nil || len(people) != 1 {
		t.Errorf("%d accounts, %v", len(people), err)
	}
}

// Whatever is done in another program shows by itself.
func TestAnotherProgramWithTheSameSession(t *testing.T) {
	p := start(t, nil)
	p.shows(kindSignedOut)
	other := p.alike()
	p.signsIn(other, demotest.LiSi)
	p.shows(kindSignedIn)
	p.reads("Hello, 李四")
	lisi := p.client.State().Session.Profile.ID

	p.signsIn(other, demotest.ZhangSan, auth.AnotherAccount())
	p.readsIn("Hello, 张三")
	if got := p.window.Title(); got != "张三 – Doorkey" {
		t.Errorf("the title is %q", got)
	}
	if _, err := other.Switch(t.Context(), lisi); err != nil {
		t.Fatal(err)
	}
	p.readsIn("Hello, 李四")

	p.ended()
	_ = other.Refresh(t.Context())
	p.shows(kindAgain)
	p.reads("李四")
	p.signsIn(other, demotest.LiSi)
	p.shows(kindSignedIn)

	if err := other.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.shows(kindSignedOut)
	if got := p.window.Title(); got != "Doorkey" {
		t.Errorf("the title is %q", got)
	}
	p.wasTold("李四", "张三", "李四", "李四")
}
