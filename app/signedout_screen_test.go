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

func TestSignedOutOffersWeComFirst(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(auth.State{Phase: auth.SignedOut})
	p.reads("Sign in", "to login.example.com", "[Continue with WeCom]", "[More ways to sign in]")
	p.readsNot("[Try again]")
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace} {
		p.window.Canvas().Focus(p.view.current.first())
		p.press(key)
		p.wants(`sign in "wecom"`)
	}
	test.Tap(p.button("More ways to sign in"))
	p.wants(`sign in ""`)
	p.press(fyne.KeyEscape)
	p.wants()
}

func TestSignedOutNamesTheDemo(t *testing.T) {
	p := sitDown(t, place{Host: "127.0.0.1:9443", Demo: true})
	p.view.show(auth.State{Phase: auth.SignedOut})
	p.reads("to the demo on this computer")
	p.readsNot("127.0.0.1")
}

func TestSignedOutSaysWhy(t *testing.T) {
	for name, err := range failures {
		t.Run(name, func(t *testing.T) {
			p := sitDown(t, there)
			p.view.show(auth.State{Phase: auth.SignedOut, Err: err})
			p.reads(sentence(err, there))
		})
	}
}

func TestALockedKeychainCanBeReadAgain(t *testing.T) {
	for _, err := range []error{keychain.ErrLocked, keychain.ErrTimeout} {
		t.Run(err.Error(), func(t *testing.T) {
			p := sitDown(t, there)
			locked := auth.State{Phase: auth.SignedOut, Err: fmt.Errorf("keychain: list: %w", err)}
			p.view.show(locked)
			test.Tap(p.button("Try again"))
			test.Tap(p.button("Try again")) // while the first look is on its way
			p.wants("retry")
			p.view.show(locked)
			p.view.answered(err)
			test.Tap(p.button("Try again"))
			p.wants("retry")
			p.view.show(auth.State{Phase: auth.SignedOut})
			p.readsNot("Try again")
		})
	}
}

func TestTheNoteThatTheProviderWasNotToldStaysUntilASignIn(t *testing.T) {
	const note = "login.example.com could not be told"
	p := sitDown(t, there)
	p.view.show(auth.State{Phase: auth.SignedOut})
	p.view.signedOut(&auth.RevocationError{Err: errors.New("no network")})
	p.reads(note)
	p.view.show(auth.State{Phase: auth.SignedOut}) // any later state
	p.reads(note)
	p.view.show(auth.State{Phase: auth.SigningIn})
	p.view.show(auth.State{Phase: auth.SignedOut})
	p.readsNot(note)
}

func TestSigningOutWithoutTroubleSaysNothing(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(auth.State{Phase: auth.SignedOut})
	p.view.signedOut(nil)
	if b := p.view.current.(*signedOutScreen).banner; b.Visible() {
		t.Errorf("the banner says %q", b.text.Text)
	}
}
