//go:build linux

package bench_test

import (
	"sync"
	"testing"
	"time"

	"doorkey/cmd/internal/bench"
)

// What a script pays for a token that is at hand.
func BenchmarkToken(b *testing.B) {
	w := newWorld(b, "doorkey", "get")
	w.signIn(w.program("doorkey", "signin"), w.person)
	bytes, items := w.bytesStored()
	w.set(bytes)
	wall, cpu := bench.ComparePrograms(b, bench.Row{
		Name:      "`doorkey token`, a token at hand, the whole process",
		Yardstick: "one `keyring.Get` of the same bytes, printed",
		MaxRatio:  1.3,
	}, pairs(b, 60), w.program("doorkey", "token"), w.program("get", "yardstick", "bytes"), nil)
	wall.Note("%d bytes in %d items", bytes, items)
	bench.Record(b, wall)
	bench.Record(b, cpu)

	version, _ := bench.ComparePrograms(b, bench.Row{
		Name: "`doorkey version`, which reads nothing", Yardstick: "the same Get",
	}, pairs(b, 30), w.program("doorkey", "version"), w.program("get", "yardstick", "bytes"), nil)
	bench.Record(b, version)
	if kubelogin() != "" {
		w.kubeloginToken()
	}
}

// The same where the token has run out.
func BenchmarkTokenRefreshed(b *testing.B) {
	w := newWorld(b, "doorkey", "signin", "refresh")
	w.shortLived(true)
	w.signIn(w.program("doorkey", "signin"), w.person)
	w.signIn(w.program("signin"), w.person)
	token := w.program("doorkey", "token", minValidity)
	w.faults.Reset()
	wall, cpu := bench.ComparePrograms(b, bench.Row{
		Name:      "`doorkey token` with a refresh, the whole process",
		Yardstick: "one Get, one POST, one Set",
		MaxRatio:  1.4,
	}, pairs(b, 40), token, w.program("refresh"), func(*bench.Program) { expire() })
	refreshes, runs := w.faults.Refreshes(), 2*(len(wall.Ours)+1)
	wall.Require(refreshes == runs, "%d refreshes in %d runs", refreshes, runs)
	bench.Record(b, wall)
	bench.Record(b, cpu)
}

// Many programs that want a token of a session whose token has expired.
func BenchmarkHundredProcesses(b *testing.B) {
	const many = 100
	w := newWorld(b, "doorkey")
	w.shortLived(true)
	w.signIn(w.program("doorkey", "signin"), w.person)
	token := w.program("doorkey", "token")
	failed, most, runs, requests := 0, 0, 0, 0
	run := func(processes int) time.Duration {
		w.shortLived(true)
		w.program("doorkey", "signout").Run(b)
		w.signIn(w.program("doorkey", "signin"), w.person)
		time.Sleep(1100 * time.Millisecond)
		w.shortLived(false)
		w.faults.Reset()
		var mu sync.Mutex
		var wait sync.WaitGroup
		begun := time.Now()
		for range processes {
			wait.Go(func() {
				if out, _, err := token.Try(b.Context()); err != nil {
					mu.Lock()
					defer mu.Unlock()
					if failed++; failed == 1 {
						b.Logf("%v: %s", err, out)
					}
				}
			})
		}
		wait.Wait()
		took := time.Since(begun)
		runs, requests, most = runs+1, requests+w.faults.Refreshes(), max(most, w.faults.Refreshes())
		return took
	}
	result := bench.Compare(b, bench.Row{
		Name:      "100 processes at once on an expired session, until the last is done",
		Yardstick: "one process",
		MaxOurs:   3000,
	}, min(pairs(b, 5), 5), func() time.Duration { return run(many) }, func() time.Duration { return run(1) })
	result.Require(most == 1 && requests == runs, "%d refreshes in %d runs, %d at most in one", requests, runs, most)
	result.Require(failed == 0, "%d failed", failed)
	bench.Record(b, result)
}
