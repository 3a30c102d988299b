//go:build linux

package main_test

import (
	"bytes"
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
	s.until(t, "show "+words, picture, func(read string) bool { return has(read, words) })
}

// showsNot is shows for some words, of which others are to be gone.
func (s *screen) showsNot(t *testing.T, gone, words, picture string) {
	t.Helper()
	s.until(t, "show "+words+" without "+gone, picture, func(read string) bool { return has(read, words) && !has(read, gone) })
}

func (s *screen) until(t *testing.T, what, picture string, so func(read string) bool) {
	t.Helper()
	file := filepath.Join(t.ArtifactDir(), picture+".png")
	var read string
	for limit := time.Now().Add(40 * time.Second); time.Now().Before(limit); time.Sleep(200 * time.Millisecond) {
		s.photograph(t, file)
		if read = s.read(t, file); so(read) {
			return
		}
	}
	t.Fatalf("the window does not %s but:\n%s", what, read)
}

// filmed is when the window first showed the words. It takes pictures until a
// while after the title is as wanted, which comes before what is drawn, and
// reads them later, since that takes a second for each.
func (s *screen) filmed(t *testing.T, words string, title func(string) bool) time.Time {
	t.Helper()
	type frame struct {
		at      time.Time
		picture []byte
	}
	var film []frame
	file := filepath.Join(t.TempDir(), "frame.png")
	limit, last := time.Now().Add(40*time.Second), time.Time{}
	for last.IsZero() || time.Since(last) < 3*time.Second {
		if time.Now().After(limit) {
			t.Fatalf("the window's title is %q", s.title(t))
		}
		if last.IsZero() && title(s.title(t)) {
			last = time.Now()
		}
		at := time.Now()
		s.photograph(t, file)
		picture, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(film) == 0 || !bytes.Equal(film[len(film)-1].picture, picture) {
			film = append(film, frame{at, picture})
		}
	}
	var read string
	for _, f := range film {
		if err := os.WriteFile(file, f.picture, 0o600); err != nil {
			t.Fatal(err)
		}
		if read = s.read(t, file); has(read, words) {
			return f.at
		}
	}
	t.Fatalf("the window has its title and does not show %q but:\n%s", words, read)
	return time.Time{}
}

// title is that of the window, if there is one.
func (s *screen) title(t *testing.T) string {
	t.Helper()
	cmd := exec.Command("xdotool", "search", "--name", "Doorkey", "getwindowname")
	cmd.Env = append(os.Environ(), "DISPLAY="+s.display)
	out, _ := cmd.Output() // fails where there is none
	return strings.TrimSpace(string(out))
}

func (s *screen) photograph(t *testing.T, file string) {
	t.Helper()
	s.run(t, "import", "-window", "root", "-crop", "420x560+0+0", "+repage", "-define", "png:exclude-chunks=date,time", file)
}

// read is what a person can read in a picture.
func (s *screen) read(t *testing.T, file string) string {
	t.Helper()
	if blank(file) {
		return ""
	}
	large := filepath.Join(t.TempDir(), "large.png")
	s.run(t, "convert", file, "-resize", "300%", "-colorspace", "gray", large)
	return s.run(t, "tesseract", large, "stdout", "-l", "chi_sim+eng", "--psm", "11")
}

// has tells whether words were read, whichever blanks were.
func has(read, words string) bool {
	return strings.Contains(strings.ReplaceAll(read, " ", ""), strings.ReplaceAll(words, " ", ""))
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
