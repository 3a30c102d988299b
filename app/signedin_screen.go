package app

import (
	"cmp"
	"errors"
	"time"
	"unicode/utf8"

	"doorkey/auth"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// signedInScreen is who is signed in, since when, and where that is kept.
type signedInScreen struct {
	view    *view
	root    fyne.CanvasObject
	avatar  *avatar
	signOut *button
	banner  *banner
	shown   auth.Session
}

func newSignedInScreen(v *view, state auth.State) *signedInScreen {
	session := state.Session
	s := &signedInScreen{view: v, shown: session, banner: newBanner(sentence(state.Err, v.place))}
	s.avatar = newAvatar(session.Profile, v)
	s.signOut = newButton(lang.X("doorkey.signedin.signout", "Sign out"), theme.LogoutIcon(), widget.MediumImportance, func() {
		s.banner.say("")
		s.signOut.Disable()
		s.signOut.SetText(lang.X("doorkey.signedin.signingout", "Signing out…"))
		v.actions.signOut()
	}, nil)
	who := title(lang.X("doorkey.signedin.hello", "Hello, {{.Name}}", map[string]string{"Name": session.Profile.DisplayName()}))
	if utf8.RuneCountInString(who.Text) > longName {
		who.SizeName = theme.SizeNameSubHeadingText
	}
	objects := []fyne.CanvasObject{container.NewCenter(s.avatar.root), gap(8), who}
	if line := secondLine(session.Profile); line != "" {
		second := body(line)
		second.Importance = widget.LowImportance
		objects = append(objects, second)
	}
	objects = append(objects,
		gap(8),
		s.banner,
		gap(12),
		rule(),
		gap(4),
		fact(lang.X("doorkey.signedin.at", "Signed in to"), v.place.name()),
		fact(lang.X("doorkey.signedin.since", "Since"), session.SignedInAt.Local().Format(sinceFormat(session.SignedInAt, time.Now()))),
		fact(lang.X("doorkey.signedin.kept", "Session kept"), kept(session)),
		gap(4),
		rule(),
		gap(20),
		row(s.signOut),
	)
	s.root = page(objects...)
	return s
}

// longName is how many letters a greeting has at most that still looks well in
// the size of a title.
const longName = 36

// secondLine is what else tells people of one name apart.
func secondLine(p auth.Profile) string {
	line := cmp.Or(p.Email, p.Phone, p.Username)
	if line == p.DisplayName() {
		return ""
	}
	return line
}

// sinceFormat leaves out the day where it is today.
func sinceFormat(since, now time.Time) string {
	if since.Local().Format(time.DateOnly) == now.Local().Format(time.DateOnly) {
		return "15:04"
	}
	return "2006-01-02 15:04"
}

func kept(s auth.Session) string {
	switch {
	case s.Storage == auth.InKeychain:
		return lang.X("doorkey.signedin.keychain", "in this computer's keychain")
	case errors.Is(s.StorageErr, keychain.ErrUnavailable):
		return lang.X("doorkey.signedin.nokeychain", "until you close this program: this computer has no keychain")
	case s.StorageErr != nil:
		return lang.X("doorkey.signedin.nostore", "until you close this program: the keychain did not take it")
	}
	return lang.X("doorkey.signedin.memory", "until you close this program")
}

// fact is a name and its value, side by side.
func fact(name, value string) fyne.CanvasObject {
	label := widget.NewLabel(name)
	label.Importance = widget.LowImportance
	label.Wrapping = fyne.TextWrapWord
	text := widget.NewLabel(value)
	text.Wrapping = fyne.TextWrapWord
	return container.New(factLayout{}, label, text)
}

// factLayout gives the name a good third and the value the rest.
type factLayout struct{}

func (factLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(200, max(objects[0].MinSize().Height, objects[1].MinSize().Height))
}

func (factLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	name, value, at := objects[0], objects[1], size.Width*0.36
	name.Resize(fyne.NewSize(at, size.Height))
	value.Move(fyne.NewPos(at, 0))
	value.Resize(fyne.NewSize(size.Width-at, size.Height))
}

func (s *signedInScreen) update(state auth.State) bool {
	s.banner.say(sentence(state.Err, s.view.place))
	now := state.Session
	return now.Profile == s.shown.Profile && now.SignedInAt.Equal(s.shown.SignedInAt) && now.Storage == s.shown.Storage
}

// failed tells that signing out did not work.
func (s *signedInScreen) failed(err error) {
	s.signOut.SetText(lang.X("doorkey.signedin.signout", "Sign out"))
	s.signOut.Enable()
	s.banner.say(sentence(err, s.view.place))
}

func (s *signedInScreen) content() fyne.CanvasObject { return s.root }
func (s *signedInScreen) first() fyne.Focusable      { return nil } // Enter must not sign out
func (s *signedInScreen) close()                     { s.avatar.end() }
func (s *signedInScreen) escape()                    {}
