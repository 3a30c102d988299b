package app

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"testing"
)

// drawn is a picture of one colour.
func drawn(width, height int) image.Image {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range picture.Pix {
		picture.Pix[i] = 0xff
		if i%4 == 1 || i%4 == 2 {
			picture.Pix[i] = 0x20 // red
		}
	}
	return picture
}

func asPNG(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// claiming is a PNG file whose header speaks of another size.
func claiming(file []byte, width, height uint32) []byte {
	const ihdr = 12 // after the signature and the chunk's length
	file = bytes.Clone(file)
	binary.BigEndian.PutUint32(file[ihdr+4:], width)
	binary.BigEndian.PutUint32(file[ihdr+8:], height)
	binary.BigEndian.PutUint32(file[ihdr+17:], crc32.ChecksumIEEE(file[ihdr:ihdr+17]))
	return file
}

func serve(t *testing.T, answer http.HandlerFunc) (address string) {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return server.URL + "/picture"
}

func TestAPictureBecomesACircle(t *testing.T) {
	var asJPEG bytes.Buffer
	if err := jpeg.Encode(&asJPEG, drawn(300, 200), nil); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{
		"PNG": asPNG(t, drawn(64, 64)), "JPEG": asJPEG.Bytes(), "high": asPNG(t, drawn(10, 500)),
		"as large as can be": asPNG(t, drawn(maxPicturePixels, 8)),
	} {
		t.Run(name, func(t *testing.T) {
			address := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(file) })
			picture, err := fetchPicture(t.Context(), nil, address, true)
			if err != nil {
				t.Fatal(err)
			}
			if picture.Bounds() != image.Rect(0, 0, avatarPixels, avatarPixels) {
				t.Errorf("it is %v", picture.Bounds())
			}
			const last = avatarPixels - 1
			for _, corner := range []image.Point{{0, 0}, {last, 0}, {0, last}, {last, last}, {20, 20}} {
				if _, _, _, alpha := picture.At(corner.X, corner.Y).RGBA(); alpha != 0 {
					t.Errorf("at %v it is not transparent", corner)
				}
			}
			for _, inside := range []image.Point{{96, 96}, {96, 2}, {2, 96}, {189, 96}, {32, 32}} {
				c := color.NRGBAModel.Convert(picture.At(inside.X, inside.Y)).(color.NRGBA)
				if c.A != 0xff || c.R < 0xf0 || c.G > 0x40 {
					t.Errorf("at %v it is %v, want red", inside, c)
				}
			}
		})
	}
}
