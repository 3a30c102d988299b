package app

import (
	"context"
	"time"

	"doorkey/auth"
	"doorkey/auth/doctor"
	"doorkey/auth/logto"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

// setupScreen asks where to sign in, and checks live whether that will work.
// What is typed stays in its place while the checks come and go.
type setupScreen struct {
	view  *view
	setup setupActions
	entry *entry

	root   fyne.CanvasObject
	form   *fyne.Container // all but the footer
	banner *banner
	logo   *fyne.Container
	issuer *field
	made   *widget.Label // the issuer that was made of what was typed
	id     *field
	checks *checkList
	moving *fyne.Container // has a progress bar while something takes long
	enter  *button
	demo   *button // nil: there is none

	busy    chan struct{}      // closed when what is on its way has ended; nil while nothing is
	typing  chan struct{}      // closed by the next letter; nil while nobody types
	end     context.CancelFunc // of the checks on their way
	asked   doctor.Target      // that the checks are about
	about   string             // the address that they are about, as it was typed
	checked bool               // all checks have come
	since   time.Time          // that they have
	going   bool               // the person goes on once they have
}

func newSetupScreen(v *view, do setupActions, e *entry) *setupScreen {
	s := &setupScreen{view: v, setup: do, entry: e, end: func() {}}
	s.banner = newBanner(v)
	s.issuer = newField(v.post, e.issuer, "https://your-tenant.logto.app", s.changed, s.next, s.escape)
	s.id = newField(v.post, e.id, lang.X("doorkey.setup.idhint", "of a Native application"), s.changed, s.submit, s.escape)
	s.enter = newButton("", nil, widget.HighImportance, s.press, s.escape)
	if do.demo != nil {
		s.demo = newButton(lang.X("doorkey.setup.demo", "Try the demo"), nil, widget.MediumImportance, s.tryDemo, s.escape)
	}
	s.checks = newCheckList(v, s.lookAgain, s.layOut)
	s.form = s.newForm()
	s.root = withFooter(s.form, v.footer(false)...)
	s.say()
	if e.leaving {
		s.start()
	}
	s.changed()
	s.offer()
	return s
}

// say shows what went wrong, in place of the logo.
func (s *setupScreen) say() {
	s.banner.say(wrapCJK(setupSentence(s.entry.trouble, s.entry.during), columnWidth-bannerRest, measureText))
	s.logo.Hidden = s.banner.Visible()
	s.layOut()
}

// target is what was typed, and what is wrong with it.
func (s *setupScreen) target() (doctor.Target, error) {
	issuer, err := logto.Issuer(s.issuer.Text)
	target := s.entry.fixed
	target.Issuer, target.ClientID = issuer, s.id.value()
	return target, err
}

// changed is told of every letter.
func (s *setupScreen) changed() {
	target, err := s.target()
	s.entry.issuer, s.entry.id = s.issuer.Text, s.id.Text
	s.showMade(target.Issuer)
	if s.entry.leaving || err == nil && target == s.asked {
		return
	}
	s.stop()
	if s.issuer.value() == s.about {
		s.checks.keep(doctor.IDReachable, doctor.IDDiscovery, badAddress)
	} else {
		s.checks.keep()
	}
	s.offer()
	switch {
	case s.issuer.value() == "":
		s.advise()
	case err != nil:
		s.after(2*typingPause, func() { s.look(false) })
	default:
		s.after(typingPause, func() { s.look(false) })
	}
}

// showMade shows the issuer, unless it is what was typed.
func (s *setupScreen) showMade(issuer string) {
	words := ""
	if issuer != "" && issuer != s.issuer.value() {
		words = lang.X("doorkey.setup.made", "Issuer: {{.Issuer}}", map[string]string{"Issuer": issuer})
	}
	if words != s.made.Text {
		s.made.SetText(words)
	}
}

// advise says what there is to know before anything is typed.
func (s *setupScreen) advise() {
	s.checks.note(lang.X("doorkey.setup.where", "The Logto Console has both, under Applications. Or ask your administrator."))
	if s.demo != nil {
		s.checks.note(lang.X("doorkey.setup.nothing", "No Logto at hand? The demo is one, on this computer only."))
	}
}

// offer makes the buttons what can be done with what was typed.
func (s *setupScreen) offer() {
	target, err := s.target()
	words := lang.X("doorkey.setup.continue", "Continue")
	s.enter.Importance = widget.HighImportance
	if s.checked && s.checks.failed() {
		words = lang.X("doorkey.setup.anyway", "Continue anyway")
		s.enter.Importance = widget.MediumImportance
	}
	s.enter.SetText(words)
	able(s.enter, err == nil && target.ClientID != "" && !s.going && !s.entry.leaving)
	able(s.checks.again, !s.entry.leaving)
	if s.demo != nil {
		able(s.demo, !s.entry.leaving)
	}
}

func (s *setupScreen) update(auth.State) bool     { return true }
func (s *setupScreen) content() fyne.CanvasObject { return s.root }
func (s *setupScreen) close()                     { s.stop() }

// first is the field where something is missing.
func (s *setupScreen) first() fyne.Focusable {
	if target, err := s.target(); err == nil && target.ClientID == "" {
		return s.id
	}
	return s.issuer
}
