//go:build linux

package main_test

import (
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// screen is a real X server that nobody looks at.
type screen struct{ display string }

func startScreen(t *testing.T) *screen {
	t.Helper()
	xvfb := need(t, "xvfb", "Xvfb")
	need(t, "xdotool", "xdotool")
	need(t, "imagemagick", "import")
	need(t, "tesseract-ocr", "tesseract")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(xvfb, "-displayfd", "3", "-screen", "0", "800x700x24", "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{w}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	w.Close()
	number, err := io.ReadAll(io.LimitReader(onlyLine{r}, 16))
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	return &screen{display: ":" + strings.TrimSpace(string(number))}
}

// onlyLine ends a reader at the end of its first line.
type onlyLine struct{ io.Reader }

func (l onlyLine) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p[:1])
	if n == 1 && p[0] == '\n' {
		return 1, io.EOF
	}
	return n, err
}

func (s *screen) run(t *testing.T, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+s.display)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Logf("%s %q: %v: %s", program, args, err, out)
	}
	return string(out)
}

func (s *screen) press(t *testing.T, keys ...string) {
	t.Helper()
	for _, key := range keys {
		s.run(t, "xdotool", "key", key)
		time.Sleep(100 * time.Millisecond)
	}
}

// shows reads the window, as a person would, until it shows the words, and
// keeps a picture of it (go test -artifacts).
func (s *screen) shows(t *testing.T, words, picture string) {
	t.Helper()
	file := filepath.Join(t.ArtifactDir(), picture+".png")
	var read string
	for limit := time.Now().Add(30 * time.Second); time.Now().Before(limit); time.Sleep(200 * time.Millisecond) {
		s.run(t, "import", "-window", "root", "-crop", "420x560+0+0", "+repage", file)
		if blank(file) {
			continue
		}
		large := filepath.Join(t.TempDir(), "large.png")
		s.run(t, "convert", file, "-resize", "300%", "-colorspace", "gray", large)
		read = s.run(t, "tesseract", large, "stdout", "-l", "chi_sim+eng", "--psm", "11")
		if strings.Contains(strings.ReplaceAll(read, " ", ""), strings.ReplaceAll(words, " ", "")) {
			return
		}
	}
	t.Fatalf("the window does not show %q but:\n%s", words, read)
}

// blank tells that nothing has been drawn yet, which is not worth reading.
func blank(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return true
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		return true
	}
	b := img.Bounds()
	first := img.At(b.Min.X, b.Min.Y)
	for _, p := range []image.Point{{100, 200}, {210, 150}, {210, 300}, {210, 350}, {210, 400}, {60, 330}} {
		if img.At(b.Min.X+p.X, b.Min.Y+p.Y) != first {
			return false
		}
	}
	return true
}
