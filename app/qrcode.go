package app

import (
	"image"
	"image/color"
	"image/draw"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"github.com/skip2/go-qrcode"
)

const (
	qrSide = 208 // with the quiet zone
	qrRim  = 4   // of the plate around it
)

// newQRCode draws text as a QR code, on a white plate in the dark too: cameras
// look for dark on light. It is nil for a text that is too long for one.
func newQRCode(text string) fyne.CanvasObject {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil
	}
	modules := code.Bitmap() // with the quiet zone of 4 that ISO/IEC 18004 asks for
	drawn := canvas.NewRaster(func(w, h int) image.Image { return drawModules(modules, w, h) })
	drawn.ScaleMode = canvas.ImageScalePixels
	drawn.SetMinSize(fyne.NewSize(qrSide, qrSide))
	plate := canvas.NewRectangle(color.White)
	plate.CornerRadius = 12
	return container.NewCenter(container.NewStack(plate, container.New(layout.NewCustomPaddedLayout(qrRim, qrRim, qrRim, qrRim), drawn)))
}

// drawModules draws every module with as many pixels as any other, so that all
// edges are sharp; what is left over goes around them.
func drawModules(modules [][]bool, w, h int) image.Image {
	m := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.White, color.Black})
	pixels := min(w, h) / len(modules)
	left, top := (w-pixels*len(modules))/2, (h-pixels*len(modules))/2
	for y, line := range modules {
		for x, dark := range line {
			if !dark {
				continue
			}
			at := image.Rect(0, 0, pixels, pixels).Add(image.Pt(left+x*pixels, top+y*pixels))
			draw.Draw(m, at, image.Black, image.Point{}, draw.Src)
		}
	}
	return m
}
