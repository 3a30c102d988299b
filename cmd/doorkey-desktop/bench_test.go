//go:build linux

package main_test

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// seat is a desk with a way to start a program at it, to be measured.
type seat struct {
	*desk
	name    string
	program string
	args    []string
	settled *image.NRGBA // what it shows after a while
}

func (s *seat) start(b *testing.B) *process { return start(b, s.env, s.program, s.args...) }

// newSeats are the windows to compare, the bare one first; built as they are
// shipped, without the race detector.
func newSeats(b *testing.B) []*seat {
	b.Helper()
	logto := demotest.Start(b, demo.Sample())
	program := build(b, "measured", ".")
	seats := []*seat{
		{name: bare, program: build(b, "barewindow", "./testdata/barewindow")},
		{name: "first-run", program: program},
		{name: "signed-out", program: program},
		{name: "signed-in", program: program},
	}
	for _, s := range seats {
		s.sitDown(b, logto)
		p := s.start(b) // also fills the caches
		time.Sleep(3 * time.Second)
		s.settled = s.top(b)
		p.quit(b)
	}
	return seats
}

const bare = "bare"

// sitDown gives the program a desk, with what its name says.
func (s *seat) sitDown(b *testing.B, logto *demo.Server) {
	b.Helper()
	s.desk = newDesk(b)
	s.env = append(s.env, "MESA_SHADER_CACHE_DISABLE=false")
	if s.name == bare || s.name == "first-run" {
		return
	}
	s.settings(b, settingsFor(logto)...)
	if s.name == "signed-out" {
		return
	}
	p := start(b, s.env, s.program, "--sign-in=wecom")
	s.browser.signInAs(b, demotest.ZhangSan)
	s.titled(b, zhangSanTitle)
	wantStored(b, s.ring, true)
	p.quit(b)
}

// top is the upper part of the window, but for where a cursor blinks.
func (s *seat) top(b *testing.B) *image.NRGBA {
	b.Helper()
	img, err := s.x.look(image.Rect(100, 0, 420, 250))
	if err != nil {
		b.Fatal(err)
	}
	return img
}

// comesUp starts the program, waits until it shows what it has to show and ends
// it. It returns how long that took from the start of the process, and how long
// the first frame did.
func (s *seat) comesUp(b *testing.B) (first, all time.Duration) {
	b.Helper()
	await(b, "an empty screen", func() bool { return blank(s.top(b)) })
	begun := time.Now()
	p := s.start(b)
	for !same(s.top(b), s.settled) {
		now := time.Since(begun)
		if first == 0 && s.x.pixel(corner) != (color.NRGBA{A: 0xff}) {
			first = now
		}
		if now > 20*time.Second {
			b.Fatalf("%s does not come up: %s", s.name, p.said())
		}
		time.Sleep(500 * time.Microsecond)
	}
	all = time.Since(begun)
	p.quit(b)
	return cmp.Or(first, all), all
}

// corner is where every window has its background.
var corner = image.Pt(5, 5)

// BenchmarkStart is how long a start takes until the first frame is on the
// screen, and until all is that there is to show: the medians in milliseconds,
// and how many times those of a bare window they are.
func BenchmarkStart(b *testing.B) {
	seats := newSeats(b)
	first, all := map[string][]float64{}, map[string][]float64{}
	for n := 0; b.Loop(); n++ {
		for i := range seats { // each time another one first
			s := seats[(n+i)%len(seats)]
			f, a := s.comesUp(b)
			first[s.name] = append(first[s.name], f.Seconds()*1000)
			all[s.name] = append(all[s.name], a.Seconds()*1000)
		}
	}
	report(b, first, "first-ms")
	report(b, all, "all-ms")
}

// BenchmarkIdle is what a window costs that nobody touches: ticks of CPU time
// (1/100 s) in half a minute, and how many times those of a bare window. All are
// measured at the same time, once a caret that nobody uses has stopped blinking.
func BenchmarkIdle(b *testing.B) {
	const settle, idle = 12 * time.Second, 30 * time.Second
	seats := newSeats(b)
	hidden := &seat{name: "hidden", program: seats[1].program, args: []string{"--background"}}
	hidden.sitDown(b, demotest.Start(b, demo.Sample()))
	hidden.startTray(b)
	seats = append(seats, hidden)
	var running []*process
	for _, s := range seats {
		running = append(running, s.start(b))
	}
	time.Sleep(settle)
	used := map[string][]float64{}
	for b.Loop() {
		var before []int
		for _, p := range running {
			before = append(before, ticksOf(b, p))
		}
		time.Sleep(idle)
		for i, p := range running {
			used[seats[i].name] = append(used[seats[i].name], float64(ticksOf(b, p)-before[i]))
		}
	}
	if title := hidden.title(); title != "" {
		b.Errorf("what is to be hidden shows %q", title)
	}
	report(b, used, "ticks")
}

// report reports the median of each, and its ratio to the bare window's.
func report(b *testing.B, measured map[string][]float64, unit string) {
	b.ReportMetric(0, "ns/op")
	median := func(name string) float64 {
		all := slices.Sorted(slices.Values(measured[name]))
		return all[len(all)/2]
	}
	for name, all := range measured {
		b.Logf("%s %s: %.4g", name, unit, all)
		b.ReportMetric(median(name), name+"-"+unit)
		if name != bare {
			b.ReportMetric(median(name)/median(bare), name+"-"+unit+"/"+bare)
		}
	}
}

// ticksOf is the CPU time that a process has used so far (proc(5), utime and
// stime).
func ticksOf(b *testing.B, p *process) (ticks int) {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	cells := strings.Fields(after) // from the third on
	for _, cell := range cells[14-3 : 16-3] {
		n, _ := strconv.Atoi(cell)
		ticks += n
	}
	return ticks
}
