package app

import (
	"errors"
	"fmt"
	"testing"

	"doorkey/auth"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
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

func TestAKeychainThatCannotBeReadCanBeReadAgain(t *testing.T) {
	for err, button := range map[error]string{
		keychain.ErrLocked: "Unlock and try again", keychain.ErrTimeout: "Try again", keychain.ErrUnavailable: "Try again",
		errors.New("the key command failed"): "Try again",
	} {
		t.Run(err.Error(), func(t *testing.T) {
			p := sitDown(t, there)
			state := unread(fmt.Errorf("keychain: read: %w", err))
			p.view.show(state)
			p.reads("it is not known whether you are signed in", "until this program ends")
			test.Tap(p.button(button))
			test.Tap(p.button(button)) // while the first look is on its way
			p.wants("retry")
			p.view.show(state)
			p.view.answered(err)
			test.Tap(p.button(button))
			p.wants("retry")
			test.Tap(p.button("Continue with WeCom"))
			p.wants(`sign in "wecom"`)
			p.view.show(auth.State{Phase: auth.SignedOut})
			p.readsNot("ry again")
			p.readsNot("until this program ends")
		})
	}
}

// What the person is to do first has the keyboard, and looks so.
func TestALockedKeychainIsToBeUnlockedFirst(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(auth.State{})
	p.view.show(unread(keychain.ErrLocked))
	if got := p.focus(); got != "Unlock and try again" {
		t.Errorf("%q has the keyboard", got)
	}
	for name, want := range map[string]widget.Importance{"Unlock and try again": widget.HighImportance, "Continue with WeCom": widget.MediumImportance} {
		if got := p.button(name).Importance; got != want {
			t.Errorf("%q has the importance %d", name, got)
		}
	}
	p.press(fyne.KeyReturn)
	p.wants("retry")
	p.reads("Enter the keychain's password when asked.")
	p.view.answered(keychain.ErrLocked)
	p.reads("The keychain is locked")
	p.readsNot("when asked")
}

// A sign-in replaces what is damaged, and is kept.
func TestADamagedSessionIsReplacedByASignIn(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(unread(auth.ErrDamaged))
	p.reads("Sign in again to replace it.")
	p.readsNot("until this program ends")
	p.readsNot("[Try again]")
}

// While it cannot be read, the keychain is spoken of whatever else goes wrong,
// and never after that.
func TestASignInThatFailsWhileTheKeychainCannotBeRead(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(unread(keychain.ErrLocked))
	p.view.show(waiting)
	p.view.show(unread(fmt.Errorf("sign-in: %w", auth.ErrTimeout)))
	p.reads("The keychain is locked", "[Unlock and try again]", "Nobody came back")
	p.view.show(unread(keychain.ErrUnavailable))
	p.reads("keychain cannot be reached")
	p.readsNot("locked")
	p.view.show(auth.State{Phase: auth.SignedOut, Err: auth.ErrTimeout})
	p.reads("Nobody came back")
	p.readsNot("keychain")
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
