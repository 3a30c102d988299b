package keychain

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"doorkey/auth/keychain/keychaintest"
)

// A store is what Keychain and Memory have in common.
type store interface {
	Read(ctx context.Context, name string) ([]byte, error)
	Write(ctx context.Context, name string, data []byte) error
	Lock(ctx context.Context, name string) (unlock func(), err error)
	Watch(ctx context.Context, name string) <-chan struct{}
	Place() string
}

// forEachStore runs a test on an empty keychain, on one with a limit of its items, and on an empty Memory.
func forEachStore(t *testing.T, test func(t *testing.T, s store)) {
	forEachKeychain(t, func(t *testing.T, _ *keychaintest.Keyring, k *Keychain) { test(t, k) })
	t.Run("memory", func(t *testing.T) { test(t, NewMemory()) })
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	header := len(format(encodingRaw))
	records := []struct {
		name string
		data []byte
	}{
		{"one byte", []byte{0}},
		{"text", []byte(`{"refresh_token":"r"}`)},
		{"text that is not ASCII", []byte("企业微信 – é\n")},
		{"every byte", everyByte(256)},
		{"quotes, newlines and a NUL", []byte("'\"\\\n\r\x00$(x)`y`")},
		{"white space only", []byte(" \n\n ")},
		{"what looks like an item", []byte("2 parts\n{}")},
		{"just one item", noise("full", testLimit-header)},
		{"one byte more than one item", noise("over", testLimit-header+1)},
		{"text that is one item if it is compressed", text("long", 2*testLimit)},
		{"just two parts", noise("two", 2*testLimit)},
		{"one byte more than two parts", noise("more", 2*testLimit+1)},
		{"64 KiB of text", text("text", 64<<10)},
		{"64 KiB of bytes, not of text", noise("bytes", 64<<10)},
	}
	forEachStore(t, func(t *testing.T, s store) {
		for _, before := range [][]byte{nil, []byte("short"), inParts("before", 3)} {
			for _, record := range records {
				mustWrite(t, s, accounts, before)
				if err := s.Write(background, accounts, record.data); err != nil {
					t.Errorf("%s: %v", record.name, err)
				}
				got, err := s.Read(background, accounts)
				if err != nil || !bytes.Equal(got, record.data) {
					t.Errorf("%s: read %d bytes, %v; want the %d that were written", record.name, len(got), err, len(record.data))
				}
			}
		}
		mustWrite(t, s, accounts, nil)
		wantRecord(t, s, accounts, nil)
	})
}

func TestTheLargestRecord(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		for _, want := range [][]byte{text("largest", MaxSize), noise("largest", MaxSize)} {
			mustWrite(t, s, accounts, want)
			wantRecord(t, s, accounts, want)
		}
		mustWrite(t, s, accounts, nil)
		wantRecord(t, s, accounts, nil)
	})
}

func TestOneRecordDoesNotTouchAnother(t *testing.T) {
	records := []string{accounts, others, accounts[:len(accounts)-1], accounts + "-refresh", "a", "a.0", "a-0"}
	forEachStore(t, func(t *testing.T, s store) {
		for _, data := range []func(string, int) []byte{text, noise} {
			for _, name := range records {
				mustWrite(t, s, name, data(name, 2*testLimit))
			}
			mustWrite(t, s, records[0], nil)
			wantRecord(t, s, records[0], nil)
			for _, name := range records[1:] {
				wantRecord(t, s, name, data(name, 2*testLimit))
			}
		}
	})
}

func TestThereIsNoRecord(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		if data, err := s.Read(background, accounts); err != nil || data != nil {
			t.Errorf("Read = %q, %v; want neither", data, err)
		}
		for _, nothing := range [][]byte{nil, {}} {
			if err := s.Write(background, accounts, nothing); err != nil {
				t.Errorf("Write = %v; removing what is not there is not an error", err)
			}
		}
	})
}

