package app

import (
	"image"
	"image/color"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// inWindow is one widget in a window, with the keyboard on it.
func inWindow(t *testing.T, o fyne.CanvasObject) fyne.Window {
	t.Helper()
	w := test.NewWindow(container.NewVBox(o))
	w.Resize(fyne.NewSize(300, 300))
	t.Cleanup(w.Close)
	w.Canvas().Focus(o.(fyne.Focusable))
	return w
}

func TestAFieldTellsOfLettersEnterAndEscape(t *testing.T) {
	d := newDesk(t)
	var told []string
	tell := func(what string) func() { return func() { told = append(told, what) } }
	f := newField(d.post, "a", "hint", tell("letter"), tell("enter"), tell("escape"))
	inWindow(t, f)
	if f.value() != "a" || f.PlaceHolder != "hint" || told != nil {
		t.Errorf("at first %q, told of %q", f.value(), told)
	}
	test.Type(f, " b ")
	if f.value() != "b a" {
		t.Errorf("%q", f.value())
	}
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if want := []string{"letter", "letter", "letter", "enter", "escape"}; !slices.Equal(told, want) {
		t.Errorf("told of %q, want %q", told, want)
	}
}

// Nothing is painted for a field that nobody touches, which keeps the keyboard
// and shows that it does.
func TestAFieldThatNobodyTouchesComesToRest(t *testing.T) {
	d := newDesk(t)
	none := func() {}
	f := newField(d.post, "", "hint", none, none, none)
	w := inWindow(t, f)
	awake := w.Canvas().Capture()
	f.sleep()
	if !f.resting || w.Canvas().Focused() != fyne.Focusable(f) {
		t.Fatalf("resting: %v, with the keyboard: %T", f.resting, w.Canvas().Focused())
	}
	ring := func(img image.Image) color.NRGBA {
		return color.NRGBAModel.Convert(img.At(img.Bounds().Dx()/2, 5)).(color.NRGBA)
	}
	was, is := ring(awake), ring(w.Canvas().Capture())
	if is.B < 200 || max(is.R, was.R)-min(is.R, was.R) > 8 { // where there was none it would be grey
		t.Errorf("its ring is %v, was %v", is, was)
	}
	for name, touch := range map[string]func(){
		"a letter": func() { w.Canvas().Focused().TypedRune('a') },
		"a key":    func() { w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft}) },
		"a paste": func() {
			f.TypedShortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
		},
		"the mouse": func() { f.MouseDown(&desktop.MouseEvent{}) },
	} {
		f.sleep()
		if touch(); f.resting {
			t.Errorf("%s does not wake it", name)
		}
	}
	if f.Text != "a" {
		t.Errorf("it has %q", f.Text)
	}
	w.Canvas().Unfocus()
	if f.sleep(); f.resting {
		t.Error("without the keyboard it rests")
	}
}

func TestATickIsPressedByEveryKeyOnce(t *testing.T) {
	for _, name := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace} {
		t.Run(string(name), func(t *testing.T) {
			newDesk(t)
			var told []bool
			left := 0
			b := newTick("Tick", false, func(on bool) { told = append(told, on) }, func() { left++ })
			w := inWindow(t, b)
			key := &fyne.KeyEvent{Name: name}
			b.KeyDown(key)
			for range 3 { // held down
				b.TypedKey(key)
				b.TypedRune(' ')
			}
			b.KeyUp(key)
			b.TypedKey(key) // that went down elsewhere
			if want := []bool{true}; !slices.Equal(told, want) || !b.Checked {
				t.Errorf("told of %v", told)
			}
			b.KeyDown(key)
			w.Canvas().Unfocus()
			w.Canvas().Focus(b)
			b.TypedKey(key) // likewise
			b.KeyDown(key)
			b.TypedKey(key)
			if want := []bool{true, false}; !slices.Equal(told, want) {
				t.Errorf("told of %v", told)
			}
			b.show(true)
			if len(told) != 2 || !b.Checked {
				t.Errorf("shown to be ticked, it told of %v", told)
			}
			b.Disable()
			b.KeyDown(key)
			b.TypedKey(key)
			if len(told) != 2 {
				t.Error("a disabled one can be pressed")
			}
			b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
			if left != 1 {
				t.Errorf("left %d times", left)
			}
		})
	}
}

func TestTheTickWithTheKeyboardHasARing(t *testing.T) {
	newDesk(t)
	b := newTick("Tick", false, nil, nil)
	w := inWindow(t, b)
	ring := func() bool { return test.WidgetRenderer(b).(*tickRenderer).ring.Visible() }
	if !ring() {
		t.Error("it has none")
	}
	w.Canvas().Unfocus()
	if ring() {
		t.Error("it stays")
	}
}
