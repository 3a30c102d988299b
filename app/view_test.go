package app

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

func TestAScreenFollowsFromTheStateAlone(t *testing.T) {
	for _, c := range []struct {
		phase auth.Phase
		step  auth.Step
		who   string
		want  kind
	}{
		{auth.Unknown, auth.Contacting, "", kindStarting},
		{auth.SignedOut, auth.Contacting, "", kindSignedOut},
		{auth.SignedOut, auth.Contacting, "z", kindAgain},
		{auth.Inaccessible, auth.Contacting, "", kindSignedOut},
		{auth.SignedOut, auth.Finishing, "", kindSignedOut}, // a step is of a sign-in only
		{auth.SigningIn, auth.Contacting, "", kindContacting},
		{auth.SigningIn, auth.Contacting, "z", kindContacting}, // again, or besides
		{auth.SigningIn, auth.Waiting, "", kindWaiting},
		{auth.SigningIn, auth.Finishing, "", kindFinishing},
		{auth.SignedIn, auth.Contacting, "z", kindSignedIn},
		{auth.SignedIn, auth.Waiting, "z", kindSignedIn},
	} {
		t.Run(fmt.Sprint(c.phase, " at step ", c.step, " ", c.who), func(t *testing.T) {
			state := auth.State{Phase: c.phase, Attempt: auth.Attempt{Step: c.step}, Session: auth.Session{Profile: auth.Profile{ID: c.who}}}
			if got := kindOf(state); got != c.want {
				t.Errorf("kind %d, want %d", got, c.want)
			}
		})
	}
}

var (
	there    = place{Host: "login.example.com"}
	deadline = time.Now().Add(5 * time.Minute)
	waiting  = auth.State{Phase: auth.SigningIn, Attempt: auth.Attempt{
		Step: auth.Waiting, URL: "https://login.example.com/oidc/auth?state=s", Deadline: deadline,
	}}
	zhang = auth.Session{
		Profile:    auth.Profile{ID: "z", Name: "张三", Email: "zhangsan@example.com"},
		SignedInAt: time.Now(), Storage: auth.InKeychain,
	}
)

// What the client says where the provider cannot be reached, and where the
// session has ended.
var (
	offline = auth.State{Phase: auth.SignedIn, Session: zhang, LastReached: time.Now(), Err: &auth.UnreachableError{Host: there.Host, Err: errors.New("no network")}}
	ended   = auth.State{Phase: auth.SignedOut, Session: zhang, Err: &auth.SessionEndedError{Issuer: "https://login.example.com/oidc", Reason: "invalid_grant"}}
)

func TestTabReachesEveryButtonFromTheTopDown(t *testing.T) {
	for _, c := range []struct {
		name    string
		state   auth.State
		buttons []string
	}{
		{"signed out", auth.State{Phase: auth.SignedOut}, []string{"Continue with WeCom", "More ways to sign in"}},
		{"contacting", auth.State{Phase: auth.SigningIn}, []string{"Cancel"}},
		{"waiting", waiting, []string{"Open the browser again", "Copy link", "Cancel", "Paste address"}},
		{"finishing", auth.State{Phase: auth.SigningIn, Attempt: auth.Attempt{Step: auth.Finishing}}, []string{"Cancel"}},
		{"signed in", auth.State{Phase: auth.SignedIn, Session: zhang}, []string{"Renew", "Sign out", "Sign out in the browser too"}},
		{"signed in, offline", offline, []string{"Try again", "Renew", "Sign out", "Sign out in the browser too"}},
		{"to sign in again", ended, []string{"Continue with WeCom", "More ways to sign in", "Use another account", "Sign out"}},
		{"with a locked keychain", auth.State{Phase: auth.Inaccessible, Err: keychain.ErrLocked}, []string{"Unlock and try again", "Continue with WeCom", "More ways to sign in"}},
		{"without a keychain", auth.State{Phase: auth.Inaccessible, Err: keychain.ErrUnavailable}, []string{"Try again", "Continue with WeCom", "More ways to sign in"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := sitDown(t, there)
			p.view.show(c.state)
			p.window.Canvas().Unfocus()
			var got []string
			for range c.buttons {
				p.window.Canvas().FocusNext()
				got = append(got, p.focus())
			}
			if !slices.Equal(got, c.buttons) {
				t.Errorf("Tab reaches %q, want %q", got, c.buttons)
			}
			p.window.Canvas().FocusNext()
			if got := p.focus(); got != c.buttons[0] {
				t.Errorf("after the last button Tab goes to %q, want %q", got, c.buttons[0])
			}
		})
	}
}

func TestAKeyHeldDownPressesOnce(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(auth.State{Phase: auth.SignedOut})
	p.press(fyne.KeyReturn)
	p.wants(`sign in "wecom"`)
	p.view.show(waiting)
	if got := p.focus(); got != "Open the browser again" {
		t.Fatalf("%q has the keyboard", got)
	}
	p.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn}) // repeated, without another KeyDown
	p.wants()
	p.press(fyne.KeyReturn)
	p.wants("open " + waiting.Attempt.URL)
}

func TestTheButtonWithTheKeyboardHasARing(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(auth.State{Phase: auth.SignedOut})
	ring := func(name string) bool {
		return test.WidgetRenderer(p.button(name)).(*buttonRenderer).ring.Visible()
	}
	if !ring("Continue with WeCom") || ring("More ways to sign in") {
		t.Error("the ring is not around the first button alone")
	}
	p.window.Canvas().FocusNext()
	if ring("Continue with WeCom") || !ring("More ways to sign in") {
		t.Error("the ring did not follow the keyboard")
	}
}

func TestANewerStateOfTheSameKindKeepsTheScreen(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(auth.State{Phase: auth.SignedOut})
	screen := p.view.current
	p.view.show(auth.State{Phase: auth.SignedOut, Err: auth.ErrTimeout})
	if p.view.current != screen {
		t.Error("another screen came up")
	}
	p.reads("Nobody came back")
}

// A sentence that comes late moves what is below it: the software canvas, other
// than a real window, does nothing about it by itself.
func TestABannerThatComesLateFindsRoom(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(auth.State{Phase: auth.SignedOut})
	p.view.signedOut(&auth.RevocationError{Err: errors.New("offline")})
	b, below := p.view.current.(*signedOutScreen).banner, p.button("Continue with WeCom")
	at := func(o fyne.CanvasObject) fyne.Position {
		return fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	}
	if b.Size().Width != columnWidth || b.Size().Height < b.MinSize().Height {
		t.Errorf("the banner is %v, want the column's width and %v", b.Size(), b.MinSize())
	}
	if bottom := at(b).Y + b.Size().Height; bottom > at(below).Y || at(b).Y < 100 {
		t.Errorf("the banner goes from %v to %v, the button below it starts at %v", at(b).Y, bottom, at(below).Y)
	}
}

var stateSignedOut = auth.State{Phase: auth.SignedOut}

// firstLabel is the topmost text of a screen, which is its title.
func firstLabel(o fyne.CanvasObject) string {
	for _, o := range visibleIn(o) {
		if l, ok := o.(*widget.Label); ok {
			return l.Text
		}
	}
	return ""
}
