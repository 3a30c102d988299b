package app

import (
	"errors"
	"fmt"
	"testing"

	"doorkey/auth"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestWhoHasToSignInAgainIsStillThere(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(ended)
	p.reads("张三", "zhangsan@example.com", "Your sign-in has ended.", "Sign in again to go on.",
		"[Continue with WeCom]", "[More ways to sign in]", "[Use another account]", "[Sign out]")
	p.readsNot("invalid_grant")
	p.readsNot("Hello")
	s := p.view.current.(*againScreen)
	if got := s.portrait.avatar.letters(); got != "张三" {
		t.Errorf("the initials are %q", got)
	}
	if s.banner.Visible() {
		t.Errorf("the reason is there twice: %q", s.banner.text.Text)
	}
}

func TestEnterSignsInAgain(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(signedInAs(zhang))
	p.view.show(ended)
	p.press(fyne.KeyReturn)
	p.wants(`sign in "wecom"`)
	for button, want := range map[string]string{
		"More ways to sign in": `sign in ""`, "Use another account": "sign in somebody else", "Sign out": "sign out",
	} {
		test.Tap(p.button(button))
		p.wants(want)
	}
}

func TestSigningInAgainSaysWhyItFailed(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(ended)
	screen := p.view.current
	state := ended
	state.Err = fmt.Errorf("sign-in: %w", auth.ErrTimeout)
	p.view.show(state)
	p.reads("Your sign-in has ended.", "Nobody came back", "张三")
	p.view.show(ended)
	p.readsNot("Nobody came back")
	if p.view.current != screen {
		t.Error("another screen came up")
	}
	state.Session.Profile = auth.Profile{ID: "l", Name: "李四"}
	p.view.show(state)
	if p.view.current == screen {
		t.Error("another person is on the same screen")
	}
	p.reads("李四")
	p.readsNot("张三")
}

func TestWhoHasToSignInAgainCanSignOut(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(ended)
	test.Tap(p.button("Sign out"))
	test.Tap(p.button("Signing out…"))
	p.wants("sign out")
	p.view.signedOut(fmt.Errorf("sign-out: %w", keychain.ErrLocked))
	p.reads("The keychain is locked.")
	test.Tap(p.button("Sign out"))
	p.wants("sign out")
	p.readsNot("The keychain is locked.")
	p.view.show(stateSignedOut)
	p.view.signedOut(nil)
	p.reads("[Continue with WeCom]")
	p.readsNot("张三")
	p.readsNot("Use another account")
}

func TestSignedOutHereThoughSomebodyHasToSignInAgain(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(ended)
	test.Tap(p.button("Sign out"))
	p.view.signedOut(&auth.RevocationError{Err: errors.New("no network")})
	p.readsNot("computer is lost")
	p.button("Sign out")
}
