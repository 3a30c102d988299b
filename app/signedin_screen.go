package app

import (
	"errors"
	"time"

	"doorkey/auth"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

// signedInScreen is who is signed in, since when, and where that is kept. A
// refresh changes it in place.
type signedInScreen struct {
	view     *view
	root     fyne.CanvasObject
	portrait *portrait
	offline  *banner
	between  fyne.CanvasObject // the banners
	banner   *banner
	since    *fact
	kept     *fact
	signOut  *signOutButton
	state    auth.State

	stillAway bool  // the person has tried, and the provider is still away
	settled   error // of the state; old news since a press here
	failed    error // why the last press here did not work
	staying   bool  // that was on the button to sign out
}

func newSignedInScreen(v *view, state auth.State) *signedInScreen {
	s := &signedInScreen{
		view:     v,
		portrait: newPortrait(v),
		offline:  newCalmBanner(v),
		between:  gap(8),
		banner:   newBanner(v),
		since:    newFact(lang.X("doorkey.signedin.since", "Since")),
		kept:     newFact(lang.X("doorkey.signedin.kept", "Session kept")),
	}
	s.signOut = newSignOutButton(widget.MediumImportance, func() {
		s.settled, s.failed = s.state.Err, nil
		s.say()
		v.actions.signOut()
	}, nil)
	at := newFact(lang.X("doorkey.signedin.at", "Signed in to"))
	at.value.SetText(v.place.name())
	s.root = page(append(s.portrait.objects(),
		gap(8),
		s.offline,
		s.between,
		s.banner,
		gap(10),
		rule(),
		gap(4),
		at.root,
		s.since.root,
		s.kept.root,
		gap(4),
		rule(),
		gap(16),
		row(s.signOut.button),
	)...)
	s.update(state)
	return s
}

func (s *signedInScreen) update(state auth.State) bool {
	before, now := s.state.Session, state.Session
	if before.Profile.ID != "" && (now.Profile.ID != before.Profile.ID || !now.SignedInAt.Equal(before.SignedInAt)) {
		return false // another person, or another sign-in
	}
	if !s.state.OfflineSince.IsZero() && state.OfflineSince.IsZero() {
		s.stillAway = false
		s.portrait.avatar.again()
	}
	if !s.staying && !now.RenewedAt.Equal(before.RenewedAt) {
		s.failed = nil // what did not work then has worked since
	}
	s.state = state
	hello := lang.X("doorkey.signedin.hello", "Hello, {{.Name}}", map[string]string{"Name": now.Profile.DisplayName()})
	changed := s.portrait.show(now.Profile, hello)
	changed = s.since.show(moment(now.SignedInAt, time.Now())) || changed
	changed = s.kept.show(kept(now)) || changed
	if changed {
		s.root.Refresh()
	}
	s.say()
	return true
}

// say says what is wrong, if anything is.
func (s *signedInScreen) say() {
	err := s.state.Err
	var away string
	if since := s.state.OfflineSince; !since.IsZero() {
		away = offlineSince(since, time.Now(), s.stillAway)
		if badCertificate(err) {
			away += "\n" + sentence(err, s.view.place)
		}
		if _, is := errors.AsType[*auth.UnreachableError](err); is {
			err = nil // which is what that banner is about
		}
	}
	if err == nil || errors.Is(err, s.settled) {
		err = s.failed
	}
	wrong := sentence(err, s.view.place)
	if away == "" || wrong == "" {
		s.between.Hide()
	} else {
		s.between.Show()
	}
	s.offline.offer(away, tryAgain(), s.view.actions.refresh)
	label, do := s.remedy(err)
	s.banner.offer(wrong, label, do)
}

// offlineSince tells since when the provider cannot be reached. That is no
// failure, and sounds like none.
func offlineSince(since, now time.Time, still bool) string {
	data := map[string]string{"Since": moment(since, now)}
	if still {
		return lang.X("doorkey.offline.still", "Still offline (since {{.Since}}).\nYou stay signed in.", data)
	}
	return lang.X("doorkey.offline.since", "Offline since {{.Since}}.\nYou stay signed in.", data)
}

// remedy is the button for what is wrong, where one helps.
func (s *signedInScreen) remedy(err error) (label string, do func()) {
	switch {
	case err == nil, s.signOut.leaving(), s.staying && errors.Is(s.failed, err):
		return "", nil // what to press is the button below
	case isAny(err, keychain.ErrCorrupt, auth.ErrDamaged):
		return lang.X("doorkey.signedin.anew", "Sign in again"), func() { s.view.actions.signIn("") }
	case isAny(err, keychain.ErrNewer, auth.ErrNewer, auth.ErrTimeout, auth.ErrNoAccount), ofSignIn(err):
		return "", nil
	case !s.state.OfflineSince.IsZero():
		return "", nil // there is one already
	}
	return tryAgain(), s.view.actions.refresh
}

// answered tells how a refresh that the person asked for has ended. The state
// it has led to is shown by now.
func (s *signedInScreen) answered(err error) {
	s.offline.done()
	s.banner.done()
	s.stillAway = err != nil && !s.state.OfflineSince.IsZero()
	s.settled, s.failed, s.staying = nil, nil, false
	switch {
	case err == nil:
		s.settled = s.state.Err
	case s.state.Err == nil:
		s.failed = err // which the state does not tell
	}
	s.say()
}

// stayed tells that the person is still signed in after a press on the button
// to sign out, and why.
func (s *signedInScreen) stayed(err error) {
	s.signOut.ready()
	s.failed, s.staying = err, true
	s.say()
}

// kept is where the session is.
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
type fact struct {
	root  fyne.CanvasObject
	value *widget.Label
}

func newFact(name string) *fact {
	label := widget.NewLabel(name)
	label.Importance = widget.LowImportance
	label.Wrapping = fyne.TextWrapWord
	value := widget.NewLabel("")
	value.Wrapping = fyne.TextWrapWord
	return &fact{container.New(factLayout{}, label, value), value}
}

// show sets the value, and tells whether it was another.
func (f *fact) show(value string) (changed bool) {
	if f.value.Text == value {
		return false
	}
	f.value.SetText(value)
	return true
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

func (s *signedInScreen) content() fyne.CanvasObject { return s.root }
func (s *signedInScreen) first() fyne.Focusable      { return nil } // Enter must not sign out
func (s *signedInScreen) escape()                    {}

func (s *signedInScreen) close() {
	s.portrait.avatar.close()
	s.offline.done()
	s.banner.done()
}
