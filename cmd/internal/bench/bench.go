// Package bench measures Doorkey beside a yardstick: a shorter program, or a
// plainer call, that does the same in the same run, one after the other again
// and again. What counts is the ratio, since this computer and what else it is
// doing are in both.
//
// A row is a Go benchmark that calls [Compare] or [Record]. Run by itself it
// reports to the benchmark; make bench runs all of them, and prints one table.
package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"
)

// Row is a line of the table.
type Row struct {
	Name      string
	Yardstick string

	// Unit is of what was measured, such as "ms".
	Unit string

	// MaxRatio and MaxOurs are what the medians must not exceed, MaxOurs in
	// Unit. Zero means that there is no target.
	MaxRatio, MaxOurs float64
}

// Result is a row with what was measured. Ours and Yardsticks are in pairs: two
// of the same index were measured one right after the other.
type Result struct {
	Row
	Ours, Yardsticks []float64

	// Notes are shown beside the ratio.
	Notes []string

	// Required is whether there are requirements besides, and Failed are those
	// that were not met.
	Required bool
	Failed   []string
}

// Note adds a note.
func (r *Result) Note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// Require adds a note, and counts the target as missed unless ok.
func (r *Result) Require(ok bool, format string, args ...any) {
	r.Note(format, args...)
	r.Required = true
	if !ok {
		r.Failed = append(r.Failed, r.Notes[len(r.Notes)-1])
	}
}

// Add adds a pair.
func (r *Result) Add(ours, yardstick float64) {
	r.Ours, r.Yardsticks = append(r.Ours, ours), append(r.Yardsticks, yardstick)
}

// Compare measures both n times and returns what each took, in milliseconds. It
// calls them in turn, each first in every other pair, after one call of each
// that does not count.
func Compare(b *testing.B, row Row, n int, ours, yardstick func() time.Duration) *Result {
	b.Helper()
	row.Unit = "ms"
	result := &Result{Row: row}
	ours()
	yardstick()
	for i := range n {
		if i%2 == 0 {
			o := ours()
			result.Add(Milliseconds(o), Milliseconds(yardstick()))
		} else {
			y := yardstick()
			result.Add(Milliseconds(ours()), Milliseconds(y))
		}
	}
	return result
}

// Milliseconds is d as a number.
func Milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// File is the environment variable that names the file for the results, which
// [Record] appends to, one JSON object to a line.
const File = "DOORKEY_BENCH"

// Record puts a result into the table, and reports its medians to b.
func Record(b *testing.B, r *Result) {
	b.Helper()
	b.ReportMetric(0, "ns/op")
	b.Logf("%s\n%s", r.Name, r.line())
	path := os.Getenv(File)
	if path == "" {
		return
	}
	data, err := json.Marshal(r)
	if err != nil {
		b.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := f.Write(append(data, '\n')); err != nil {
		b.Error(err)
	}
	if err := f.Close(); err != nil {
		b.Error(err)
	}
}
