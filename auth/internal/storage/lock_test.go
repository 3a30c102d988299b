package storage

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestALockHasOneHolderAmongGoroutines(t *testing.T) {
	w := newWorld(t)
	var holders, held atomic.Int32
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 5 {
				unlock, err := w.Lock(background, "a")
				if err != nil {
					t.Error(err)
					return
				}
				if n := holders.Add(1); n != 1 {
					t.Errorf("%d holders", n)
				}
				held.Add(1)
				time.Sleep(time.Millisecond)
				holders.Add(-1)
				unlock()
			}
		})
	}
	group.Wait()
	if held.Load() != 40 {
		t.Errorf("it was held %d times; want 40", held.Load())
	}
}

func TestALockIsOfOneName(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"a", "A.b-1", strings.Repeat("x", 100)} {
		defer w.mustLock(name)()
	}
	for _, name := range []string{"", "a/b", `a\b`, "a b", "é", strings.Repeat("x", 101)} {
		if _, err := w.Lock(background, name); err == nil || !strings.Contains(err.Error(), "cannot be the name") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestALockIsWaitedForUntilTheContextIsDone(t *testing.T) {
	const wait = 50 * time.Millisecond
	w := newWorld(t)
	defer w.mustLock("a")()
	for _, want := range []error{context.DeadlineExceeded, context.Canceled} {
		start := time.Now() // before the context's time begins
		ctx, cancel := context.WithTimeout(background, wait)
		if want == context.Canceled {
			ctx, cancel = context.WithCancel(background)
			time.AfterFunc(wait, cancel)
		}
		defer cancel()
		second, err := w.Lock(ctx, "a")
		if took := time.Since(start); took < wait || took > 50*wait {
			t.Errorf("it waited for %v; the context was done after %v", took, wait)
		}
		if second != nil || !errors.Is(err, want) || !errors.Is(err, ErrBusy) {
			t.Errorf("%v; want %v and ErrBusy", err, want)
		}
		// A context that was done before says nothing about others.
		if _, err := w.Lock(ctx, "b"); !errors.Is(err, want) || errors.Is(err, ErrBusy) {
			t.Errorf("a context that is done: %v", err)
		}
	}
}

func TestTryLockDoesNotWait(t *testing.T) {
	w := newWorld(t)
	unlock := w.mustLock("a")
	if second, err := w.TryLock("a"); second != nil || !errors.Is(err, ErrBusy) {
		t.Errorf("%v; want ErrBusy", err)
	}
	unlock()
	w.mustLock("a")()
}

func TestUnlockTwice(t *testing.T) {
	w := newWorld(t)
	unlock := w.mustLock("a")
	unlock()
	defer w.mustLock("a")()
	unlock() // is not that of the second holder
	if _, err := w.TryLock("a"); !errors.Is(err, ErrBusy) {
		t.Errorf("a third holder beside the second: %v", err)
	}
}

func TestEightProgramsTakeALockInTurn(t *testing.T) {
	w := newWorld(t)
	counter := filepath.Join(w.dir, "counter")
	mustDo(t, os.WriteFile(counter, []byte("0"), 0o600))
	unlock := w.mustLock("a") // so that all of them wait for it before the first gets it
	var programs []*exec.Cmd
	for range 8 {
		program := w.child("count", counter)
		mustDo(t, program.Start())
		programs = append(programs, program)
	}
	unlock()
	for _, program := range programs {
		if err := program.Wait(); err != nil {
			t.Error(err)
		}
	}
	if n, err := readCounter(counter); err != nil || n != 8*counts {
		t.Errorf("the counter is at %d, %v; want %d", n, err, 8*counts)
	}
}

func TestTheLockOfAProgramThatIsKilledIsFree(t *testing.T) {
	w := newWorld(t)
	holder := w.child("hold")
	// What the holder started lives on, as a browser does. It must not have
	// got the lock along with everything else.
	started, err := strconv.Atoi(startOne(t, holder))
	mustDo(t, err)
	other, err := os.FindProcess(started)
	mustDo(t, err)
	defer func() {
		if err := other.Kill(); err != nil {
			t.Errorf("what the holder started does not run any more: %v", err)
		}
	}()
	if _, err := w.TryLock("a"); !errors.Is(err, ErrBusy) {
		t.Fatalf("while another program holds it: %v", err)
	}
	mustDo(t, holder.Process.Kill())
	_ = holder.Wait()
	w.mustLock("a")()
}

// Somebody who clears the cache must not let two programs hold one lock once
// they all use the new file.
func TestALockFileThatIsRemovedWhileItIsWaitedFor(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file that is open cannot be removed")
	}
	w := newWorld(t)
	first := w.mustLock("a")
	var second func()
	third, err := w.lock("a", func() error {
		if second != nil {
			return ErrBusy
		}
		mustDo(t, os.Remove(filepath.Join(w.place(0), "a.lock")))
		second = w.mustLock("a")
		first()
		return nil
	})
	if !errors.Is(err, ErrBusy) || third != nil {
		t.Errorf("a third holder beside the second: %v", err)
	}
	second()
}

// A place that comes to work while a later one is waited for: somebody else has
// locked there meanwhile, and saw nobody in the later one.
func TestAPlaceThatHealsWhileALaterOneIsWaitedFor(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file that is open cannot be removed")
	}
	w := newWorld(t)
	heal := w.breakPlace(0)
	first := w.mustLock("a")
	var second func()
	third, err := w.lock("a", func() error {
		if second != nil {
			return ErrBusy
		}
		heal()
		mustDo(t, os.Remove(filepath.Join(w.place(1), "a.lock")))
		second = w.mustLock("a")
		first()
		return nil
	})
	if !errors.Is(err, ErrBusy) || third != nil {
		t.Errorf("a third holder beside the second: %v", err)
	}
	second()
	w.mustLock("a")()
}

// BenchmarkLock takes a lock that is free.
func BenchmarkLock(b *testing.B) {
	w := newWorld(b)
	for b.Loop() {
		w.mustLock("a")()
	}
}

// BenchmarkAHundredPrograms has a hundred programs take one lock at the same
// time, each for 5 ms.
func BenchmarkAHundredPrograms(b *testing.B) {
	w := newWorld(b)
	var cpu time.Duration
	for b.Loop() {
		b.StopTimer()
		reader, writer, err := os.Pipe()
		mustDo(b, err)
		var programs []*exec.Cmd
		for range 100 {
			program := w.child("once")
			program.Stdin = reader
			startOne(b, program)
			programs = append(programs, program)
			cpu -= cpuOf(program.Process.Pid)
		}
		b.StartTimer()
		_ = reader.Close()
		_ = writer.Close()
		for _, program := range programs {
			mustDo(b, program.Wait())
			cpu += program.ProcessState.UserTime() + program.ProcessState.SystemTime()
		}
	}
	b.ReportMetric(float64(cpu.Milliseconds())/float64(b.N), "cpu-ms/op")
}

// cpuOf is the processor time that a program has used, or 0 where /proc is not
// there to say so.
func cpuOf(pid int) time.Duration {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat)[strings.LastIndex(string(stat), ")")+1:])
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}
