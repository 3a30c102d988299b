package auth_test

import (
	"sync"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"

	"golang.org/x/oauth2"
)

// BenchmarkAccessToken is a token that is at hand, beside x/oauth2's own cache
// in the same run.
func BenchmarkAccessToken(b *testing.B) {
	p := benchProgram(b, nil)
	p.signIn(demotest.ZhangSan)
	token := p.mustToken(auth.Resource(ordersAPI))
	reuse := oauth2.ReuseTokenSource(&oauth2.Token{AccessToken: token.Value.Reveal(), Expiry: token.Expiry}, p.TokenSource(b.Context()))
	ctx := b.Context()
	doorkey := func() {
		if _, err := p.AccessToken(ctx); err != nil {
			b.Fatal(err)
		}
	}
	resource := func() {
		if _, err := p.AccessToken(ctx, auth.Resource(ordersAPI)); err != nil {
			b.Fatal(err)
		}
	}
	oauth2s := func() {
		if _, err := reuse.Token(); err != nil {
			b.Fatal(err)
		}
	}
	for _, one := range []struct {
		name string
		get  func()
	}{{"doorkey", doorkey}, {"doorkey-resource", resource}, {"oauth2.ReuseTokenSource", oauth2s}} {
		b.Run(one.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				one.get()
			}
		})
		b.Run(one.name+"-parallel", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					one.get()
				}
			})
		})
	}
}

// BenchmarkExpired is 1,000 goroutines that want a token that has expired: one
// refresh for all of them, beside that refresh alone.
func BenchmarkExpired(b *testing.B) {
	for _, goroutines := range []int{1, 1000} {
		b.Run(map[int]string{1: "one", 1000: "thousand"}[goroutines], func(b *testing.B) {
			faults := demotest.NewFaults()
			clock := newTestClock()
			p := benchProgram(b, func(d *demo.Config) { d.Wrap, d.Clock = faults.Wrap, clock.providers })
			auth.Adjust(p.Client, clock.read, time.Minute)
			p.signIn(demotest.ZhangSan)
			faults.Reset()
			for b.Loop() {
				clock.advance(2 * time.Hour)
				var wait sync.WaitGroup
				for range goroutines {
					wait.Go(func() {
						if _, err := p.AccessToken(b.Context()); err != nil {
							b.Error(err)
						}
					})
				}
				wait.Wait()
			}
			b.ReportMetric(float64(faults.Refreshes())/float64(b.N), "refreshes/op")
		})
	}
}

func benchProgram(b *testing.B, change func(*demo.Config)) *program {
	cfg := demo.Config{Resources: []demo.Resource{{Indicator: ordersAPI}}}
	if change != nil {
		change(&cfg)
	}
	return newProgram(b, demotest.Start(b, cfg), func(c *auth.Config) {
		c.Store, c.RefreshAhead, c.Resources = keychain.NewMemory(), -1, []string{ordersAPI}
	})
}
