package app

import (
	"image"
	"image/color"
	"testing"
	"testing/synctest"
	"time"

	"doorkey/auth"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"
)

// shot is a screen in a state, to take a picture of: see TestGolden. Its name
// is that of a file.
type shot struct {
	name   string
	window func(*desk) fyne.Window
}

func shots() []shot {
	var all []shot
	for _, some := range [][]shot{
		signInShots(), tenantShots(), signedInShots(), offlineShots(), againShots(),
		accountsShots(), settingsShots(), diagnosticsShots(), removeShots(), setupShots(),
	} {
		all = append(all, some...)
	}
	return all
}

// shotTime is when all pictures are taken, so that they show the same times on
// every day and in every time zone.
var shotTime = time.Date(2026, time.March, 12, 10, 24, 0, 0, time.UTC)

// at is a time on the day of the pictures, ago one that many days before it.
func at(hour, minute int) time.Time {
	return time.Date(2026, time.March, 12, hour, minute, 0, 0, time.UTC)
}

func ago(days, hour, minute int) time.Time { return at(hour, minute).AddDate(0, 0, -days) }

// taken is what there is to be seen of a window.
type taken struct {
	image *image.NRGBA
	words []word
}

// word is a line of text, or a part of one.
type word struct {
	text  string
	style fyne.TextStyle
	color color.Color
	at    image.Rectangle // in pixels at 100 %
}

// take takes a picture at a scale. Before that, touch may change something.
//
// It is shotTime then, by every clock, and what the shot waits for comes at
// once. The time zone is album.desk's to set.
func (s shot) take(t *testing.T, d *desk, scale int, touch func(fyne.Window)) (seen taken) {
	t.Helper()
	synctest.Test(t, func(*testing.T) {
		time.Sleep(time.Until(shotTime))
		w := s.window(d)
		defer w.Close()
		d.run()
		w.Canvas().(software.WindowlessCanvas).SetScale(float32(scale))
		w.Resize(windowSize)
		if touch != nil {
			touch(w)
		}
		seen = taken{w.Canvas().Capture().(*image.NRGBA), wordsIn(w.Content(), w.Content().Position())}
	})
	return seen
}

// wordsIn are those that are to be seen in an object at a place.
func wordsIn(o fyne.CanvasObject, at fyne.Position) (words []word) {
	if !o.Visible() {
		return nil
	}
	var inside []fyne.CanvasObject
	switch o := o.(type) {
	case *canvas.Text:
		size := o.MinSize()
		area := image.Rect(int(at.X), int(at.Y), int(at.X+size.Width), int(at.Y+size.Height))
		return []word{{o.Text, o.TextStyle, o.Color, area}}
	case *fyne.Container:
		inside = o.Objects
	case fyne.Widget:
		inside = test.WidgetRenderer(o).Objects()
	}
	for _, o := range inside {
		words = append(words, wordsIn(o, at.Add(o.Position()))...)
	}
	return words
}

// pose is how a view gets to where a picture is taken of it. What is left out
// is as in Doorkey itself, at a provider that has told nothing about its look.
type pose struct {
	demo   bool
	answer answers
	before func(*view) // before anything is shown
	state  auth.State
	then   func(*view) // what the person does
}

// answers are what comes of what a person does, where it is not nothing.
type answers struct {
	people     []auth.Session
	peopleErr  error
	dismissErr error
	saveErr    error
	facts      []Fact // none: they are still being collected
	remove     func(done func(error))
}

var shotPlace = place{Host: "login.example.com"}

// window is for shot.window.
func (p pose) window(d *desk) fyne.Window {
	where := shotPlace
	if p.demo {
		where = place{Host: "127.0.0.1:9443", Demo: true}
	}
	before := d.Settings().Theme()
	v := newView(where, p.actions(), d.post)
	v.language, v.hasTray = languageFor(""), true
	v.accountPage = "https://login.example.com/account"
	w := d.NewWindow("Doorkey")
	w.SetContent(v.root)
	w.Resize(windowSize)
	if p.before != nil {
		p.before(v)
	}
	v.show(p.state)
	if p.then != nil {
		p.then(v)
	}
	w.SetOnClosed(func() {
		v.close()
		v.wait()
		if d.Settings().Theme() != before {
			d.Settings().SetTheme(before) // which the tenant has changed
		}
	})
	return w
}

func (p pose) actions() actions {
	nothing := func() {}
	remove := p.answer.remove
	if remove == nil {
		remove = func(func(error)) {}
	}
	return actions{
		signIn: func(string) {}, another: nothing, cancel: nothing, open: func(string) {}, deliver: func(string) {},
		copy: func(string) {}, paste: func() string { return "" }, signOut: func(bool) {}, refresh: nothing, retry: nothing,
		browse: func(string) {}, organization: func(auth.Membership) {},
		accounts: func(done func([]auth.Session, error)) { done(p.answer.people, p.answer.peopleErr) },
		switchTo: func(string, func(error)) {},
		dismiss:  func(_ string, done func(error)) { done(p.answer.dismissErr) },
		save:     func(_ Preferences, done func(error)) { done(p.answer.saveErr) },
		facts: func(done func([]Fact)) {
			if p.answer.facts != nil {
				done(p.answer.facts)
			}
		},
		removeData: remove,
	}
}

// bare is a view in a program that wants no more of Doorkey than a sign-in.
func bare(v *view) {
	v.without = Screens{Settings: true, Diagnostics: true, Accounts: true, AccountPage: true}
}

// waitForSlow is a person who waits until what takes long is shown to be so.
func waitForSlow(*view) { time.Sleep(slow + time.Millisecond) }

// keychainAsks is a prompt of the keychain's, which has been open for a while.
func keychainAsks(v *view) {
	v.keychainAsks(true)
	waitForSlow(v)
}

// toTheEnd scrolls a page down.
func toTheEnd(v *view) { scrollOf(v).ScrollToBottom() }
