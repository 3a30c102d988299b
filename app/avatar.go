package app

import (
	"bytes"
	"context"
	"errors"
	"hash/fnv"
	"image"
	"image/color"
	_ "image/gif" // the formats that pictures of people come in
	_ "image/jpeg"
	_ "image/png"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode"

	"doorkey/auth"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"golang.org/x/image/draw"
)

const (
	avatarSize       = 96      // on the screen
	avatarPixels     = 192     // kept
	maxPictureBytes  = 2 << 20 // of the file
	maxPicturePixels = 4096    // of a side, before it is decoded
	pictureTimeout   = 10 * time.Second
)

// avatar is the person's picture, and the initials until it is there.
type avatar struct {
	root *fyne.Container
	end  context.CancelFunc // of the download
}

func newAvatar(p auth.Profile, v *view) *avatar {
	ctx, end := context.WithTimeout(context.Background(), pictureTimeout)
	a := &avatar{root: container.NewGridWrap(fyne.NewSquareSize(avatarSize)), end: end}
	ground := canvas.NewCircle(groundColor(p.ID))
	text := canvas.NewText(initials(p.DisplayName()), color.White)
	text.TextSize, text.TextStyle.Bold = avatarSize*0.36, true
	text.Alignment = fyne.TextAlignCenter
	a.root.Add(container.NewStack(ground, container.NewCenter(text)))
	if p.Picture != "" {
		v.work.Go(func() {
			picture, err := fetchPicture(ctx, p.Picture, v.place.local())
			if err != nil || ctx.Err() != nil {
				return // the initials stay
			}
			v.post(func() {
				shown := canvas.NewImageFromImage(picture)
				shown.FillMode = canvas.ImageFillContain
				a.root.Objects = []fyne.CanvasObject{shown}
				a.root.Refresh()
			})
		})
	}
	return a
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

// fetchPicture loads a picture from wherever a profile says, and so with
// limits on everything: where, how long, how many bytes, how many pixels. Only
// a provider on this machine may point at this machine's own http servers.
func fetchPicture(ctx context.Context, address string, local bool) (image.Image, error) {
	if err := checkPictureURL(address, local); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	defer transport.CloseIdleConnections()
	client := http.Client{Transport: transport, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) > 3 {
			return errors.New("too many redirects")
		}
		return checkPictureURL(r.URL.String(), local)
	}}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, errors.New("no picture there: " + resp.Status)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxPictureBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxPictureBytes {
		return nil, errors.New("the picture is too large a file")
	}
	return roundPicture(data)
}

func checkPictureURL(address string, local bool) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	if u.Scheme == "https" || local && u.Scheme == "http" && isLoopback(u.Hostname()) {
		return nil
	}
	return errors.New("pictures are loaded over https only")
}

// local tells whether the provider is on this machine.
func (p place) local() bool {
	u, err := url.Parse("//" + p.Host)
	return err == nil && isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// roundPicture decodes a picture, cuts the middle square out of it and rounds
// that to a circle with a soft edge.
func roundPicture(data []byte) (image.Image, error) {
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if size.Width > maxPicturePixels || size.Height > maxPicturePixels {
		return nil, errors.New("the picture has too many pixels")
	}
	whole, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	b := whole.Bounds()
	side := min(b.Dx(), b.Dy())
	square := image.Rect(0, 0, side, side).Add(b.Min).Add(image.Pt((b.Dx()-side)/2, (b.Dy()-side)/2))
	scaled := image.NewRGBA(image.Rect(0, 0, avatarPixels, avatarPixels))
	draw.CatmullRom.Scale(scaled, scaled.Bounds(), whole, square, draw.Src, nil)
	round := image.NewRGBA(scaled.Bounds())
	draw.DrawMask(round, round.Bounds(), scaled, image.Point{}, circle{}, image.Point{}, draw.Over)
	return round, nil
}

// circle is a mask of avatarPixels across.
type circle struct{}

func (circle) ColorModel() color.Model { return color.AlphaModel }
func (circle) Bounds() image.Rectangle { return image.Rect(0, 0, avatarPixels, avatarPixels) }
func (circle) At(x, y int) color.Color {
	const r = avatarPixels / 2.0
	dx, dy := float64(x)+0.5-r, float64(y)+0.5-r
	over := dx*dx + dy*dy - r*r
	// One pixel of edge: the distance to the circle is about over/(2r).
	alpha := max(0, min(1, 0.5-over/(2*r)))
	return color.Alpha{uint8(alpha * 255)}
}
