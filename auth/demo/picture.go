package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"net/http"
	"sync"
)

const lisiPicture = "/pictures/lisi.png"

// portrait is a head and shoulders before a sky: a picture for a person who
// does not exist, and so one nobody has to be asked for.
var portrait = sync.OnceValue(func() []byte {
	const size = 192
	var (
		top    = color.RGBA{0x7C, 0xC4, 0xE8, 0xFF}
		bottom = color.RGBA{0xF6, 0xD3, 0xB0, 0xFF}
		hair   = color.RGBA{0x2B, 0x22, 0x2A, 0xFF}
		skin   = color.RGBA{0xF0, 0xC2, 0x9A, 0xFF}
		shirt  = color.RGBA{0x1B, 0x6E, 0x6A, 0xFF}
		all    = image.Rect(0, 0, size, size)
		img    = image.NewRGBA(all)
		paint  = func(c color.Color, shape image.Image) {
			draw.DrawMask(img, all, image.NewUniform(c), image.Point{}, shape, image.Point{}, draw.Over)
		}
		mixed     = func(a, b uint8, y int) uint8 { return uint8((int(a)*(size-y) + int(b)*y) / size) }
		cx, faceY = size / 2.0, size * 0.44
	)
	for y := range size {
		row := color.RGBA{mixed(top.R, bottom.R, y), mixed(top.G, bottom.G, y), mixed(top.B, bottom.B, y), 0xFF}
		draw.Draw(img, image.Rect(0, y, size, y+1), image.NewUniform(row), image.Point{}, draw.Src)
	}
	paint(shirt, ellipse{cx, size * 1.02, size * 0.40, size * 0.30})
	paint(hair, ellipse{cx, faceY + size*0.02, size * 0.235, size * 0.30})
	paint(skin, ellipse{cx, size * 0.72, size * 0.085, size * 0.12})
	paint(skin, ellipse{cx, faceY + size*0.02, size * 0.175, size * 0.215})
	paint(hair, ellipse{cx - size*0.03, faceY - size*0.19, size * 0.20, size * 0.115})

	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		panic(err) // a buffer takes everything
	}
	return out.Bytes()
})

// ellipse is a mask with a soft edge of one pixel.
type ellipse struct{ x, y, rx, ry float64 }

func (ellipse) ColorModel() color.Model { return color.AlphaModel }

func (ellipse) Bounds() image.Rectangle { return image.Rect(0, 0, 1<<10, 1<<10) }

func (e ellipse) At(x, y int) color.Color {
	dx, dy := (float64(x)+0.5-e.x)/e.rx, (float64(y)+0.5-e.y)/e.ry
	edge := (1 - (dx*dx + dy*dy)) * min(e.rx, e.ry) / 2 // about pixels inside
	return color.Alpha{uint8(255 * max(0, min(1, edge+0.5)))}
}

func servePicture(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "max-age=3600")
	w.Header().Set("Content-Type", "image/png")
	w.Write(portrait())
}
