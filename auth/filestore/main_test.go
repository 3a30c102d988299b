package filestore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

var background = context.Background()

// childVariable makes the test binary one of the programs of childPrograms, so
// that tests have a second process.
const childVariable = "FILESTORE_TEST_CHILD"

func TestMain(m *testing.M) {
	if name := os.Getenv(childVariable); name != "" {
		if err := childPrograms[name](); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// childPrograms use the store in the folder in dirVariable.
var childPrograms = map[string]func() error{
	// write writes the record "a", and is killed after the step in killVariable.
	"write": func() error {
		s := childStore()
		s.step = killAt(os.Getenv(killVariable))
		return s.Write(background, "a", generation('n'))
	},
	"remove": func() error {
		s := childStore()
		s.step = killAt(os.Getenv(killVariable))
		return s.Write(background, "a", nil)
	},
	// forever writes one record after the other.
	"forever": func() error {
		s := childStore()
		for n := 0; ; n++ {
			if err := s.Write(background, "a", generation(byte('a'+n%26))); err != nil {
				return err
			}
			if n == 0 {
				fmt.Println("writing")
			}
		}
	},
	// ten writes ten records, of which a reader can tell whether they are whole.
	"ten": func() error {
		s := childStore()
		for n := range 10 {
			if err := s.Write(background, "a", generation(byte('a'+(os.Getpid()+n)%26))); err != nil {
				return err
			}
		}
		return nil
	},
	// try reports whether the lock "a" can be taken.
	"try": func() error {
		ctx, cancel := context.WithTimeout(background, 50*time.Millisecond)
		defer cancel()
		_, err := childStore().Lock(ctx, "a")
		fmt.Println(errors.Is(err, ErrBusy))
		return nil
	},
	// environment prints its environment, and then sleeps.
	"environment": func() error {
		for _, variable := range os.Environ() {
			fmt.Print(variable, ";")
		}
		return nil
	},
	"endless": func() error {
		for {
			fmt.Println(strings.Repeat("x", 1000))
		}
	},
	"silent": func() error { time.Sleep(time.Minute); return nil },
	"fails":  func() error { fmt.Println("swordfish"); return errors.New("") },
	// leaves starts a program that keeps its output open.
	"leaves": func() error {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childVariable+"=brief")
		cmd.Stdout = os.Stdout
		fmt.Println("swordfish")
		return cmd.Start()
	},
	"brief": func() error { time.Sleep(5 * time.Second); return nil },
}

const (
	dirVariable  = "FILESTORE_TEST_DIR"
	killVariable = "FILESTORE_TEST_KILL"
)

// testKey is a key that takes no time.
const testKey = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

func given(key string) Key {
	return func(context.Context, bool) (string, error) { return key, nil }
}

func childStore() *Store {
	s, err := New(Options{Dir: os.Getenv(dirVariable), Key: given(testKey)})
	if err != nil {
		panic(err)
	}
	return s
}

// killAt kills this program after that step.
func killAt(step string) func(string) {
	return func(done string) {
		if done == step {
			self, _ := os.FindProcess(os.Getpid())
			_ = self.Kill()
			select {}
		}
	}
}

// child prepares one of childPrograms, with the store for its own.
func child(s *Store, name string, env ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), childVariable+"="+name, dirVariable+"="+s.dir,
		"GORACE=atexit_sleep_ms=0"), env...) // under -race a program sleeps for a second before it ends
	cmd.Stderr = os.Stderr
	return cmd
}

// newStore returns a store in a folder of the test.
func newStore(t testing.TB) *Store {
	t.Helper()
	return storeIn(t, filepath.Join(t.TempDir(), "sessions"), given(testKey))
}

func storeIn(t testing.TB, dir string, key Key) *Store {
	t.Helper()
	s, err := New(Options{Dir: dir, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustWrite(t testing.TB, s *Store, name string, data []byte) {
	t.Helper()
	if err := s.Write(background, name, data); err != nil {
		t.Fatal(err)
	}
}

// wantRecord checks what the record is; nil stands for none.
func wantRecord(t testing.TB, s *Store, name string, want []byte) {
	t.Helper()
	got, err := s.Read(background, name)
	if err != nil || (got == nil) != (want == nil) || !bytes.Equal(got, want) {
		t.Errorf("Read(%s) = %.20q (%d bytes), %v; want %.20q (%d bytes)", name, got, len(got), err, want, len(want))
	}
}

// generation is a record of which each half tells whether the other is whole.
func generation(c byte) []byte { return bytes.Repeat([]byte{c}, 4000) }

func isGeneration(data []byte) bool {
	return len(data) == 4000 && bytes.Count(data, data[:1]) == len(data)
}

// private reports whether a file or folder is the person's alone. Windows has no
// such modes: what is in a profile is private by its place.
func private(info os.FileInfo, want os.FileMode) bool {
	return info.Mode().Perm() == want || runtime.GOOS == "windows"
}

// wantAlone checks that there is nothing in the folder but these files.
func wantAlone(t testing.TB, s *Store, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, entry.Name())
		if info, err := entry.Info(); err != nil || !private(info, 0o600) {
			t.Errorf("%s: %v, %v", entry.Name(), info.Mode(), err)
		}
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		t.Errorf("in the folder: %v; want %v", got, names)
	}
}
