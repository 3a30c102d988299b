package app

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"

	"doorkey/app/internal/brand"
	"doorkey/assets"
	"doorkey/auth/logto"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// tenant is how the provider wants to be seen, as far as it is known.
type tenant struct {
	brand.Brand
	known bool
}

const (
	logoHeight = 72
	logoWidth  = 240
	maxWays    = 4 // buttons for connectors; further ones are on the provider's page
)

// waysIn are the buttons to sign in, the main one first: of the connectors that
// are enabled, and one that leads to all ways. As long as nobody has told what
// is enabled, WeCom is. The main one has the given importance.
func (v *view) waysIn(importance widget.Importance) []*button {
	var ways []*button
	ink := theme.ColorNameForegroundOnPrimary
	if importance != widget.HighImportance {
		ink = theme.ColorNameForeground
	}
	add := func(text string, icon fyne.Resource, connector string) {
		ways = append(ways, newButton(text, icon, importance, func() { v.actions.signIn(connector) }, nil))
		importance = widget.MediumImportance
	}
	connectors, more := v.tenant.Connectors, v.tenant.OtherWays
	if !v.tenant.known {
		mark := theme.NewColoredResource(fyne.NewStaticResource("connector.svg", assets.Connector), ink)
		add(continueWith(lang.X("doorkey.wecom", "WeCom")), mark, logto.WeCom)
		more = true
	}
	for i, c := range connectors {
		if i == maxWays {
			more = true
			break
		}
		name := c.Label(v.language)
		if c.Target == logto.WeCom {
			name = lang.X("doorkey.wecom", "WeCom")
		}
		icon := c.Icon
		if v.dark() && c.DarkIcon != nil {
			icon = c.DarkIcon
		}
		add(continueWith(name), plated(c.Target, icon, importance == widget.HighImportance), c.Target)
	}
	switch {
	case len(ways) == 0:
		add(lang.X("doorkey.signedout.title", "Sign in"), nil, "")
	case more:
		add(lang.X("doorkey.signedout.more", "More ways to sign in"), nil, "")
	}
	return ways
}

// onPhone is the button to sign in on another device, below the ways in, or
// nothing where that cannot be.
func (v *view) onPhone() []fyne.CanvasObject {
	if v.actions.phone == nil {
		return nil
	}
	icon := theme.NewThemedResource(fyne.NewStaticResource("phone.svg", phoneIcon))
	return []fyne.CanvasObject{gap(12), row(newButton(lang.X("doorkey.device.title", "Sign in with your phone"), icon, widget.LowImportance, v.actions.phone, nil))}
}

// onlyWay is the connector that the tenant lets people in by, "" where there are
// several ways.
func (v *view) onlyWay() string {
	if v.tenant.known && len(v.tenant.Connectors) == 1 && !v.tenant.OtherWays {
		return v.tenant.Connectors[0].Target
	}
	return ""
}

// continueWith stands on the button of a connector. A name that is too long for
// it ends early: a button does not wrap.
func continueWith(name string) string {
	const room = columnWidth - 64 // beside the mark
	with := func(name string) string {
		return lang.X("doorkey.signedout.with", "Continue with {{.Name}}", map[string]string{"Name": name})
	}
	said, letters := with(name), []rune(name)
	for len(letters) > 1 && fyne.MeasureText(said, theme.TextSize(), fyne.TextStyle{Bold: true}).Width > room {
		letters = letters[:len(letters)-1]
		said = with(strings.TrimSpace(string(letters)) + "…")
	}
	return said
}

// plated is a connector's mark for a button, on a white plate where the button
// has a colour of its own.
func plated(name string, mark image.Image, onColor bool) fyne.Resource {
	if mark == nil {
		return nil
	}
	if onColor {
		const side, rim = 96, 14
		plate := image.NewNRGBA(image.Rect(0, 0, side, side))
		draw.DrawMask(plate, plate.Bounds(), image.White, image.Point{}, roundedSquare{side, 20}, image.Point{}, draw.Src)
		scale(plate, plate.Bounds().Inset(rim), mark)
		mark = plate
	}
	var file bytes.Buffer
	if png.Encode(&file, mark) != nil {
		return nil
	}
	return fyne.NewStaticResource(name+".png", file.Bytes())
}

// roundedSquare is a mask.
type roundedSquare struct{ side, radius int }

func (r roundedSquare) ColorModel() color.Model { return color.AlphaModel }
func (r roundedSquare) Bounds() image.Rectangle { return image.Rect(0, 0, r.side, r.side) }
func (r roundedSquare) At(x, y int) color.Color {
	near := func(at int) float64 { // how far into the corner's square
		return max(0, float64(r.radius)-float64(min(at, r.side-1-at))-0.5)
	}
	dx, dy, radius := near(x), near(y), float64(r.radius)
	over := dx*dx + dy*dy - radius*radius
	return color.Alpha{uint8(255 * max(0, min(1, 0.5-over/(2*radius))))}
}

// logo is the tenant's, the program's or Doorkey's own.
type logo struct {
	widget.BaseWidget
	view *view
}

func newLogo(v *view) fyne.CanvasObject {
	l := &logo{view: v}
	l.ExtendBaseWidget(l)
	return container.NewCenter(l)
}

func (l *logo) CreateRenderer() fyne.WidgetRenderer {
	shown := &canvas.Image{FillMode: canvas.ImageFillContain}
	r := &logoRenderer{widget.NewSimpleRenderer(shown), l, shown}
	r.Refresh()
	return r
}

type logoRenderer struct {
	fyne.WidgetRenderer
	logo  *logo
	shown *canvas.Image
}

// Refresh picks the logo for the theme, which may have changed.
func (r *logoRenderer) Refresh() {
	v, size := r.logo.view, fyne.NewSquareSize(logoHeight)
	look := v.tenant.Light
	if v.dark() {
		look = v.tenant.Dark
	}
	switch {
	case v.logo != nil:
		r.shown.Resource, r.shown.Image = v.logo, nil
	case look.Logo != nil:
		r.shown.Resource, r.shown.Image = nil, look.Logo
		b := look.Logo.Bounds()
		if aspect := float32(b.Dx()) / float32(b.Dy()); aspect > 1 {
			size.Width = min(logoWidth, logoHeight*aspect)
		}
	default:
		r.shown.Resource, r.shown.Image = fyne.NewStaticResource("icon.png", assets.Icon), nil
	}
	r.shown.SetMinSize(size)
	r.shown.Refresh()
}

// dark tells whether the window is.
func (v *view) dark() bool {
	settings := fyne.CurrentApp().Settings()
	if l, is := settings.Theme().(look); is && l.forced {
		return l.variant == theme.VariantDark
	}
	return settings.ThemeVariant() == theme.VariantDark
}
