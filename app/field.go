package app

import (
	"image/color"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// field is a line to type in. Enter submits, Escape is left to the screen.
//
// Its caret blinks for as long as somebody is at it, and is gone after a while,
// as with other toolkits: Fyne paints the window anew for each shade of it, at
// three times what a window costs that is left alone. The field keeps the
// keyboard, and its ring.
type field struct {
	widget.Entry
	escape  func()
	post    func(func()) // to the UI goroutine
	focused bool
	resting bool // the caret is gone
	rest    *time.Timer
}

// restAfter is how long the caret blinks after the last touch: GTK's
// gtk-cursor-blink-timeout.
const restAfter = 10 * time.Second

func newField(post func(func()), value, hint string, changed, submit, escape func()) *field {
	f := &field{post: post, escape: escape}
	f.ExtendBaseWidget(f)
	f.Text, f.PlaceHolder = value, hint
	f.OnChanged = func(string) { changed() }
	f.OnSubmitted = func(string) { submit() }
	return f
}

// value is what was typed, without blanks around.
func (f *field) value() string { return strings.TrimSpace(f.Text) }

func (f *field) FocusGained() {
	f.focused, f.resting = true, false
	f.Entry.FocusGained()
	f.wake()
	reveal(f)
}

func (f *field) FocusLost() {
	f.focused, f.resting = false, false
	if f.rest != nil {
		f.rest.Stop()
	}
	f.Entry.FocusLost()
}

// wake has the caret blink anew.
func (f *field) wake() {
	if !f.focused {
		return
	}
	if f.resting {
		f.resting = false
		f.Entry.FocusGained()
	}
	if f.rest == nil {
		f.rest = time.AfterFunc(restAfter, func() { f.post(f.sleep) })
		return
	}
	f.rest.Reset(restAfter)
}

func (f *field) sleep() {
	if f.focused && !f.resting {
		f.resting = true
		f.Entry.FocusLost()
	}
}

func (f *field) TypedKey(key *fyne.KeyEvent) {
	f.wake()
	if key.Name == fyne.KeyEscape && f.escape != nil {
		f.escape()
		return
	}
	f.Entry.TypedKey(key)
}

func (f *field) TypedRune(r rune) {
	f.wake()
	f.Entry.TypedRune(r)
}

func (f *field) TypedShortcut(s fyne.Shortcut) {
	f.wake()
	f.Entry.TypedShortcut(s)
}

func (f *field) MouseDown(e *desktop.MouseEvent) {
	f.wake()
	f.Entry.MouseDown(e)
}

func (f *field) CreateRenderer() fyne.WidgetRenderer {
	r := &fieldRenderer{f.Entry.CreateRenderer(), f, canvas.NewRectangle(color.Transparent)}
	r.dress()
	return r
}

// fieldRenderer draws the ring while the Entry, that does not know that it has
// the keyboard, draws none.
type fieldRenderer struct {
	fyne.WidgetRenderer
	field *field
	ring  *canvas.Rectangle
}

func (r *fieldRenderer) Objects() []fyne.CanvasObject {
	return append(slices.Clip(r.WidgetRenderer.Objects()), r.ring)
}

func (r *fieldRenderer) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	width := r.field.Theme().Size(theme.SizeNameInputBorder)
	r.ring.Move(fyne.NewSquareOffsetPos(width / 2))
	r.ring.Resize(fyne.NewSize(size.Width-width-.5, size.Height-width-.5)) // as the Entry does with its own
}

func (r *fieldRenderer) Refresh() {
	r.dress()
	r.WidgetRenderer.Refresh()
}

func (r *fieldRenderer) dress() {
	th := r.field.Theme()
	r.ring.Hidden = !r.field.resting
	r.ring.StrokeWidth = th.Size(theme.SizeNameInputBorder)
	r.ring.StrokeColor = th.Color(theme.ColorNamePrimary, fyne.CurrentApp().Settings().ThemeVariant())
	r.ring.CornerRadius = th.Size(theme.SizeNameInputRadius)
	r.ring.Refresh()
}
