package app

import (
	"errors"
	"time"

	"doorkey/auth"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

// signedInScreen is who is signed in, where, until when, and where that is
// kept. A refresh changes it in place.
type signedInScreen struct {
	view     *view
	root     fyne.CanvasObject
	portrait *portrait
	offline  *banner
	between  fyne.CanvasObject // the banners
	banner   *banner
	facts    *sessionFacts
	signOut  *signOutButton
	further  *button // signs out in the browser too
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
	}
	s.facts = newSessionFacts(v, func() {
		s.facts.renewing()
		v.actions.refresh()
	})
	leave := func(alsoInBrowser bool) func() {
		return func() {
			s.settled, s.failed = s.state.Err, nil
			s.further.Disable()
			s.say()
			v.actions.signOut(alsoInBrowser)
		}
	}
	s.signOut = newSignOutButton(widget.MediumImportance, leave(false), nil)
	s.further = newButton(lang.X("doorkey.signedin.browsertoo", "Sign out in the browser too"), nil, widget.LowImportance, func() {
		s.signOut.busy()
		leave(true)()
	}, nil)
	objects := append(s.portrait.objects(), gap(8), s.offline, s.between, s.banner, gap(8), rule(), gap(2))
	objects = append(objects, s.facts.objects()...)
	objects = append(objects, gap(2), rule(), gap(14))
	if more := s.accountButtons(); len(more) > 0 {
		objects = append(objects, row(more...), gap(10))
	}
	objects = append(objects, row(s.signOut.button), gap(2), s.further)
	s.root = withFooter(page(objects...), v.footer(false)...)
	s.update(state)
	return s
}

// accountButtons lead to other accounts, and to the provider's own page about
// this one.
func (s *signedInScreen) accountButtons() []*button {
	v := s.view
	var buttons []*button
	if !v.without.Accounts && v.actions.accounts != nil {
		buttons = append(buttons, newButton(lang.X("doorkey.signedin.switch", "Switch account"), nil, widget.MediumImportance,
			func() { v.openPage(func() screen { return newAccountsScreen(v) }) }, nil))
	}
	if !v.without.AccountPage && v.accountPage != "" {
		buttons = append(buttons, newButton(lang.X("doorkey.signedin.manage", "Manage account"), nil, widget.MediumImportance,
			func() { v.actions.browse(v.accountPage) }, nil))
	}
	return buttons
}

func (s *signedInScreen) update(state auth.State) bool {
	before, now := s.state.Session, state.Session
	if before.Profile.ID != "" && (now.Profile.ID != before.Profile.ID || !now.SignedInAt.Equal(before.SignedInAt)) {
		return false // another person, or another sign-in
	}
	if !s.state.LastReached.IsZero() && state.LastReached.IsZero() {
		s.stillAway = false
		s.portrait.avatar.again()
	}
	if !s.staying && !now.RenewedAt.Equal(before.RenewedAt) {
		s.failed = nil // what did not work then has worked since
	}
	s.state = state
	hello := lang.X("doorkey.signedin.hello", "Hello, {{.Name}}", map[string]string{"Name": now.Profile.DisplayName()})
	changed := s.portrait.show(now.Profile, hello)
	if s.facts.show(now) || changed {
		s.root.Refresh()
	}
	s.say()
	return true
}

// say says what is wrong, if anything is.
func (s *signedInScreen) say() {
	err := s.state.Err
	var away string
	if since := s.state.LastReached; !since.IsZero() {
		away = lastReached(since, time.Now(), s.stillAway)
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

// lastReached says that the provider cannot be reached, and when it last was. That is
// not a failure, and does not sound like one.
func lastReached(since, now time.Time, still bool) string {
	data := map[string]string{"Since": moment(since, now)}
	if still {
		return lang.X("doorkey.offline.still", "Still offline. Last reached: {{.Since}}\nYou stay signed in.", data)
	}
	return lang.X("doorkey.offline.since", "Offline. Last reached: {{.Since}}\nYou stay signed in.", data)
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
	case !s.state.LastReached.IsZero():
		return "", nil // there is one already
	}
	return tryAgain(), s.view.actions.refresh
}

// answered tells how a refresh that the person asked for has ended. The state
// it has led to is shown by now.
func (s *signedInScreen) answered(err error) {
	s.offline.done()
	s.banner.done()
	s.facts.renewed()
	s.stillAway = err != nil && !s.state.LastReached.IsZero()
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
	s.further.Enable()
	s.failed, s.staying = err, true
	s.say()
}

func (s *signedInScreen) content() fyne.CanvasObject { return s.root }
func (s *signedInScreen) first() fyne.Focusable      { return nil } // Enter must not sign out
func (s *signedInScreen) escape()                    {}

func (s *signedInScreen) close() {
	s.portrait.avatar.close()
	s.offline.done()
	s.banner.done()
	s.facts.renewed()
}
