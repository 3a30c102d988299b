//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package filestore

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nobody is somebody else.
const nobody = 65534

// A place that others can look into is refused, and nothing is put there.
func TestWhichFolderIsRefused(t *testing.T) {
	for _, test := range []struct {
		name string
		make func(t *testing.T, dir string)
		says string // "" if it is used
	}{
		{"private", func(t *testing.T, dir string) { mkdir(t, dir, 0o700) }, ""},
		{"open for reading", func(t *testing.T, dir string) { mkdir(t, dir, 0o755) }, "other users can read it"},
		{"open for a group", func(t *testing.T, dir string) { mkdir(t, dir, 0o750) }, "other users can read it"},
		{"open for passing through", func(t *testing.T, dir string) { mkdir(t, dir, 0o711) }, "other users can read it"},
		{"open for writing", func(t *testing.T, dir string) { mkdir(t, dir, 0o777) }, "other users can write to it"},
		{"a link", func(t *testing.T, dir string) {
			mkdir(t, dir+"-target", 0o700)
			must(t, os.Symlink(dir+"-target", dir))
		}, "it is a link"},
		{"a file", func(t *testing.T, dir string) { write(t, dir, nil) }, "it is not a folder"},
		{"somebody else's", func(t *testing.T, dir string) {
			mkdir(t, dir, 0o700)
			chown(t, dir)
		}, "it belongs to another user"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "sessions")
			test.make(t, dir)
			before, _ := os.Lstat(dir)
			s := storeIn(t, dir, given(testKey))
			_, readErr := s.Read(background, "a")
			unlock, lockErr := s.Lock(background, "a")
			for what, err := range map[string]error{"read": readErr, "write": s.Write(background, "a", []byte("x")), "lock": lockErr} {
				if test.says == "" {
					if err != nil {
						t.Errorf("%s: %v", what, err)
					}
					continue
				}
				e, ok := errors.AsType[*FolderError](err)
				if !ok || !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), dir) || !strings.Contains(e.Remedy(), dir) {
					t.Errorf("%s: %v; want %q", what, err, test.says)
				}
			}
			if unlock != nil {
				unlock()
			}
			if test.says == "" {
				return
			}
			if after, err := os.Lstat(dir); err != nil || after.Mode() != before.Mode() {
				t.Errorf("its mode was changed to %v", after.Mode())
			}
			if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
				t.Errorf("in the folder: %v", entries)
			}
		})
	}
}

func TestAFileThatOthersCanRead(t *testing.T) {
	s := newStore(t)
	path := filepath.Join(s.dir, "a.sealed")
	for what, change := range map[string]func(t *testing.T){
		"others can read it":      func(t *testing.T) { must(t, os.Chmod(path, 0o644)) },
		"a group can write to it": func(t *testing.T) { must(t, os.Chmod(path, 0o620)) },
		"somebody else's":         func(t *testing.T) { chown(t, path) },
	} {
		t.Run(what, func(t *testing.T) {
			must(t, s.remove("a"))
			mustWrite(t, s, "a", []byte("x"))
			change(t)
			if _, err := s.Read(background, "a"); !errors.Is(err, ErrUnavailable) {
				t.Errorf("read: %v", err)
			}
			if err := s.Write(background, "a", []byte("y")); !errors.Is(err, ErrUnavailable) {
				t.Errorf("write: %v", err)
			}
			mustWrite(t, s, "a", nil) // a sign-out goes through
			wantRecord(t, s, "a", nil)
		})
	}
}

// What a link leads to is neither read nor written.
func TestAFileThatIsALink(t *testing.T) {
	s := newStore(t)
	mustWrite(t, s, "a", []byte("x"))
	path, target := filepath.Join(s.dir, "a.sealed"), filepath.Join(t.TempDir(), "target")
	must(t, os.Rename(path, target))
	before, err := os.ReadFile(target)
	must(t, err)
	for what, make := range map[string]func() error{
		"a link":            func() error { return os.Symlink(target, path) },
		"a link to nothing": func() error { return os.Symlink(target+"2", path) },
		"a pipe":            func() error { return syscall.Mkfifo(path, 0o600) },
	} {
		must(t, make())
		if data, err := s.Read(background, "a"); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %q, %v", what, data, err)
		}
		mustWrite(t, s, "a", []byte("new"))
		wantRecord(t, s, "a", []byte("new"))
		mustWrite(t, s, "a", nil)
	}
	if after, err := os.ReadFile(target); err != nil || string(after) != string(before) {
		t.Errorf("the target is another: %v", err)
	}
	if _, err := os.Stat(target + "2"); err == nil {
		t.Error("a target was made")
	}
}

// The umask has no say in it.
func TestTheModeOfAFile(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o700))
	old := syscall.Umask(0o277)
	defer syscall.Umask(old)
	s := storeIn(t, dir, given(testKey))
	mustWrite(t, s, "a", []byte("x"))
	wantAlone(t, s, "a.sealed")
}

func TestAKeyFileThatOthersCanRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	must(t, CreateKeyFile(path))
	for _, mode := range []os.FileMode{0o644, 0o640, 0o604, 0o660, 0o622, 0o601} {
		must(t, os.Chmod(path, mode))
		if key, err := KeyFile(path)(background, false); err == nil || key != "" || !strings.Contains(err.Error(), "other users: change its mode") {
			t.Errorf("%v: %v", mode, err)
		}
	}
	must(t, os.Chmod(path, 0o400))
	link := path + "-link"
	must(t, os.Symlink(path, link))
	for _, path := range []string{path, link} { // Kubernetes mounts links
		if key, err := KeyFile(path)(background, false); err != nil || len(key) != 44 {
			t.Errorf("%s: %v", path, err)
		}
	}
	fifo := path + "-fifo"
	must(t, syscall.Mkfifo(fifo, 0o600))
	if _, err := KeyFile(fifo)(background, false); err == nil || !strings.Contains(err.Error(), "is not a file") {
		t.Errorf("a pipe: %v", err)
	}
	chown(t, path)
	if _, err := KeyFile(path)(background, false); err == nil || !strings.Contains(err.Error(), "another user") {
		t.Errorf("somebody else's: %v", err)
	}
}

func mkdir(t *testing.T, dir string, mode os.FileMode) {
	t.Helper()
	must(t, os.MkdirAll(dir, 0o700))
	must(t, os.Chmod(dir, mode))
}

// chown gives a file or folder to somebody else.
func chown(t *testing.T, path string) {
	t.Helper()
	if os.Geteuid() != 0 || os.Chown(path, nobody, nobody) != nil {
		t.Skip("only the administrator can give a file away")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
