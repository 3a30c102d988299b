package app

import (
	"cmp"
	_ "embed"
	"errors"

	"doorkey/auth"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// phoneIcon is our own drawing.
//
//go:embed phone.svg
var phoneIcon []byte

// deviceScreen is shown while the person is at their phone.
type deviceScreen struct {
	view   *view
	root   fyne.CanvasObject
	code   *button // copies it
	device auth.DeviceAuthorization
	*countdown
}

func newDeviceScreen(v *view, state auth.State) *deviceScreen {
	s := &deviceScreen{view: v, device: *state.Attempt.Device, countdown: newCountdown(v)}
	s.code = s.copies(lang.X("doorkey.device.code", "Copy code"), s.device.UserCode)
	link := s.copies(lang.X("doorkey.waiting.copy", "Copy link"), s.device.VerificationURI)
	cancel := newButton(lang.X("doorkey.cancel", "Cancel"), nil, widget.LowImportance, v.actions.cancel, s.escape)
	address := map[string]string{"Address": s.device.VerificationURI}
	what := lang.X("doorkey.device.body", "Scan this with WeCom or your phone's camera.")
	otherwise := lang.X("doorkey.device.typed", "Without a camera, open this address and type the code:\n{{.Address}}", address)
	if v.place.Demo {
		what = lang.X("doorkey.device.demo", "A phone cannot reach the demo.")
		otherwise = lang.X("doorkey.device.here", "Open this address in a browser here and type the code:\n{{.Address}}", address)
	}
	same := caption(lang.X("doorkey.device.same", "Confirm on the phone only if it shows the same code."))
	same.Importance = widget.MediumImportance // whoever has sent the person a code of their own counts on this being missed
	objects := []fyne.CanvasObject{
		title(lang.X("doorkey.device.title", "Sign in with your phone")),
		body(what),
		gap(8),
	}
	if code := newQRCode(cmp.Or(s.device.VerificationURIComplete, s.device.VerificationURI)); code != nil {
		objects = append(objects, code, gap(4))
	}
	objects = append(objects,
		userCode(s.device.UserCode),
		same,
		gap(6),
		thin(s.bar),
		s.left,
		gap(4),
		caption(otherwise),
		gap(4),
		row(s.code, link),
		gap(4),
		row(cancel),
	)
	s.root = page(objects...)
	s.until(state.Attempt.Deadline)
	return s
}

// copies is a button that copies some text, and says so.
func (s *deviceScreen) copies(label, text string) *button {
	var b *button
	b = newButton(label, theme.ContentCopyIcon(), widget.MediumImportance, func() {
		s.view.actions.copy(text)
		b.SetText(lang.X("doorkey.waiting.copied", "Copied"))
		b.SetIcon(theme.ConfirmIcon())
	}, s.escape)
	return b
}

// userCode is the code, to be read from a distance and compared.
func userCode(code string) *widget.Label {
	l := widget.NewLabelWithStyle(code, fyne.TextAlignCenter, fyne.TextStyle{Monospace: true, Bold: true})
	l.SizeName = theme.SizeNameHeadingText
	l.Wrapping = fyne.TextWrapBreak
	return l
}

// update takes a new screen for another code.
func (s *deviceScreen) update(state auth.State) bool {
	if *state.Attempt.Device != s.device {
		return false
	}
	s.until(state.Attempt.Deadline)
	return true
}

func (s *deviceScreen) content() fyne.CanvasObject { return s.root }
func (s *deviceScreen) first() fyne.Focusable      { return s.code }
func (s *deviceScreen) escape()                    { s.view.actions.cancel() }
func (s *deviceScreen) close()                     { s.stop() }

// mayRenewCode tells that another code is all that is needed.
func (v *view) mayRenewCode(err error) bool {
	return v.actions.phone != nil && errors.Is(err, auth.ErrCodeExpired)
}

// newCode stands on the button for it.
func newCode() string { return lang.X("doorkey.device.again", "New code") }
