package bench

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"testing"
	"time"
)

// Program is a program with its arguments.
type Program struct {
	Path string
	Args []string
	Env  []string // over that of this process
}

// Took is what a process took: from its start to its end, and of the processors.
type Took struct{ Wall, CPU time.Duration }

// Run runs the program to its end and returns what it printed. It has to end
// well.
func (p Program) Run(b *testing.B) (string, Took) {
	b.Helper()
	out, took, err := p.Try(b.Context())
	if err != nil {
		b.Fatalf("%s %q: %v\n%s", p.Path, p.Args, err, out)
	}
	return out, took
}

// Try is Run for any goroutine; the program ends with ctx. Where it fails, what it said on
// standard error is added to what it printed.
func (p Program) Try(ctx context.Context) (string, Took, error) {
	cmd := exec.CommandContext(ctx, p.Path, p.Args...)
	cmd.Env = append(os.Environ(), p.Env...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	begun := time.Now()
	err := cmd.Run()
	took := Took{Wall: time.Since(begun)}
	if state := cmd.ProcessState; state != nil {
		took.CPU = state.UserTime() + state.SystemTime()
	}
	if err != nil {
		out.Write(said.Bytes())
	}
	return out.String(), took, err
}

// ComparePrograms is [Compare] for whole processes. It records a row for the
// time, with row's targets, and one for processor time. Before each run it calls
// prepare with that program, which may be nil.
func ComparePrograms(b *testing.B, row Row, n int, ours, yardstick Program, prepare func(*Program)) (wall, cpu *Result) {
	b.Helper()
	cpu = &Result{Row: Row{Name: row.Name + ": processor time", Yardstick: row.Yardstick, Unit: "ms"}}
	var took [2]time.Duration
	runs := 0
	measure := func(i int, p Program) time.Duration {
		if prepare != nil {
			prepare(&p)
		}
		out, t := p.Run(b)
		if out == "" {
			b.Fatalf("%s printed nothing", p.Path)
		}
		took[i] = t.CPU
		if runs++; runs > 2 && runs%2 == 0 {
			cpu.Add(Milliseconds(took[0]), Milliseconds(took[1]))
		}
		return t.Wall
	}
	wall = Compare(b, row, n, func() time.Duration { return measure(0, ours) }, func() time.Duration { return measure(1, yardstick) })
	return wall, cpu
}
