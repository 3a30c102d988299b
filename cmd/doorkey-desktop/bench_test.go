//go:build linux

package main_test

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/cmd/internal/bench"
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
		{name: "first run", program: program},
		{name: "signed out", program: program},
		{name: "signed in", program: program},
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
	if s.name == bare || s.name == "first run" {
		return
	}
	s.settings(b, settingsFor(logto)...)
	if s.name == "signed out" {
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

// BenchmarkWindowStart is how long a start takes until the first frame is on the
// screen, and until all is that there is to show, beside a bare window.
func BenchmarkWindowStart(b *testing.B) {
	const rounds = 10
	seats := newSeats(b)
	first, all := map[string][]float64{}, map[string][]float64{}
	for n := range rounds {
		for i := range seats { // each time another one first
			s := seats[(n+i)%len(seats)]
			f, a := s.comesUp(b)
			first[s.name] = append(first[s.name], bench.Milliseconds(f))
			all[s.name] = append(all[s.name], bench.Milliseconds(a))
		}
	}
	record(b, seats, first, bench.Row{Name: "from the start of the process to the first frame", Unit: "ms", MaxRatio: 0.9})
	record(b, seats, all, bench.Row{Name: "to everything drawn", Unit: "ms", MaxRatio: 1.3})
}

// BenchmarkWindowIdle is what a window costs that nobody touches, beside a bare
// one: processor time, and the memory that it then takes. All are measured at
// the same time, once a caret that nobody uses has stopped blinking.
func BenchmarkWindowIdle(b *testing.B) {
	const settle, idle, times = 12 * time.Second, 5 * time.Second, 6
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
	used, memory := map[string][]float64{}, map[string][]float64{}
	for range times {
		var before []time.Duration
		for _, p := range running {
			before = append(before, processorTime(b, p))
		}
		time.Sleep(idle)
		for i, p := range running {
			used[seats[i].name] = append(used[seats[i].name], bench.Milliseconds(processorTime(b, p)-before[i])/idle.Seconds())
		}
	}
	for i, p := range running {
		memory[seats[i].name] = []float64{resident(b, p)}
	}
	if title := hidden.title(); title != "" {
		b.Errorf("what is to be hidden shows %q", title)
	}
	record(b, seats, used, bench.Row{Name: "processor time in a second, left alone", Unit: "ms", MaxRatio: 1.05})
	record(b, seats, memory, bench.Row{Name: "resident memory", Unit: "MB", MaxRatio: 1.2})
}

// record records a row for each window but the bare one.
func record(b *testing.B, seats []*seat, measured map[string][]float64, row bench.Row) {
	for _, s := range seats {
		if s.name == bare {
			continue
		}
		of := row
		of.Name, of.Yardstick = "the window, "+s.name+": "+row.Name, "a bare Fyne window"
		bench.Record(b, &bench.Result{Row: of, Ours: measured[s.name], Yardsticks: measured[bare]})
	}
}

// processorTime is what all threads of a process have used so far
// (/proc/PID/task/TID/schedstat).
func processorTime(b *testing.B, p *process) (used time.Duration) {
	b.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.cmd.Process.Pid))
	if err != nil || len(threads) == 0 {
		b.Fatalf("no threads of the window: %v", err)
	}
	for _, path := range threads {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		running, _, _ := strings.Cut(string(stat), " ")
		ns, err := strconv.ParseInt(running, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		used += time.Duration(ns)
	}
	return used
}

// resident is the memory that a process takes, in MB (proc(5), VmRSS).
func resident(b *testing.B, p *process) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	kB, err := strconv.Atoi(strings.Fields(after)[0])
	if err != nil {
		b.Fatal(err)
	}
	return float64(kB) * 1024 / 1e6
}
