package command

import (
	"bytes"
	"strings"
	"testing"

	"github.com/skip2/go-qrcode"
)

// What is drawn is the code, module for module, with a margin that scanners need.
func TestQRCodeInATerminal(t *testing.T) {
	code, err := qrcode.New("https://id.example.com/oidc/device?user_code=WXYZ-1234", qrcode.Medium)
	if err != nil {
		t.Fatal(err)
	}
	want := code.Bitmap()
	for _, colours := range []bool{true, false} {
		var drawn bytes.Buffer
		writeQR(&drawn, want, colours)
		if got := modules(drawn.String(), colours); !same(got[:len(want)], want) {
			t.Errorf("with colours %v another code is drawn:\n%s", colours, drawn.String())
		}
		for line := range strings.Lines(drawn.String()) {
			if colours != strings.Contains(line, "\x1b[30;107m") || colours != strings.HasSuffix(line, "\x1b[0m\n") {
				t.Errorf("with colours %v: %q", colours, line)
			}
			if n := len([]rune(line)); n > 80 && !colours {
				t.Errorf("a line of %d is too long for a terminal", n)
			}
		}
	}
	for i := range 4 {
		for x := range want {
			if want[i][x] || want[x][i] {
				t.Fatal("there is no margin of four modules")
			}
		}
	}
}

// modules reads what is drawn back, as a scanner would.
func modules(drawn string, colours bool) [][]bool {
	drawn = strings.NewReplacer("\x1b[30;107m", "", "\x1b[0m", "").Replace(drawn)
	var rows [][]bool
	for line := range strings.Lines(drawn) {
		var upper, lower []bool
		for _, r := range strings.TrimPrefix(strings.TrimSuffix(line, "\n"), "  ") {
			inkUp, inkDown := r == '▀' || r == '█', r == '▄' || r == '█'
			upper, lower = append(upper, inkUp == colours), append(lower, inkDown == colours)
		}
		rows = append(rows, upper, lower)
	}
	return rows
}

func same(a, b [][]bool) bool {
	for y := range b {
		for x := range b[y] {
			if a[y][x] != b[y][x] {
				return false
			}
		}
	}
	return true
}
