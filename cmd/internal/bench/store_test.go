//go:build linux

package bench_test

import (
	"context"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/keychain"
	"doorkey/cmd/internal/bench"

	"github.com/zalando/go-keyring"
)

// What follows is all that these rows know of how a store is used.

type key = string

func openStore() *keychain.Keychain { return keychain.New(keychain.Options{}) }

func load(b *testing.B, k *keychain.Keychain, of key) []byte {
	b.Helper()
	data, err := k.Read(b.Context(), of)
	if err != nil {
		b.Fatal(err)
	}
	return data
}

func save(b *testing.B, k *keychain.Keychain, of key, data []byte) {
	b.Helper()
	if err := k.Write(b.Context(), of, data); err != nil {
		b.Fatal(err)
	}
}

// timedStore notes what was written last, and when it was.
type timedStore struct {
	auth.Store
	writes []time.Time // when each was done
	of     key
}

func (s *timedStore) Write(ctx context.Context, of key, data []byte) error {
	err := s.Store.Write(ctx, of, data)
	s.writes, s.of = append(s.writes, time.Now()), of
	return err
}

// usual signs somebody in and returns what then is in the store.
func (w *world) usual(b *testing.B) (k *keychain.Keychain, of key, data []byte) {
	b.Helper()
	k = openStore()
	store := &timedStore{Store: k}
	w.client(store)
	return k, store.of, load(b, k, store.of)
}

func BenchmarkSave(b *testing.B) {
	w := newWorld(b)
	k, of, data := w.usual(b)
	result := bench.Compare(b, bench.Row{
		Name: "a usual session saved (GNOME Keyring)", Yardstick: "one `keyring.Set` of the same bytes", MaxRatio: 1.4,
	}, pairs(b, 40),
		func() time.Duration { return took(func() { save(b, k, of, data) }) },
		func() time.Duration { return took(func() { w.set(len(data)) }) })
	result.Note("%d bytes", len(data))
	bench.Record(b, result)
}

func BenchmarkLoad(b *testing.B) {
	w := newWorld(b)
	k, of, data := w.usual(b)
	w.set(len(data))
	result := bench.Compare(b, bench.Row{
		Name: "a usual session loaded (GNOME Keyring)", Yardstick: "one `keyring.Get` of the same bytes", MaxRatio: 1.2,
	}, pairs(b, 60),
		func() time.Duration { return took(func() { load(b, k, of) }) },
		func() time.Duration {
			return took(func() {
				if _, err := keyring.Get("yardstick", "bytes"); err != nil {
					b.Fatal(err)
				}
			})
		})
	bench.Record(b, result)
}

// From the provider's answer to the new refresh token in the keychain.
func BenchmarkAnswerStored(b *testing.B) {
	w := newWorld(b)
	k := openStore()
	store := &timedStore{Store: k}
	w.shortLived(true)
	client := w.client(store)
	size := len(load(b, k, store.of))
	result := bench.Compare(b, bench.Row{
		Name: "from the provider's answer to the new refresh token stored", Yardstick: "one `keyring.Set` of the same bytes", MaxRatio: 1.3,
	}, pairs(b, 40), func() time.Duration {
		expire()
		answered := w.lastAnswered()
		before := len(store.writes)
		if _, err := client.AccessToken(b.Context(), auth.MinValidity(validity)); err != nil {
			b.Fatal(err)
		}
		for _, written := range store.writes[before:] {
			if now := w.lastAnswered(); now.After(answered) && written.After(now) {
				return written.Sub(now)
			}
		}
		b.Fatal("nothing was stored after an answer")
		return 0
	}, func() time.Duration { return took(func() { w.set(size) }) })
	bench.Record(b, result)
}

func took(f func()) time.Duration {
	begun := time.Now()
	f()
	return time.Since(begun)
}
