package app

import (
	"cmp"
	"context"
	"net/http"
	"sync"

	"doorkey/auth"
	"doorkey/auth/doctor"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// actions are what a person can do; the view only says which. Those with done
// answer later, on the UI goroutine.
type actions struct {
	signIn  func(connector string)
	phone   func() // signs in on another device; nil where that cannot be
	another func() // signs in somebody else
	cancel  func()
	open    func(url string)     // the sign-in's, once more
	deliver func(address string) // that another computer's browser ended on
	copy    func(text string)
	paste   func() (text string)
	signOut func(alsoInBrowser bool)
	refresh func()
	retry   func() // looks into the keychain again

	browse       func(address string) // a page for people
	organization func(auth.Membership)

	accounts   func(done func([]auth.Session, error))
	switchTo   func(id string, done func(error))
	dismiss    func(id string, done func(error)) // signs out one of several
	save       func(Preferences, func(error))
	facts      func(show func([]Fact)) // again once there are more
	check      func(ctx context.Context, report func(doctor.Check), done func())
	removeData func(done func(error))
}

// place is where one signs in.
type place struct {
	Host string // of the issuer
	Demo bool
}

// screen is one thing the window shows.
type screen interface {
	// update draws a newer state of the same kind. It is false where that
	// takes a new screen.
	update(auth.State) bool
	content() fyne.CanvasObject
	// first gets the keyboard when the screen comes up.
	first() fyne.Focusable
	// close ends what the screen has begun: a timer, an animation, a download.
	close()
	// escape is what the Escape key does.
	escape()
}

// view shows the screen that belongs to a state, or a page that the person has
// opened over it.
type view struct {
	root   *fyne.Container
	canvas fyne.Canvas // of the window, which a driver knows by root once it is drawn

	place   place
	actions actions
	post    func(func())   // to the UI goroutine
	work    sync.WaitGroup // every goroutine of a screen

	tenant      tenant
	logo        fyne.Resource // the program's own
	without     Screens
	fixed       []Preference
	prefs       Preferences
	chosen      auth.Membership // the organization
	language    string          // one of Languages
	accountPage string          // the provider's, or ""
	hasTray     bool

	state   auth.State // that was shown last
	kind    kind
	current screen
	remake  func() screen // current, where no state tells how
	page    screen        // over it, or nil
	opened  []opened      // how the person has come to it, it last
	unkept  error         // why the preferences could not be saved last
	note    error         // of the last sign-out: the provider was not told
	unread  error         // why the store cannot be read, while it cannot be
	prompt  chan struct{} // closed once the keychain's prompt is gone; nil while there is none
	asking  bool          // there is a prompt, and the window says so
	photo   photo         // that was loaded last
	http    *http.Client  // that loads photos; nil for the system's settings
}

func newView(at place, do actions, post func(func())) *view {
	v := &view{root: container.NewStack(), place: at, actions: do, post: post}
	v.show(auth.State{})
	return v
}

func (v *view) show(state auth.State) {
	v.state = state
	v.meetStore(state)
	k := kindOf(state)
	if k != kindSignedOut {
		v.note = nil
	} else {
		v.photo = photo{}
	}
	left := v.page != nil && !v.page.update(state)
	if left {
		v.leavePages()
	}
	if k == v.kind && v.current.update(v.noted()) {
		if left {
			v.put(noStop)
		}
		return
	}
	if v.current != nil {
		v.current.close()
	}
	v.kind, v.current = k, v.make(k, v.noted())
	if v.page == nil {
		v.put(noStop)
	} else {
		v.opened[0].from = noStop // that was on a screen that is not there any more
	}
}

// noted is the state with what is to be said about the last sign-out.
func (v *view) noted() auth.State {
	state := v.state
	if kindOf(state) == kindSignedOut {
		state.Err = cmp.Or(state.Err, v.note)
	}
	return state
}

func (v *view) make(k kind, state auth.State) screen {
	switch k {
	case kindSignedOut:
		return newSignedOutScreen(v, state)
	case kindAgain:
		return newAgainScreen(v, state)
	case kindWaiting:
		return newWaitingScreen(v, state)
	case kindDevice:
		return newDeviceScreen(v, state)
	case kindContacting, kindFinishing:
		return newBusyScreen(v, k)
	case kindSignedIn:
		return newSignedInScreen(v, state)
	}
	return newStartingScreen(v)
}

// top is what is to be seen.
func (v *view) top() screen {
	if v.page != nil {
		return v.page
	}
	return v.current
}

// noStop stands for whichever is the screen's first.
const noStop = -1

// put puts what is to be seen into the window, and the keyboard on one of its
// stops. A list that was open belongs to what was there before, and goes.
func (v *view) put(stop int) {
	top := v.top()
	v.root.Objects = []fyne.CanvasObject{v.withPrompt(top.content())}
	v.root.Refresh()
	c := v.keys()
	if c == nil {
		return
	}
	for _, o := range c.Overlays().List() {
		c.Overlays().Remove(o)
	}
	if f, is := v.stopAt(stop); is {
		c.Focus(f)
		revealIn(v.root, f.(fyne.CanvasObject))
		return
	}
	c.Focus(top.first())
}

// keys is the canvas, which knows what has the keyboard. It is nil as long as
// there is no window.
func (v *view) keys() fyne.Canvas {
	if v.canvas != nil {
		return v.canvas
	}
	return fyne.CurrentApp().Driver().CanvasForObject(v.root)
}

// keyboard is the stop that has the keyboard, to be put there again.
func (v *view) keyboard() int {
	c := v.keys()
	if c == nil || c.Focused() == nil {
		return noStop
	}
	return v.stopOf(c.Focused())
}

// begin shows a screen that no state leads to.
func (v *view) begin(first func() screen) {
	v.current.close()
	v.kind, v.remake, v.current = kindSetup, first, first()
	v.put(noStop)
}

// again makes anew all that is shown, for another language or theme, and leaves
// the keyboard where it is.
func (v *view) again() {
	stop := v.keyboard()
	v.renew()
	if v.page != nil {
		v.page.close()
		v.opened[len(v.opened)-1].shown = v.page
		v.makePage()
	}
	v.put(stop)
}

// redress makes the screen anew for another look of the tenant's. A page over
// it has nothing of that, but perhaps something that the person has typed.
func (v *view) redress() {
	stop := v.keyboard()
	v.renew()
	if v.page == nil {
		v.put(stop)
	}
}

// renew makes the screen anew.
func (v *view) renew() {
	v.current.close()
	if v.remake != nil {
		v.current = v.remake()
	} else {
		v.current = v.make(v.kind, v.noted())
	}
}

// close ends what the screen has begun; wait waits for it.
func (v *view) close() {
	if v.prompt != nil {
		close(v.prompt)
		v.prompt = nil
	}
	if v.page != nil {
		v.page.close()
	}
	v.current.close()
}

func (v *view) wait() { v.work.Wait() }

func (v *view) typedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		v.top().escape()
	}
}
