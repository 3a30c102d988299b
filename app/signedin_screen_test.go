package app

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

func signedInAs(s auth.Session) auth.State { return auth.State{Phase: auth.SignedIn, Session: s} }

func TestSignedInSaysWhoAndWhere(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(signedInAs(zhang))
	p.reads("Hello, 张三", "zhangsan@example.com", "login.example.com",
		zhang.SignedInAt.Format("15:04"), "in this computer's keychain", "[Sign out]")
	if got := p.focus(); got != "" {
		t.Errorf("Enter would press %q", got)
	}
	p.press(fyne.KeyEscape)
	p.press(fyne.KeyReturn)
	p.wants()
}

func TestTheSecondLineTellsPeopleApart(t *testing.T) {
	for _, c := range []struct {
		name    string
		profile auth.Profile
		want    string
	}{
		{"e-mail address first", auth.Profile{Name: "A", Email: "a@example.com", Phone: "1", Username: "u"}, "a@example.com"},
		{"then the phone number", auth.Profile{Name: "A", Phone: "1", Username: "u"}, "1"},
		{"then the username", auth.Profile{Name: "A", Username: "u"}, "u"},
		{"nothing known", auth.Profile{ID: "x", Name: "A"}, ""},
		{"not what the greeting says already", auth.Profile{Email: "a@example.com"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := secondLine(c.profile); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestLongNamesFitTheWindow(t *testing.T) {
	for _, name := range []string{longLatin, longHan, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamter"} {
		t.Run(name, func(t *testing.T) {
			p := sitDown(t, there)
			s := zhang
			s.Profile.Name = name
			p.view.show(signedInAs(s))
			p.reads("Hello, " + name)
			width, bottom := p.window.Canvas().Size().Width, p.window.Canvas().Size().Height
			if width != windowSize.Width {
				t.Errorf("the window has become %v wide", width)
			}
			for _, o := range p.objects() {
				at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
				size := o.Size()
				if text, ok := o.(*canvas.Text); ok {
					size = text.MinSize()
				} else if _, ok := o.(fyne.Widget); !ok {
					continue
				}
				if at.X < 0 || at.X+size.Width > width || at.Y+size.Height > bottom {
					t.Errorf("%T at %v, %v, is out of the window", o, at, size)
				}
			}
		})
	}
}

func TestSignedInSaysWhereTheSessionIsKept(t *testing.T) {
	for _, c := range []struct {
		name    string
		storage auth.Storage
		err     error
		want    string
	}{
		{"keychain", auth.InKeychain, nil, "in this computer's keychain"},
		{"memory, as asked for", auth.InMemory, nil, "until you close this program"},
		{"no keychain here", auth.InMemory, fmt.Errorf("keychain: save: %w", keychain.ErrUnavailable), "until you close this program: this computer has no keychain"},
		{"the keychain refused", auth.InMemory, fmt.Errorf("keychain: save: %w", keychain.ErrLocked), "until you close this program: the keychain did not take it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			newDesk(t)
			if got := kept(auth.Session{Storage: c.storage, StorageErr: c.err}); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestSinceHasADayUnlessItIsToday(t *testing.T) {
	now := time.Date(2026, 11, 23, 0, 30, 0, 0, time.Local)
	for want, since := range map[string]time.Time{
		"00:29":            now.Add(-time.Minute),
		"2026-11-22 23:30": now.Add(-time.Hour),
		"2025-11-23 00:30": now.AddDate(-1, 0, 0),
	} {
		if got := since.Format(sinceFormat(since, now)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestSigningOutCanBePressedOnce(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(signedInAs(zhang))
	test.Tap(p.button("Sign out"))
	test.Tap(p.button("Signing out…"))
	p.wants("sign out")
	if !p.button("Signing out…").Disabled() {
		t.Error("the button is still enabled")
	}
}

func TestASignOutThatTheKeychainRefusesSaysWhyAndCanBeRepeated(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(signedInAs(zhang))
	test.Tap(p.button("Sign out"))
	p.view.signedOut(fmt.Errorf("sign-out: %w", keychain.ErrLocked))
	p.reads("The keychain is locked.")
	p.did = nil
	test.Tap(p.button("Sign out"))
	p.wants("sign out")
	p.readsNot("The keychain is locked.") // it may be unlocked by now
}

func TestSignedInSaysWhyAnotherSignInFailed(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(auth.State{Phase: auth.SignedIn, Session: zhang, Err: auth.ErrTimeout})
	p.reads("Nobody came back")
	p.view.show(auth.State{Phase: auth.SignedIn, Session: zhang, Err: errors.New("else")})
	p.readsNot("Nobody came back")
}

func TestAnotherPersonGetsAnotherScreen(t *testing.T) {
	p := sitDown(t, there)
	p.view.show(signedInAs(zhang))
	other := zhang
	other.Profile = auth.Profile{ID: "l", Name: "李四"}
	p.view.show(signedInAs(other))
	p.reads("Hello, 李四")
	p.readsNot("张三")
}
