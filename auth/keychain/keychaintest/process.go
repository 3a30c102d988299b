//go:build !(windows && wine)

package keychaintest

import (
	"bytes"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"
)

// grace is how long a daemon gets to end when it is asked to, before it is killed.
const grace = 5 * time.Second

// A process is a daemon of ours. It ends, at the latest, when the test does.
type process struct {
	cmd   *exec.Cmd
	log   lockedBuffer
	ended chan struct{}
}

// start starts cmd and has it ended, and waited for, when the test ends.
func start(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{cmd: cmd, ended: make(chan struct{})}
	cmd.Stderr = &p.log
	cmd.SysProcAttr = endWithParent()

	started := make(chan error)
	go func() {
		defer close(p.ended)
		// The kernel tells a child that its parent ended when the *thread* that started it ends, so that thread has to
		// stay: it is this goroutine's own, and it waits for the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // it is ended by a signal
		}
	}()
	if err := <-started; err != nil {
		t.Fatalf("keychaintest: %v", err)
	}
	t.Cleanup(p.stop)
	return p
}

// stop ends the process and waits for it. Once it has ended, stop does nothing.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // an error means it has ended already
	select {
	case <-p.ended:
	case <-time.After(grace):
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
}

// await waits until ready says so.
func (p *process) await(t testing.TB, what string, ready func() bool) {
	t.Helper()
	limit := time.After(patience)
	for !ready() {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-p.ended:
			t.Fatalf("keychaintest: waiting for %s: the process ended\n%s", what, p.output())
		case <-limit:
			t.Fatalf("keychaintest: waiting for %s: not there after %v\n%s", what, patience, p.output())
		}
	}
}

// output is what the process said on stderr so far.
func (p *process) output() string { return p.log.String() }

// A lockedBuffer is written by os/exec while the test reads it.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
