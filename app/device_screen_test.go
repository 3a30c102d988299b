package app

import (
	"image"
	"slices"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

func onAnotherDevice() auth.State {
	return auth.State{Phase: auth.SigningIn, Attempt: auth.Attempt{
		Step: auth.Waiting, Deadline: time.Now().Add(10 * time.Minute), Device: deviceAt("https://login.example.com"),
	}}
}

// sitDownWithPhone is sitDown at a program that can sign in on another device.
func sitDownWithPhone(t *testing.T, at place) *person {
	t.Helper()
	p := sitDown(t, at)
	p.view.actions.phone = func() { p.do("sign in on the phone") }
	return p
}

func TestTheDeviceScreenShowsTheCode(t *testing.T) {
	p := sitDown(t, there)
	state := onAnotherDevice()
	p.view.show(state)
	if p.view.kind != kindDevice {
		t.Fatalf("kind %d", p.view.kind)
	}
	p.reads("Sign in with your phone", "Scan this", "DMGM-WKGB", "only if it shows the same code", "https://login.example.com/device", "10:00 left")
	p.readsNot("user_code=")
	if !slices.ContainsFunc(p.objects(), func(o fyne.CanvasObject) bool { _, is := o.(*canvas.Raster); return is }) {
		t.Error("no QR code")
	}
	test.Tap(p.button("Copy code"))
	p.wants("copy DMGM-WKGB")
	p.reads("[Copied]")
	test.Tap(p.button("Copy link"))
	p.wants("copy https://login.example.com/device")
	p.press(fyne.KeyEscape)
	p.wants("cancel")
	test.Tap(p.button("Cancel"))
	p.wants("cancel")

	screen := p.view.current
	p.view.show(state)
	if p.view.current != screen {
		t.Error("the same code came up on another screen")
	}
	other := state
	other.Attempt.Device = &auth.DeviceAuthorization{UserCode: "ZZZZ-ZZZZ", VerificationURI: "https://login.example.com/device"}
	p.view.show(other)
	p.reads("ZZZZ-ZZZZ")
	p.readsNot("DMGM-WKGB")
}

func TestTheDemoSaysThatNoPhoneReachesIt(t *testing.T) {
	p := sitDown(t, place{Host: "127.0.0.1:34080", Demo: true})
	p.view.show(onAnotherDevice())
	p.reads("A phone cannot reach the demo", "in a browser here")
	p.readsNot("Scan")
}

func TestThePhoneIsOfferedWhereItCanBeUsed(t *testing.T) {
	const button = "Sign in with your phone"
	for name, state := range map[string]auth.State{"signed out": out(nil), "to sign in again": ended} {
		t.Run(name, func(t *testing.T) {
			p := sitDown(t, there)
			p.view.show(state)
			p.readsNot(button)

			p = sitDownWithPhone(t, there)
			p.view.show(state)
			test.Tap(p.button(button))
			p.wants("sign in on the phone")
		})
	}
}

func TestAnotherCodeIsOnePressAway(t *testing.T) {
	for name, who := range map[string]auth.Session{"signed out": {}, "to sign in again": zhang} {
		t.Run(name, func(t *testing.T) {
			p := sitDownWithPhone(t, there)
			p.view.show(onAnotherDevice())
			p.view.show(auth.State{Phase: auth.SignedOut, Session: who, Err: auth.ErrCodeExpired})
			p.reads("has expired")
			test.Tap(p.button("New code"))
			p.wants("sign in on the phone")
			p.view.show(onAnotherDevice())
			p.reads("DMGM-WKGB")
		})
	}
}

// A camera needs dark modules on a light ground with sharp edges, and 4 modules
// of nothing around, at every scale.
func TestTheQRCodeIsSharpAtEveryScale(t *testing.T) {
	modules := make([][]bool, 41)
	for y := range modules {
		modules[y] = make([]bool, 41)
		for x := range modules[y] {
			inside := x >= 4 && y >= 4 && x < 37 && y < 37
			modules[y][x] = inside && (x+y)%2 == 0
		}
	}
	for _, side := range []int{208, 260, 312, 333, 416, 41, 624} {
		m := drawModules(modules, side, side)
		pixels := side / 41
		rim := (side - 41*pixels) / 2
		if m.Bounds() != image.Rect(0, 0, side, side) {
			t.Fatalf("%v at %d", m.Bounds(), side)
		}
		for y := range side {
			for x := range side {
				mx, my := x-rim, y-rim
				want := false
				if mx >= 0 && my >= 0 && mx < 41*pixels && my < 41*pixels {
					want = modules[my/pixels][mx/pixels]
				}
				r, _, _, _ := m.At(x, y).RGBA()
				if dark := r == 0; dark != want || !dark && r != 0xffff {
					t.Fatalf("at %d, (%d, %d) is %x", side, x, y, r)
				}
			}
		}
	}
	if newQRCode(string(make([]byte, 5000))) != nil {
		t.Error("a QR code of a text that does not fit")
	}
	drawModules(modules, 0, 0) // before it is laid out
}

func TestAPersonSignsInWithTheirPhone(t *testing.T) {
	p := start(t, func(c *auth.Config, _ *Options) { c.DeviceClientID = demo.DeviceClientID })
	p.shows(kindSignedOut)
	test.Tap(p.button("Sign in with your phone"))
	p.shows(kindDevice)
	device := p.client.State().Attempt.Device
	p.reads(device.UserCode)
	if err := demotest.Scan(t.Context(), nil, device.VerificationURIComplete, demotest.LiSi); err != nil {
		t.Fatal(err)
	}
	p.shows(kindSignedIn) // at the next poll, 5 s later
	p.reads("Hello, 李四")
}
