package command

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"doorkey/auth"

	"github.com/skip2/go-qrcode"
)

// showDevice tells what to do on another device.
func (p *program) showDevice(d auth.DeviceAuthorization, until time.Time) {
	fmt.Fprintf(p.Stderr, "Scan this with WeCom or the camera of your phone, or open\n\n  %s\n\n", plain(d.VerificationURI))
	if code, err := qrcode.New(cmp.Or(d.VerificationURIComplete, d.VerificationURI), qrcode.Medium); err == nil {
		writeQR(p.Stderr, code.Bitmap(), p.hasColours(p.Stderr))
	} // else it is too long to be drawn, and the address above must do
	fmt.Fprintf(p.Stderr, "\nThe code is  %s  — confirm it there only if it is the same.\n", plain(d.UserCode))
	if left := time.Until(until).Round(time.Minute); left >= time.Minute {
		fmt.Fprintf(p.Stderr, "It is good for %d minutes.\n\n", int(left.Minutes()))
	}
}

// writeQR draws a code with two of its rows to a line. A scanner wants dark on
// light: where colours cannot say which is which, the terminal is taken to be
// dark, as most are.
func writeQR(w io.Writer, dark [][]bool, colours bool) {
	begin, end := "", ""
	cells := [2][2]string{{"█", "▀"}, {"▄", " "}} // by whether the upper and the lower one are dark
	if colours {
		begin, end = "\x1b[30;107m", "\x1b[0m" // black on white
		cells = [2][2]string{{" ", "▄"}, {"▀", "█"}}
	}
	for y := 0; y < len(dark); y += 2 {
		var line strings.Builder
		for x := range dark[y] {
			upper, lower := dark[y][x], y+1 < len(dark) && dark[y+1][x]
			line.WriteString(cells[index(upper)][index(lower)])
		}
		fmt.Fprintf(w, "  %s%s%s\n", begin, line.String(), end)
	}
}

func index(on bool) int {
	if on {
		return 1
	}
	return 0
}
