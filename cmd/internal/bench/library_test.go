//go:build linux

package bench_test

import (
	"context"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/keychain"
	"doorkey/cmd/internal/bench"
	"doorkey/cmd/internal/connect"

	"golang.org/x/oauth2"
)

// client is one that somebody is signed in with.
func (w *world) client(store auth.Store) *auth.Client {
	w.b.Helper()
	urls := make(chan string, 1)
	client, err := auth.New(auth.Config{
		Issuer: w.Issuer(), ClientID: clientID, Scopes: connect.ScopesAt(w.Issuer()), RefreshAhead: -1, Store: store,
		OpenBrowser: func(_ context.Context, url string) error { urls <- url; return nil },
	})
	if err != nil {
		w.b.Fatal(err)
	}
	w.b.Cleanup(func() {
		if err := client.Close(); err != nil {
			w.b.Error(err)
		}
	})
	done := make(chan error, 1)
	go func() {
		_, err := client.SignIn(w.b.Context())
		done <- err
	}()
	select {
	case url := <-urls:
		w.person(url)
		err = <-done
	case err = <-done:
	}
	if err != nil {
		w.b.Fatal(err)
	}
	return client
}

// A token that is at hand, beside x/oauth2's own cache.
func BenchmarkCached(b *testing.B) {
	w := newWorld(b)
	client := w.client(keychain.NewMemory())
	ctx := b.Context()
	token, err := client.AccessToken(ctx)
	if err != nil {
		b.Fatal(err)
	}
	reuse := oauth2.ReuseTokenSource(&oauth2.Token{AccessToken: token.Value.Reveal(), Expiry: token.Expiry}, client.TokenSource(ctx))
	ours := func() {
		if _, err := client.AccessToken(ctx); err != nil {
			b.Error(err)
		}
	}
	theirs := func() {
		if _, err := reuse.Token(); err != nil {
			b.Error(err)
		}
	}
	const calls = 100_000
	for _, goroutines := range []int{1, runtime.GOMAXPROCS(0)} {
		row := bench.Row{Name: "`AccessToken`, a token at hand", Yardstick: "`oauth2.ReuseTokenSource`", MaxRatio: 1}
		if goroutines > 1 {
			row.Name += ", on every processor at once"
		}
		measure := func(f func()) time.Duration {
			return took(func() {
				var wait sync.WaitGroup
				for range goroutines {
					wait.Go(func() {
						for range calls {
							f()
						}
					})
				}
				wait.Wait()
			})
		}
		result := bench.Compare(b, row, pairs(b, 40), func() time.Duration { return measure(ours) }, func() time.Duration { return measure(theirs) })
		result.Unit = "ns"
		for i := range result.Ours {
			result.Ours[i] *= 1e6 / float64(calls*goroutines)
			result.Yardsticks[i] *= 1e6 / float64(calls*goroutines)
		}
		if goroutines == 1 {
			allocations := testing.AllocsPerRun(1000, ours)
			result.Require(allocations == 0, "%g allocations", allocations)
		}
		bench.Record(b, result)
	}
}

// Many goroutines that want a token that has expired.
func BenchmarkThousandGoroutines(b *testing.B) {
	const many = 1000
	w := newWorld(b)
	w.shortLived(true)
	client := w.client(keychain.NewMemory())
	w.faults.Reset()
	run := func(goroutines int) time.Duration {
		expire()
		return took(func() {
			var wait sync.WaitGroup
			for range goroutines {
				wait.Go(func() {
					if _, err := client.AccessToken(b.Context(), auth.MinValidity(validity)); err != nil {
						b.Error(err)
					}
				})
			}
			wait.Wait()
		})
	}
	result := bench.Compare(b, bench.Row{
		Name: "1,000 goroutines that want a token that has expired", Yardstick: "one goroutine", MaxRatio: 1.5,
	}, pairs(b, 40), func() time.Duration { return run(many) }, func() time.Duration { return run(1) })
	refreshes, runs := w.faults.Refreshes(), 2*(len(result.Ours)+1)
	result.Require(refreshes == runs, "%d refreshes in %d runs", refreshes, runs)
	bench.Record(b, result)
}

// What package auth adds to a program.
func BenchmarkImports(b *testing.B) {
	const theirs = "a program with go-oidc and go-keyring"
	w := newWorld(b, "library", "imports", "signin")
	size := func(name string) float64 {
		b.Helper()
		info, err := os.Stat(program(b, name))
		if err != nil {
			b.Fatal(err)
		}
		return float64(info.Size()) / 1e6
	}
	result := &bench.Result{Row: bench.Row{Name: "a program with package `auth`, stripped", Yardstick: theirs, Unit: "MB", MaxRatio: 1.15}}
	result.Add(size("library"), size("imports"))
	bench.Record(b, result)
	more := &bench.Result{Row: bench.Row{Name: "the same", Yardstick: "a program with oauth2cli, too, which can sign in", Unit: "MB"}}
	more.Add(size("library"), size("signin"))
	bench.Record(b, more)
	wall, cpu := bench.ComparePrograms(b, bench.Row{Name: "a program with package `auth`, started and ended", Yardstick: theirs, MaxRatio: 1.15},
		pairs(b, 60), w.program("library"), w.program("imports"), nil)
	bench.Record(b, wall)
	bench.Record(b, cpu)
}
