//go:build linux

package main_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// need fails with the install line where a program is missing.
func need(t *testing.T, debianPackage string, programs ...string) string {
	t.Helper()
	for _, program := range programs {
		if path, err := exec.LookPath(program); err == nil {
			return path
		}
	}
	t.Fatalf("%s is missing: apt-get install %s (or make test, which does)", programs[0], debianPackage)
	return ""
}

var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "doorkey-e2e-")
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "doorkey-desktop")
	out, err := exec.Command("go", "build", "-race", "-o", program, ".").CombinedOutput()
	if err != nil {
		return dir, errors.New(string(out))
	}
	return program, nil
})

func TestMain(m *testing.M) {
	status := m.Run()
	if program, err := build(); err == nil {
		os.RemoveAll(filepath.Dir(program))
	}
	os.Exit(status)
}

func buildProgram(t *testing.T) string {
	t.Helper()
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// process is a program that the test started, and ends.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{}
	mu    sync.Mutex
	out   bytes.Buffer
}

// start runs a program with env over the test's environment.
func start(t *testing.T, env []string, program string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(program, args...), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stdout, p.cmd.Stderr = p, p
	p.cmd.WaitDelay = 5 * time.Second // a browser may have inherited the pipe
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
		if t.Failed() {
			t.Logf("%s said:\n%s", filepath.Base(program), p.said())
		}
	})
	return p
}

func (p *process) Write(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(data)
}

func (p *process) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// wait waits for the program to end by itself.
func (p *process) wait(t *testing.T) (status int) {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(20 * time.Second):
		t.Fatal("the program did not end")
	}
	return p.cmd.ProcessState.ExitCode()
}

// quit ends a window as logging out of the desktop does.
func (p *process) quit(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
		// Measured with a bare Fyne window too, about once in 300 times.
		t.Log("the window did not end at SIGTERM")
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
}

// wantClean fails where the program reported what it must not do.
func (p *process) wantClean(t *testing.T) {
	t.Helper()
	// Fyne writes its preferences in place, so that one window may read them
	// half written by another, and says so. We keep nothing in them.
	said := strings.ReplaceAll(p.said(), "Fyne error:  Preferences load error", "")
	for _, bad := range []string{"Error in Fyne call thread", "DATA RACE", "panic", "Fyne error"} {
		if strings.Contains(said, bad) {
			t.Errorf("the program reported %q:\n%s", bad, p.said())
		}
	}
}
