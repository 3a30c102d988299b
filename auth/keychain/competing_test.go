package keychain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"

	"doorkey/auth/keychain/keychaintest"
)

const alternations = 200

const moreData = syscall.Errno(234) // ERROR_MORE_DATA

// twoRecords differ in length and in the number of their parts, so that a mixture of them would show.
func twoRecords() [2][]byte { return [2][]byte{inParts("long", 3), inParts("short", 2)} }

func TestAReaderSeesTheOldRecordOrTheNewOne(t *testing.T) {
	forEachKeychain(t, func(t *testing.T, ring *keychaintest.Keyring, k *Keychain) {
		records := twoRecords()
		mustWrite(t, k, accounts, records[1])

		writer := child(ring, k, "alternate")
		must(t, writer.Start())
		ended := make(chan error, 1)
		go func() { ended <- writer.Wait() }()

		var seen [2]int
		for {
			got, err := k.Read(background, accounts)
			switch {
			case runtime.GOOS == "windows" && errors.Is(err, moreData): // Wine asks for the length first; Windows answers at once
			case err != nil:
				t.Errorf("while another program writes: %v", err)
			case bytes.Equal(got, records[0]):
				seen[0]++
			case bytes.Equal(got, records[1]):
				seen[1]++
			default:
				t.Errorf("read a record that nobody wrote: %d bytes, %.30q", len(got), got)
			}
			select {
			case <-time.After(10 * testTick): // or the writer hardly gets a turn
			case err := <-ended:
				must(t, err)
				if seen[0] == 0 || seen[1] == 0 {
					t.Errorf("the reader saw the records %v times: it was never overtaken", seen)
				}
				t.Logf("seen %v", seen)
				return
			}
		}
	})
}

// TestAReaderIsOvertakenAtEveryStep has somebody else change the record just before each step of Read.
func TestAReaderIsOvertakenAtEveryStep(t *testing.T) {
	long, short, one := inParts("long", 4), inParts("short", 2), []byte("one")
	writes := func(records ...[]byte) [][]byte { return records }
	for _, test := range []struct {
		name    string
		changes [][]byte // all before the same step
	}{
		{"by a longer record", writes(long)},
		{"by a shorter record", writes(short)},
		{"by two records, so that its slot is in use again", writes(long, short)},
		{"by two records, the second as long", writes(short, inParts("other", 3))},
		{"by a record in one item", writes(one)},
		{"by a record in one item, and one in parts", writes(one, short)},
		{"by a removal", writes(nil)},
		{"by a removal and a record in one item", writes(nil, one)},
		{"by a removal and a record in parts", writes(nil, short)},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, k := openLimited(t)
			for _, old := range [][]byte{one, inParts("old", 3)} {
				for n, done := 0, false; !done; n++ {
					mustWrite(t, k, accounts, nil)
					mustWrite(t, k, accounts, old)
					r := &overtakenRing{ring: k.items.ring, left: n, change: func() {
						for _, data := range test.changes {
							mustWrite(t, k, accounts, data)
						}
					}}
					got, err := on(r, k).Read(background, accounts)
					done = r.left >= 0 // Read has fewer steps
					newest := test.changes[len(test.changes)-1]
					if err != nil || !bytes.Equal(got, old) && !bytes.Equal(got, newest) || got == nil && newest != nil {
						t.Errorf("before step %d: %.20q (%d bytes), %v; want the old record or the new one", n, got, len(got), err)
					}
				}
			}
		})
	}
}

// A writer that is slow, or was killed, does not disturb readers at any of its steps.
func TestAReaderBetweenTheStepsOfAWriter(t *testing.T) {
	_, k := openLimited(t)
	records := [][]byte{inParts("long", 4), []byte("one"), inParts("short", 2), inParts("third", 3)}
	mustWrite(t, k, accounts, records[len(records)-1])
	old := records[len(records)-1]
	for _, next := range records {
		r := &watchedRing{ring: k.items.ring, look: func() {
			if got, err := k.Read(background, accounts); err != nil || !bytes.Equal(got, old) && !bytes.Equal(got, next) {
				t.Errorf("%.20q (%d bytes), %v; want the old record or the new one", got, len(got), err)
			}
		}}
		mustWrite(t, on(r, k), accounts, next)
		old = next
	}
}

// An overtakenRing is the real keychain, in which something changes before one of the Gets.
type overtakenRing struct {
	ring
	left   int
	change func()
}

func (r *overtakenRing) Get(ctx context.Context, service, user string) (string, error) {
	if r.left--; r.left == -1 {
		r.change()
	}
	return r.ring.Get(ctx, service, user)
}

// A watchedRing is the real keychain, at which somebody looks after each write.
type watchedRing struct {
	ring
	look func()
}

func (r *watchedRing) Set(ctx context.Context, service, user, value string) error {
	defer r.look()
	return r.ring.Set(ctx, service, user, value)
}

func (r *watchedRing) Delete(ctx context.Context, service, user string) error {
	defer r.look()
	return r.ring.Delete(ctx, service, user)
}

// competing returns a record that tells its length and content by itself.
func competing(n int) []byte {
	return append(fmt.Appendf(nil, "%d:", n), noise(fmt.Sprint(n), 100+n*977%(4*testLimit))...)
}

func isCompeting(data []byte) bool {
	var n int
	_, err := fmt.Sscanf(string(data), "%d:", &n)
	return err == nil && bytes.Equal(data, competing(n))
}

// competeOnce replaces the record, as programs do: alone, by its lock.
func competeOnce(k *Keychain, n int) error {
	ctx, cancel := context.WithTimeout(background, time.Minute)
	defer cancel()
	unlock, err := k.Lock(ctx, accounts)
	if err != nil {
		return err
	}
	defer unlock()
	if data, err := k.Read(ctx, accounts); err != nil || data != nil && !isCompeting(data) {
		return fmt.Errorf("read %d bytes, %.30q, %w", len(data), data, err)
	}
	return k.Write(ctx, accounts, competing(n))
}

func TestFourProgramsWriteAtTheSameTime(t *testing.T) {
	forEachKeychain(t, func(t *testing.T, ring *keychaintest.Keyring, k *Keychain) {
		var writers []*exec.Cmd
		for range 4 {
			writer := child(ring, k, "compete")
			must(t, writer.Start())
			writers = append(writers, writer)
		}
		for _, writer := range writers {
			if err := writer.Wait(); err != nil {
				t.Errorf("a writer: %v", err)
			}
		}

		data, err := k.Read(background, accounts)
		if err != nil || !isCompeting(data) {
			t.Errorf("at the end: %.30q, %v; want one whole record", data, err)
		}
		wantTidy(t, ring, k, "at the end")
		mustWrite(t, k, accounts, nil)
		wantEmpty(t, ring)
	})
}