func TestWhatCannotBeWritten(t *testing.T) {
	canceled, cancel := context.WithCancel(background)
	cancel()
	forEachStore(t, func(t *testing.T, s store) {
		mustWrite(t, s, accounts, []byte("old"))
		if err := s.Write(background, accounts, make([]byte, MaxSize+1)); !errors.Is(err, ErrTooLarge) {
			t.Errorf("more than MaxSize: %v; want ErrTooLarge", err)
		}
		for _, name := range []string{"", accounts + ":a:0", "a b", "a/b", "é", strings.Repeat("x", 101)} {
			if err := s.Write(background, name, []byte("s")); err == nil {
				t.Errorf("Write(%q) succeeded", name)
			}
			if data, err := s.Read(background, name); data != nil {
				t.Errorf("Read(%q) = %q, %v", name, data, err)
			}
		}
		for _, data := range [][]byte{[]byte("new"), nil} {
			if err := s.Write(canceled, accounts, data); !errors.Is(err, context.Canceled) || errors.Is(err, ErrTimeout) {
				t.Errorf("Write with a canceled context = %v; want context.Canceled alone", err)
			}
		}
		if _, err := s.Read(canceled, accounts); !errors.Is(err, context.Canceled) || errors.Is(err, ErrTimeout) {
			t.Errorf("Read with a canceled context = %v; want context.Canceled alone", err)
		}
		wantRecord(t, s, accounts, []byte("old"))
	})
}

func TestDataIsCopied(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		data := []byte("record")
		mustWrite(t, s, accounts, data)
		data[0] = 'X'
		got, err := s.Read(background, accounts)
		if err != nil || string(got) != "record" {
			t.Fatalf("after a change of what was written: %q, %v", got, err)
		}
		got[0] = 'X'
		wantRecord(t, s, accounts, []byte("record"))
	})
}

func TestManyGoroutines(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		var group sync.WaitGroup
		for _, name := range []string{"alice", "bob", "carol"} {
			group.Go(func() {
				for range 3 {
					if err := s.Write(background, name, noise(name, 2*testLimit)); err != nil {
						t.Error(err)
					}
					wantRecord(t, s, name, noise(name, 2*testLimit))
				}
			})
		}
		group.Wait()
	})
}

func TestPlace(t *testing.T) {
	for want, s := range map[string]store{"keychain": New(Options{}), "memory": NewMemory()} {
		if got := s.Place(); got != want {
			t.Errorf("Place = %q; want %q", got, want)
		}
	}
}

// How programs wait for each other is tested in package storage.
func TestALockHasOneHolder(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		var holders, held atomic.Int32
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for range 5 {
					unlock, err := s.Lock(background, accounts)
					if err != nil {
						t.Error(err)
						return
					}
					if n := holders.Add(1); n != 1 {
						t.Errorf("%d holders", n)
					}
					held.Add(1)
					time.Sleep(testTick)
					holders.Add(-1)
					unlock()
				}
			})
		}
		group.Wait()
		if held.Load() != 40 {
			t.Errorf("it was held %d times; want 40", held.Load())
		}
	})
}

func TestWhileALockIsHeld(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		unlock, err := s.Lock(background, accounts)
		must(t, err)
		defer unlock()

		// The record and other locks are free.
		mustWrite(t, s, accounts, []byte("s"))
		wantRecord(t, s, accounts, []byte("s"))
		for _, name := range []string{others, accounts + "-refresh"} {
			unlock, err := s.Lock(background, name)
			must(t, err)
			unlock()
		}

		// Who waits does so until the context is done.
		const wait = 50 * testTick
		for _, want := range []error{context.DeadlineExceeded, context.Canceled} {
			start := time.Now() // before the context's time begins
			ctx, cancel := context.WithTimeout(background, wait)
			if want == context.Canceled {
				ctx, cancel = context.WithCancel(background)
				time.AfterFunc(wait, cancel)
			}
			defer cancel()
			second, err := s.Lock(ctx, accounts)
			if took := time.Since(start); took < wait {
				t.Errorf("it waited for %v; the context was done after %v", took, wait)
			}
			if second != nil || !errors.Is(err, want) || !errors.Is(err, ErrBusy) || errors.Is(err, ErrTimeout) {
				t.Errorf("%v; want %v and ErrBusy", err, want)
			}
			// A context that was done before says nothing about others.
			if _, err := s.Lock(ctx, others); !errors.Is(err, want) || errors.Is(err, ErrBusy) {
				t.Errorf("a context that is done: %v", err)
			}
		}
	})
}

func TestUnlockTwice(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		unlock, err := s.Lock(background, accounts)
		must(t, err)
		unlock()
		second, err := s.Lock(background, accounts)
		must(t, err)
		defer second()
		unlock() // is not that of the second holder
		ctx, cancel := context.WithTimeout(background, 30*testTick)
		defer cancel()
		if _, err := s.Lock(ctx, accounts); !errors.Is(err, ErrBusy) {
			t.Errorf("a third holder beside the second: %v", err)
		}
	})
}

// everyByte has no byte more often than another.
func everyByte(size int) []byte {
	data := make([]byte, size)
	for n := range data {
		data[n] = byte(n ^ n>>8)
	}
	return data
}
