package app

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// TestScreenshots writes a picture of every screen, in both themes and all
// languages, to the folder DOORKEY_SCREENSHOTS names: for a person to look at.
// The letters depend on the fonts installed, so nothing is compared.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("DOORKEY_SCREENSHOTS")
	if folder == "" {
		t.Skip("DOORKEY_SCREENSHOTS names no folder")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, locale := range []string{"en_US", "zh_CN", "ja_JP"} {
		for variant, name := range map[fyne.ThemeVariant]string{theme.VariantLight: "light", theme.VariantDark: "dark"} {
			for _, shot := range shots() {
				t.Run(fmt.Sprint(shot.name, "-", locale, "-", name), func(t *testing.T) {
					d := newDesk(t)
					d.variant = variant
					speak(t, locale+".UTF-8")
					w := shot.window(d)
					w.Canvas().(software.WindowlessCanvas).SetScale(2)
					w.Resize(windowSize)
					file, err := os.Create(filepath.Join(folder, filepath.Base(t.Name())+".png"))
					if err != nil {
						t.Fatal(err)
					}
					if err := errors.Join(png.Encode(file, w.Canvas().Capture()), file.Close()); err != nil {
						t.Fatal(err)
					}
					w.Close()
				})
			}
		}
	}
}

type shot struct {
	name   string
	window func(*desk) fyne.Window
}

