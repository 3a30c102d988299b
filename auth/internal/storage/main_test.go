package storage

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

var background = context.Background()

// soon is within what a person takes for at once: a sign-out in one window has
// to show in the other.
const soon = 2 * time.Second

// childVariable makes the test binary one of the programs of childPrograms, so
// that tests have a second process.
const childVariable = "STORAGE_TEST_CHILD"

func TestMain(m *testing.M) {
	if line := os.Getenv(childVariable); line != "" {
		args := strings.Fields(line)
		if err := childPrograms[args[0]](args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// childPrograms use the folder that their environment leads to. Their first
// argument is its name.
var childPrograms = map[string]func(args []string) error{
	// hold takes the lock "a", starts a program, prints its process id, and
	// waits to be killed.
	"hold": func(args []string) error {
		if _, err := NewFolder(args[0], "").Lock(background, "a"); err != nil {
			return err
		}
		other := exec.Command(os.Args[0])
		other.Env = append(os.Environ(), childVariable+"=rest")
		if err := other.Start(); err != nil {
			return err
		}
		fmt.Println(other.Process.Pid)
		return other.Wait()
	},
	// rest lives on for a while.
	"rest": func([]string) error { time.Sleep(time.Minute); return nil },
	// try reports whether the lock "a" could be taken.
	"try": func(args []string) error {
		_, err := NewFolder(args[0], "").TryLock("a")
		fmt.Println(err)
		return nil
	},
	// count adds to the number in a file, which takes the lock to come out right.
	"count": func(args []string) error {
		f := NewFolder(args[0], "")
		for range counts {
			unlock, err := f.Lock(background, "a")
			if err != nil {
				return err
			}
			n, err := readCounter(args[1])
			if err != nil {
				return err
			}
			time.Sleep(time.Millisecond)
			if err := os.WriteFile(args[1], []byte(strconv.Itoa(n+1)), 0o600); err != nil {
				return err
			}
			unlock()
		}
		return nil
	},
	// once takes the lock when its input ends, and holds it for 5 ms.
	"once": func(args []string) error {
		f := NewFolder(args[0], "")
		fmt.Println("ready")
		_, _ = io.Copy(io.Discard, os.Stdin)
		unlock, err := f.Lock(background, "a")
		if err != nil {
			return err
		}
		time.Sleep(5 * time.Millisecond)
		unlock()
		return nil
	},
	"announce": func(args []string) error {
		NewFolder(args[0], "").Announce("a")
		return nil
	},
}

// counts is how often the program "count" adds one to the number.
const counts = 20

func readCounter(path string) (int, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(string(data))
}

// A world is the Folder of a test, whose places are the test's alone.
type world struct {
	*Folder
	t   testing.TB
	dir string
}

func newWorld(t testing.TB) *world {
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("LocalAppData", filepath.Join(dir, "cache"))
	t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, "cache"))
	t.Setenv("XDG_RUNTIME_DIR", filepath.Join(dir, "run"))
	mustDo(t, os.Mkdir(filepath.Join(dir, "run"), 0o700))
	w := &world{NewFolder("doorkey-test-"+filepath.Base(filepath.Dir(dir))+strconv.Itoa(os.Getpid()), ""), t, dir}
	t.Cleanup(func() {
		places, _ := w.places()
		for _, place := range places {
			_ = os.RemoveAll(place.path)
		}
	})
	return w
}

// place is the path of the n-th place.
func (w *world) place(n int) string {
	w.t.Helper()
	places, err := w.places()
	if err != nil {
		w.t.Fatal(err)
	}
	return places[n].path
}

// child prepares one of childPrograms.
func (w *world) child(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+strings.Join(append([]string{program, w.name}, args...), " "),
		"GORACE=atexit_sleep_ms=0") // under -race a program sleeps for a second before it ends
	cmd.Stderr = os.Stderr
	return cmd
}

// breakPlace has the n-th place not work, until heal is called.
func (w *world) breakPlace(n int) (heal func()) {
	w.t.Helper()
	path := w.place(n)
	mustDo(w.t, os.MkdirAll(filepath.Dir(path), 0o700))
	mustDo(w.t, os.RemoveAll(path))
	mustDo(w.t, os.WriteFile(path, nil, 0o600))
	return func() { mustDo(w.t, os.Remove(path)) }
}

// mustLock takes a lock that is free.
func (w *world) mustLock(name string) (unlock func()) {
	w.t.Helper()
	unlock, err := w.TryLock(name)
	if err != nil {
		w.t.Fatal(err)
	}
	return unlock
}

func mustDo(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// private reports whether a file or folder is the person's alone. Windows has no
// such modes: what is in a profile is private by its place.
func private(info os.FileInfo, want os.FileMode) bool {
	return info.Mode().Perm() == want || runtime.GOOS == "windows"
}

// startOne starts a program and returns the first line that it prints.
func startOne(t testing.TB, cmd *exec.Cmd) string {
	t.Helper()
	output, err := cmd.StdoutPipe()
	mustDo(t, err)
	mustDo(t, cmd.Start())
	line, err := bufio.NewReader(output).ReadString('\n')
	mustDo(t, err)
	return strings.TrimSpace(line)
}

// watchUntilEnd watches until the test ends, and waits for the end of that: on
// Windows a folder that is watched cannot be removed.
func watchUntilEnd(t *testing.T, f *Folder, name string) <-chan struct{} {
	changed := f.Watch(t.Context(), name)
	t.Cleanup(func() {
		for range changed {
		}
	})
	return changed
}
