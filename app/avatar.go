package app

import (
	"context"
	"hash/fnv"
	"image"
	"image/color"
	"strings"
	"unicode"

	"doorkey/auth"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// How large people are on the screen.
const (
	avatarSize      = 76
	smallAvatarSize = 40 // in a list
)

// avatar is the person's picture, and the initials until it is there.
type avatar struct {
	view  *view
	root  *fyne.Container
	size  float32
	drawn string             // the URL of the picture, or "" of the initials
	of    auth.Profile       // whose initials
	asked string             // the URL that was asked for last
	end   context.CancelFunc // of the download
}

// photo is a picture that was loaded, kept for the next screen with it.
type photo struct {
	url   string
	image image.Image
}

func newAvatar(v *view, size float32) *avatar {
	return &avatar{view: v, size: size, root: container.NewGridWrap(fyne.NewSquareSize(size)), end: func() {}}
}

// show draws the person as they are now. A picture stays until another one is
// there, and is asked for once.
func (a *avatar) show(p auth.Profile) {
	known := a.view.photo
	switch {
	case p.Picture != "" && p.Picture == known.url:
		a.end()
		if a.asked = known.url; a.drawn != known.url {
			a.drawPhoto(known)
		}
		return
	case a.drawn == "" || p.Picture == "":
		a.drawInitials(p)
	}
	if p.Picture != a.asked {
		a.load(p.Picture)
	}
}

// again asks once more for a picture that could not be loaded.
func (a *avatar) again() {
	if a.asked != "" && a.asked != a.drawn {
		a.load(a.asked)
	}
}

// close ends the download.
func (a *avatar) close() { a.end() }

func (a *avatar) load(address string) {
	a.end()
	a.asked = address
	if address == "" {
		return
	}
	ctx, end := context.WithTimeout(context.Background(), pictureTimeout)
	a.end = end
	a.view.work.Go(func() {
		loaded, err := fetchPicture(ctx, a.view.http, address, a.view.place.local())
		if err != nil || ctx.Err() != nil {
			return // what is there stays
		}
		a.view.post(func() {
			if a.asked == address {
				a.view.photo = photo{address, loaded}
				a.drawPhoto(a.view.photo)
			}
		})
	})
}

func (a *avatar) drawPhoto(p photo) {
	shown := canvas.NewImageFromImage(p.image)
	shown.FillMode = canvas.ImageFillContain
	a.drawn = p.url
	a.put(shown)
}

func (a *avatar) drawInitials(p auth.Profile) {
	if len(a.root.Objects) > 0 && a.drawn == "" && a.of.ID == p.ID && a.of.DisplayName() == p.DisplayName() {
		return
	}
	a.drawn, a.of = "", p
	ground := canvas.NewCircle(groundColor(p.ID))
	text := canvas.NewText(initials(p.DisplayName()), color.White)
	text.TextSize, text.TextStyle.Bold = a.size*0.36, true
	text.Alignment = fyne.TextAlignCenter
	a.put(container.NewStack(ground, container.NewCenter(text)))
}

func (a *avatar) put(o fyne.CanvasObject) {
	a.root.Objects = []fyne.CanvasObject{o}
	a.root.Refresh()
}

// initials are the last two characters of a Chinese, Japanese or Korean name,
// and the first letters of the first and the last word of any other.
func initials(name string) string {
	var east []rune
	for _, r := range name {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
			east = append(east, r)
		}
	}
	if len(east) > 0 {
		return string(east[max(0, len(east)-2):])
	}
	words := strings.Fields(name)
	if len(words) == 0 {
		return "?"
	}
	letters := string([]rune(words[0])[:1])
	if len(words) > 1 {
		letters += string([]rune(words[len(words)-1])[:1])
	}
	return strings.ToUpper(letters)
}

// groundColor is one of a few dark enough for white letters (WCAG AA), always
// the same for a person.
func groundColor(id string) color.Color {
	grounds := []color.NRGBA{
		{0x1d, 0x4e, 0xd8, 0xff}, {0x0f, 0x76, 0x6e, 0xff}, {0x7c, 0x3a, 0xed, 0xff},
		{0xb4, 0x53, 0x09, 0xff}, {0xbe, 0x18, 0x5d, 0xff}, {0x33, 0x41, 0x55, 0xff},
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	return grounds[h.Sum32()%uint32(len(grounds))]
}
