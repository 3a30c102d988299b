package keychain

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"doorkey/auth/keychain/keychaintest"
)

func TestALockHasOneHolderAmongGoroutines(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		var holders, held atomic.Int32
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for range 5 {
					unlock, err := s.Lock(background, alice)
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

func TestALockIsOfOneSession(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		for _, key := range []Key{alice, bob, {issuer, "command line", "alice"}, {"https://other.example.com", client, "alice"}} {
			ctx, cancel := context.WithTimeout(background, time.Minute)
			defer cancel()
			unlock, err := s.Lock(ctx, key)
			if err != nil {
				t.Fatalf("%v, while others are held: %v", key, err)
			}
			defer unlock()
		}
	})
}

func TestWhileALockIsHeld(t *testing.T) {
	nobody := Key{Issuer: issuer, ClientID: client}
	forEachStore(t, func(t *testing.T, s store) {
		unlock, err := s.Lock(background, alice)
		if err != nil {
			t.Fatal(err)
		}
		defer unlock()
		_, loadErr := s.Load(background, alice)
		_, listErr := s.Subjects(background, issuer, client)
		for what, err := range map[string]error{
			"save": s.Save(background, alice, []byte("s")), "load": loadErr, "list": listErr,
			"choose": s.SetCurrent(background, alice), "choose nobody": s.SetCurrent(background, nobody),
			"delete": s.Delete(background, alice),
		} {
			if err != nil && !errors.Is(err, ErrNotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func TestALockIsWaitedForUntilTheContextIsDone(t *testing.T) {
	const wait = 50 * testTick
	forEachStore(t, func(t *testing.T, s store) {
		unlock, err := s.Lock(background, alice)
		if err != nil {
			t.Fatal(err)
		}
		defer unlock()

		for _, want := range []error{context.DeadlineExceeded, context.Canceled} {
			start := time.Now() // before the context's time begins
			ctx, cancel := context.WithTimeout(background, wait)
			if want == context.Canceled {
				ctx, cancel = context.WithCancel(background)
				time.AfterFunc(wait, cancel)
			}
			defer cancel()
			second, err := s.Lock(ctx, alice)
			if took := time.Since(start); took < wait || took > 50*wait {
				t.Errorf("it waited for %v; the context was done after %v", took, wait)
			}
			if second != nil || !errors.Is(err, want) || errors.Is(err, ErrTimeout) {
				t.Errorf("%v; want %v alone", err, want)
			}
			if !strings.Contains(err.Error(), "session at "+issuer+": another") || !strings.Contains(err.Error(), "is renewing it") {
				t.Errorf("%v does not say that somebody else is renewing the session", err)
			}

			// Who comes with a context that is done is not told of anybody.
			if _, err := s.Lock(ctx, bob); !errors.Is(err, want) || strings.Contains(err.Error(), "renewing") {
				t.Errorf("a context that is done: %v", err)
			}
		}
	})
}

func TestUnlockTwice(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		unlock, err := s.Lock(background, alice)
		if err != nil {
			t.Fatal(err)
		}
		unlock()
		second, err := s.Lock(background, alice)
		if err != nil {
			t.Fatal(err)
		}
		defer second()
		unlock() // is not that of the second holder
		ctx, cancel := context.WithTimeout(background, 30*testTick)
		defer cancel()
		if _, err := s.Lock(ctx, alice); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a third holder beside the second: %v", err)
		}
	})
}

func TestALockDoesNotAskTheKeychain(t *testing.T) {
	r := newStuckRing()
	defer close(r.answer)
	k := newKeychain(Options{Timeout: 30 * testTick, LockDir: t.TempDir()}, r)
	if err := k.Save(background, alice, []byte("s")); !errors.Is(err, ErrTimeout) { // it is stuck, and has its turn and its lock
		t.Fatal(err)
	}
	unlock, err := k.Lock(background, alice)
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(100*testTick, unlock)
	unlock, err = k.Lock(background, alice) // waits longer than the Timeout
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestEightProgramsTakeALockInTurn(t *testing.T) {
	ring, k := open(t, keychaintest.WithoutSecretService())
	if err := os.WriteFile(counterFile(), []byte("0"), 0o600); err != nil {
		t.Fatal(err)
	}
	// All of them wait for the lock before the first gets it.
	unlock, err := k.Lock(background, alice)
	if err != nil {
		t.Fatal(err)
	}
	var programs []*exec.Cmd
	for range 8 {
		program := child(ring, "count")
		if err := program.Start(); err != nil {
			t.Fatal(err)
		}
		programs = append(programs, program)
	}
	unlock()
	for _, program := range programs {
		if err := program.Wait(); err != nil {
			t.Error(err)
		}
	}
	if n, err := readCounter(); err != nil || n != 8*counts {
		t.Errorf("the counter is at %d, %v; want %d", n, err, 8*counts)
	}
}

func TestTheLockOfAProgramThatIsKilledIsFree(t *testing.T) {
	ring, k := open(t, keychaintest.WithoutSecretService())
	holder := child(ring, "hold")
	output, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	// What the holder started lives on, as a browser does. It must not have got the lock along with everything else.
	started, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.FindProcess(started)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := other.Kill(); err != nil {
			t.Errorf("what the holder started does not run any more: %v", err)
		}
	}()

	ctx, cancel := context.WithTimeout(background, 50*testTick)
	defer cancel()
	if _, err := k.Lock(ctx, alice); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "another program") {
		t.Fatalf("while another program holds it: %v", err)
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait()
	ctx, cancel = context.WithTimeout(background, time.Second)
	defer cancel()
	unlock, err := k.Lock(ctx, alice)
	if err != nil {
		t.Fatalf("after it was killed: %v", err)
	}
	unlock()
}

// counts is how often the program "count" adds one to the number in counterFile.
const counts = 20

func counterFile() string {
	dir, _ := os.UserCacheDir()
	return filepath.Join(dir, "counter")
}

func readCounter() (int, error) {
	data, err := os.ReadFile(counterFile())
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(string(data))
}
