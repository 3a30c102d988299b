package auth_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"
)

// BenchmarkRotationWindow measures for how long a new refresh token is in no
// keychain: from the provider's answer, with which the old one is used up,
// until the new one is stored. A program that is killed in between leaves the
// old one. The provider is on this machine: the way of the answer over a
// network comes on top.
func BenchmarkRotationWindow(b *testing.B) {
	c := newComputer(b)
	c.ring.Setenv(b)
	store := &timedStore{Keychain: keychain.New(keychain.Options{})}
	client, err := auth.New(auth.Config{
		Issuer: c.logto.Issuer(), ClientID: demo.ClientID, Store: store, RefreshAhead: -1,
		OpenBrowser: func(ctx context.Context, url string) error { return playBrowser(ctx, url, demotest.ZhangSan) },
	})
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	if _, err := client.SignIn(b.Context()); err != nil {
		b.Fatal(err)
	}
	var windows []time.Duration
	for b.Loop() {
		store.saved = nil
		before := len(c.rotations.since(0))
		if err := client.Refresh(b.Context()); err != nil {
			b.Fatal(err)
		}
		windows = append(windows, store.saved[1].Sub(c.rotations.since(before)[0].answered))
	}
	slices.Sort(windows)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	b.ReportMetric(ms(windows[len(windows)/2]), "median-ms")
	b.ReportMetric(ms(windows[len(windows)-1]), "max-ms")
}

// timedStore knows when what it was given was stored. It has no lock: refreshes
// come one after the other, and the benchmark looks in between.
type timedStore struct {
	*keychain.Keychain
	saved []time.Time
}

func (s *timedStore) Write(ctx context.Context, name string, data []byte) error {
	err := s.Keychain.Write(ctx, name, data)
	s.saved = append(s.saved, time.Now())
	return err
}
