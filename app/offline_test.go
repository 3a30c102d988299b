package app

import (
	"context"
	"crypto/x509"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"doorkey/auth"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

func TestOfflineIsSaidCalmly(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(signedInAs(zhang))
	p.readsNot("Offline")
	p.view.show(offline)
	p.reads("Hello, 张三", "Offline. Last reached: "+offline.LastReached.Format("15:04"), "You stay signed in.", "[Try again]", "[Sign out]")
	s := p.view.current.(*signedInScreen)
	if s.banner.Visible() || !s.offline.calm {
		t.Error("it looks like a failure")
	}
	if got := p.focus(); got != "" {
		t.Errorf("Enter would press %q", got)
	}
	earlier := offline
	earlier.LastReached = time.Now().AddDate(0, 0, -2)
	p.view.show(earlier)
	p.reads("Offline. Last reached: " + moment(earlier.LastReached, time.Now()))
	p.view.show(signedInAs(renewed(zhang)))
	p.readsNot("Offline")
	p.readsNot("Try again")
	if p.view.current != s {
		t.Error("another screen came up")
	}
}

func TestOfflineAndSomethingElse(t *testing.T) {
	p := sitDown(t, there)
	state := offline
	state.Err = fmt.Errorf("sign-out: %w", keychain.ErrLocked)
	p.view.show(state)
	p.reads("Offline. Last reached", "The keychain is locked.")
	if s := p.view.current.(*signedInScreen); s.offline.Position().Y+s.offline.Size().Height >= s.banner.Position().Y {
		t.Error("the banners touch")
	}
	if n := strings.Count(p.words(), "Try again"); n != 1 {
		t.Errorf("%d times to be pressed: Try again", n)
	}
	state.Err = &auth.UnreachableError{Err: x509.CertificateInvalidError{Reason: x509.Expired}}
	p.view.show(state)
	p.reads("Offline. Last reached", "this computer's clock is wrong")
}

func TestTryingAgain(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(offline)
	test.Tap(p.button("Try again"))
	test.Tap(p.button("Try again")) // while the first is on its way
	p.wants("refresh")
	p.view.show(offline)
	if !p.button("Try again").Disabled() {
		t.Error("it can be pressed while it is on its way")
	}
	p.view.answered(offline.Err)
	p.reads("Still offline. Last reached", "You stay signed in.")
	test.Tap(p.button("Try again"))
	p.wants("refresh")
	p.view.answered(offline.Err)
	p.view.show(signedInAs(renewed(zhang))) // by itself
	p.readsNot("ffline")
	p.view.show(offline) // the next outage is another one
	p.reads("Offline. Last reached")
	if p.button("Try again").Disabled() {
		t.Error("it cannot be pressed any more")
	}
}

func TestTryingAgainShowsProgressOnceItIsSlow(t *testing.T) {
	d := newDesk(t)
	synctest.Test(t, func(t *testing.T) {
		v := newView(there, actions{refresh: func() {}}, d.post)
		w := d.NewWindow("")
		defer w.Close()
		w.SetContent(v.root)
		v.show(offline)
		b := v.current.(*signedInScreen).offline
		shown := func(after time.Duration) bool {
			time.Sleep(after)
			synctest.Wait()
			d.run()
			return len(b.moving.Objects) > 0
		}
		b.press()
		if shown(slow - time.Millisecond) {
			t.Error("a short one flickers")
		}
		if !shown(time.Millisecond) {
			t.Error("a long one does not show")
		}
		bar := b.moving.Objects[0].(*widget.ProgressBarInfinite)
		v.answered(offline.Err)
		if shown(0) || bar.Running() {
			t.Error("it goes on after the answer")
		}
		b.press()
		v.answered(nil)
		if shown(2 * slow) {
			t.Error("it shows though it was answered in time")
		}
		b.press()
		time.Sleep(slow)
		synctest.Wait() // it is about to show
		v.answered(nil)
		if shown(0) {
			t.Error("it shows though it was answered at the last moment")
		}
		b.press()
		v.close()
		v.wait() // what waits ends with the screen
	})
}

func TestWhoTriesAgainByTheKeyboardCanDoSoOnceMore(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(offline)
	p.window.Canvas().FocusNext()
	p.press(fyne.KeyReturn)
	p.view.answered(offline.Err)
	if got := p.focus(); got != "Try again" {
		t.Errorf("%q has the keyboard", got)
	}
	p.view.show(signedInAs(zhang)) // it goes, and with it the keyboard
	p.wants("refresh")
	p.press(fyne.KeyReturn)
	p.wants()
	p.view.show(offline)
	test.Tap(p.button("Try again")) // with the mouse
	p.view.answered(offline.Err)
	if got := p.focus(); got != "" {
		t.Errorf("Enter would press %q", got)
	}
}

func TestATryThatEndsInNoStateIsToldToo(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(offline)
	test.Tap(p.button("Sign out"))
	p.view.signedOut(keychain.ErrLocked)
	test.Tap(p.button("Try again"))
	p.view.show(signedInAs(zhang))
	p.view.answered(fmt.Errorf("another program is renewing it: %w", context.DeadlineExceeded))
	p.reads("That did not work.", "[Try again]")
	p.view.show(signedInAs(zhang))
	p.reads("That did not work.")
	p.view.show(signedInAs(renewed(zhang))) // by itself
	p.readsNot("That did not work.")
}
