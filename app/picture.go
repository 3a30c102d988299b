package app

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	_ "image/gif" // the formats that pictures of people come in
	_ "image/jpeg"
	_ "image/png"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"doorkey/auth/systemproxy"

	"golang.org/x/image/draw"
)

const (
	avatarPixels     = 192     // kept
	maxPictureBytes  = 2 << 20 // of the file
	maxPicturePixels = 4096    // of a side, before it is decoded
	pictureTimeout   = 10 * time.Second
)

// fetchPicture loads a picture from wherever a profile says, and so with
// limits on everything: where, how long, how many bytes, how many pixels. Only
// a provider on this machine may point at this machine's own http servers. Of
// base only the transport is used; nil is the system's.
func fetchPicture(ctx context.Context, base *http.Client, address string, local bool) (image.Image, error) {
	if err := checkPictureURL(address, local); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	client := http.Client{}
	if base != nil {
		client.Transport = base.Transport
	}
	if client.Transport == nil {
		transport := systemproxy.Transport()
		defer transport.CloseIdleConnections()
		client.Transport = transport
	}
	client.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if len(via) > 3 {
			return errors.New("too many redirects")
		}
		return checkPictureURL(r.URL.String(), local)
	}
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

// scale draws a picture into an area of another, as large as fits.
func scale(onto draw.Image, area image.Rectangle, picture image.Image) {
	b := picture.Bounds()
	by := min(float64(area.Dx())/float64(b.Dx()), float64(area.Dy())/float64(b.Dy()))
	w, h := int(float64(b.Dx())*by), int(float64(b.Dy())*by)
	at := image.Rect(0, 0, w, h).Add(area.Min).Add(image.Pt((area.Dx()-w)/2, (area.Dy()-h)/2))
	draw.CatmullRom.Scale(onto, at, picture, b, draw.Over, nil)
}
