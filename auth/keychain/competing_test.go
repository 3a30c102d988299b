package keychain

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"
)

const alternations = 200

const moreData = syscall.Errno(234) // ERROR_MORE_DATA

// twoSessions differ in length and in the number of their parts, so that a mixture of them would show.
func twoSessions() [2][]byte { return [2][]byte{text("long", 2*maxPart), text("short", 100)} }

func TestAReaderSeesTheOldSessionOrTheNewOne(t *testing.T) {
	ring, k := open(t)
	sessions := twoSessions()
	mustSave(t, k, alice, sessions[1])

	writer := child(ring, "alternate")
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- writer.Wait() }()

	var seen [2]int
	for {
		got, err := k.Load(background, alice)
		switch {
		case runtime.GOOS == "windows" && errors.Is(err, moreData): // Wine asks for the length first; Windows answers at once
		case err != nil:
			t.Errorf("while another program saves: %v", err)
		case bytes.Equal(got, sessions[0]):
			seen[0]++
		case bytes.Equal(got, sessions[1]):
			seen[1]++
		default:
			t.Errorf("loaded a session that nobody saved: %d bytes, %.30q", len(got), got)
		}
		select {
		case <-time.After(10 * testTick): // or the writer hardly gets a turn
		case err := <-ended:
			if err != nil {
				t.Errorf("the writer: %v", err)
			}
			if seen[0] == 0 || seen[1] == 0 {
				t.Errorf("the reader saw the sessions %v times: it was never overtaken", seen)
			}
			t.Logf("seen %v", seen)
			return
		}
	}
}

// TestAReaderIsOvertakenAtEveryStep has somebody else change the session just before each step of Load.
func TestAReaderIsOvertakenAtEveryStep(t *testing.T) {
	old, long, short := text("old", 2*maxPart), text("long", 3*maxPart), text("short", 10)
	for _, test := range []struct {
		name   string
		change func(*testing.T, *Keychain)
		new    []byte // nil: none
	}{
		{"by a longer session", func(t *testing.T, k *Keychain) { mustSave(t, k, alice, long) }, long},
		{"by two sessions, so that its slot is in use again", func(t *testing.T, k *Keychain) {
			mustSave(t, k, alice, long)
			mustSave(t, k, alice, short)
		}, short},
		{"by a sign-out", func(t *testing.T, k *Keychain) { mustDelete(t, k, alice) }, nil},
		{"by a sign-out and another sign-in", func(t *testing.T, k *Keychain) {
			mustDelete(t, k, alice)
			mustSave(t, k, alice, short)
		}, short},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, k := open(t)
			for n, done := 0, false; !done; n++ {
				mustDelete(t, k, alice)
				mustSave(t, k, alice, old)
				r := &overtakenRing{ring: osRing{}, left: n, change: func() { test.change(t, k) }}
				got, err := newKeychain(Options{}, r).Load(background, alice)
				done = r.left >= 0 // Load has fewer steps
				switch {
				case err == nil && (bytes.Equal(got, old) || test.new != nil && bytes.Equal(got, test.new)):
				case test.new == nil && errors.Is(err, ErrNotFound):
				default:
					t.Errorf("before step %d: %.20q (%d bytes), %v; want the old session or the new one", n, got, len(got), err)
				}
			}
		})
	}
}

// An overtakenRing is the real keychain, in which something changes before one of the Gets.
type overtakenRing struct {
	ring
	left   int
	change func()
}

func (r *overtakenRing) Get(service, user string) (string, error) {
	if r.left--; r.left == -1 {
		r.change()
	}
	return r.ring.Get(service, user)
}

// competing returns a session that tells its length and content by itself.
func competing(n int) []byte {
	size := 100 + n*977%6000
	return fmt.Appendf(nil, "%d:%s", n, text(fmt.Sprint(n), size))
}

func isCompeting(data []byte) bool {
	var n int
	_, err := fmt.Sscanf(string(data), "%d:", &n)
	return err == nil && bytes.Equal(data, competing(n))
}

func TestFourProgramsSaveAtTheSameTime(t *testing.T) {
	ring, k := open(t)
	var writers []*exec.Cmd
	for range 4 {
		writer := child(ring, "compete")
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		writers = append(writers, writer)
	}
	for _, writer := range writers {
		if err := writer.Wait(); err != nil {
			t.Errorf("a writer: %v", err)
		}
	}

	data, err := k.Load(background, alice)
	if err != nil || !isCompeting(data) {
		t.Errorf("at the end: %.30q, %v; want one whole session", data, err)
	}
	wantTidy(t, ring, k)
	mustDelete(t, k, alice)
	wantEmpty(t, ring)
}