func shots() []shot {
	at := place{Host: "login.example.com"}
	zhang := auth.Session{
		Profile:    auth.Profile{ID: "z", Name: "张三", Email: "zhangsan@example.com"},
		SignedInAt: time.Now().Add(-time.Hour), Storage: auth.InKeychain,
	}
	long := zhang
	long.Profile = auth.Profile{ID: "v", Name: longLatin, Email: "wolfeschlegelsteinhausenbergerdorff@subsidiary.example.com"}
	long.Storage, long.StorageErr = auth.InMemory, keychain.ErrUnavailable
	longChinese := long
	longChinese.Profile = auth.Profile{ID: "c", Name: longHan}
	longChinese.StorageErr = errors.New("refused")
	longChinese.SignedInAt = time.Now().Add(-72 * time.Hour)
	unbroken := long
	unbroken.Profile = auth.Profile{ID: "u", Name: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamter"}
	lastNight := time.Now().Add(-14 * time.Hour)
	away := &auth.UnreachableError{Host: at.Host, Err: errors.New("no network")}
	expired := &auth.UnreachableError{Host: at.Host, Err: x509.CertificateInvalidError{Reason: x509.Expired}}
	ended := &auth.SessionEndedError{Issuer: "https://login.example.com/oidc", Reason: "invalid_grant"}
	in := func(s auth.Session, err error) auth.State {
		return auth.State{Phase: auth.SignedIn, Session: s, Err: err}
	}
	out := func(s auth.Session, err error) auth.State {
		return auth.State{Phase: auth.SignedOut, Session: s, Err: err}
	}
	offline := func(s auth.Session, since time.Time, err error) auth.State {
		state := in(s, err)
		state.OfflineSince = since
		return state
	}
	trying := func(v *view) {
		b := v.current.(*signedInScreen).offline
		b.press()
		b.moving.Add(widget.NewProgressBarInfinite())
	}
	waiting := auth.Attempt{Step: auth.Waiting, URL: "https://login.example.com/oidc/auth?state=s", Deadline: time.Now().Add(292 * time.Second)}
	blocked := waiting
	blocked.OpenErr = context.DeadlineExceeded

	plain := func(name string, at place, state auth.State, then func(*view)) shot {
		return shot{name, func(d *desk) fyne.Window {
			v := newView(at, actions{copy: func(string) {}, signOut: func() {}, refresh: func() {}}, d.post)
			w := d.NewWindow("Doorkey")
			w.SetContent(v.root)
			w.Resize(windowSize)
			v.show(state)
			if then != nil {
				then(v)
			}
			w.SetOnClosed(func() { v.close(); v.wait() })
			return w
		}}
	}
	return []shot{
		plain("starting", at, auth.State{}, nil),
		plain("signedout", at, auth.State{Phase: auth.SignedOut}, nil),
		plain("signedout-demo", place{Host: "127.0.0.1:9443", Demo: true}, auth.State{Phase: auth.SignedOut}, nil),
		plain("signedout-timeout", at, auth.State{Phase: auth.SignedOut, Err: auth.ErrTimeout}, nil),
		plain("signedout-locked", at, auth.State{Phase: auth.SignedOut, Err: keychain.ErrLocked}, nil),
		plain("signedout-issuer", at, auth.State{Phase: auth.SignedOut, Err: &auth.IssuerMismatchError{
			Configured: "https://login.example.com/oidc", Discovered: "https://internal-logto.corp.example.net:3001/oidc"}}, nil),
		plain("signedout-revoke", at, auth.State{Phase: auth.SignedOut}, func(v *view) { v.signedOut(&auth.RevocationError{Err: errors.New("offline")}) }),
		plain("contacting", at, auth.State{Phase: auth.SigningIn}, nil),
		plain("waiting", at, auth.State{Phase: auth.SigningIn, Attempt: waiting}, nil),
		plain("waiting-blocked", at, auth.State{Phase: auth.SigningIn, Attempt: blocked}, func(v *view) { v.current.(*waitingScreen).copy.OnTapped() }),
		plain("finishing", at, auth.State{Phase: auth.SigningIn, Attempt: auth.Attempt{Step: auth.Finishing}}, nil),
		plain("signedin", at, auth.State{Phase: auth.SignedIn, Session: zhang}, nil),
		plain("signedin-long", at, auth.State{Phase: auth.SignedIn, Session: long}, nil),
		plain("signedin-unbroken", at, auth.State{Phase: auth.SignedIn, Session: unbroken}, nil),
		plain("signedin-chinese", place{Demo: true}, auth.State{Phase: auth.SignedIn, Session: longChinese}, nil),
		plain("signedin-leaving", at, auth.State{Phase: auth.SignedIn, Session: zhang}, func(v *view) { v.current.(*signedInScreen).signOut.OnTapped() }),
		plain("signedin-locked", at, auth.State{Phase: auth.SignedIn, Session: zhang}, func(v *view) { v.signedOut(keychain.ErrLocked) }),
		plain("offline", at, offline(zhang, time.Now().Add(-11*time.Minute), away), nil),
		plain("offline-trying", at, offline(zhang, lastNight, away), trying),
		plain("offline-still", at, offline(zhang, lastNight, away), func(v *view) { v.answered(away) }),
		plain("offline-certificate", at, offline(zhang, lastNight.AddDate(-1, 0, 0), expired), nil),
		plain("offline-locked", at, offline(zhang, lastNight, keychain.ErrLocked), nil),
		plain("offline-long", at, offline(long, lastNight, away), nil),
		plain("signedin-denied", at, in(zhang, &auth.AccessDeniedError{}), nil),
		plain("signedin-refused", at, in(zhang, &auth.RefusedError{Code: "invalid_client"}), nil),
		plain("signedin-clock", at, in(zhang, &auth.ClockError{Skew: -3 * time.Hour}), nil),
		plain("signedin-profile", at, in(zhang, &auth.ProfileError{Err: errors.New("no")}), nil),
		plain("signedin-damaged", at, in(zhang, auth.ErrDamaged), nil),
		plain("again", at, out(zhang, ended), nil),
		plain("again-long", at, out(long, ended), nil),
		plain("again-chinese", at, out(longChinese, ended), nil),
		plain("again-person", at, out(zhang, &auth.DifferentPersonError{Want: zhang.Profile, Got: auth.Profile{ID: "y", Name: "张三", Phone: "13800000000"}}), nil),
		plain("again-locked", at, out(zhang, keychain.ErrLocked), nil),
		plain("again-leaving", at, out(zhang, ended), func(v *view) { v.current.(*againScreen).signOut.OnTapped() }),
		{"setup", func(d *desk) fyne.Window {
			w, err := NewSetup(d, "Doorkey", func() {})
			if err != nil {
				d.t.Fatal(err)
			}
			return w
		}},
	}
}

const (
	longLatin = "Maximiliana Alexandrovna Wolfeschlegelsteinhausenbergerdorff" // 60 letters
	longHan   = "阿卜杜热合曼江·买买提艾力克里木江·吐尔逊阿布都拉"
)
