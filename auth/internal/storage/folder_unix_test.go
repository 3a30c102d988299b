//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package storage

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

func TestWhichFolderIsUsed(t *testing.T) {
	for _, test := range []struct {
		name  string
		make  func(t *testing.T, dir string)
		given string // what is said of a folder that is given; "" if it is used
		used  bool   // whether it is used where it is one of several
	}{
		{"not there", func(*testing.T, string) {}, "", true},
		{"private", func(t *testing.T, dir string) { mkdir(t, dir, 0o700) }, "", true},
		{"open for reading", func(t *testing.T, dir string) { mkdir(t, dir, 0o755) }, "", true},
		{"open for writing", func(t *testing.T, dir string) { mkdir(t, dir, 0o777) }, "other users can write", true},
		{"open for a group", func(t *testing.T, dir string) { mkdir(t, dir, 0o770) }, "other users can write", true},
		{"a link", func(t *testing.T, dir string) {
			mkdir(t, dir+"-target", 0o700)
			mustDo(t, os.Symlink(dir+"-target", dir))
		}, "or it is a link", false},
		{"a link to nothing", func(t *testing.T, dir string) { mustDo(t, os.Symlink(dir+"-target", dir)) }, "or it is a link", false},
		{"a file", func(t *testing.T, dir string) { mustDo(t, os.WriteFile(dir, nil, 0o600)) }, "not a folder", false},
		{"somebody else's", func(t *testing.T, dir string) {
			mkdir(t, dir, 0o777)
			chown(t, dir)
		}, "another user", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			given := filepath.Join(t.TempDir(), "given")
			test.make(t, given)
			unlock, err := NewFolder("", given+"/").TryLock("a")
			switch {
			case test.given != "":
				if err == nil || !strings.Contains(err.Error(), test.given) || !strings.Contains(err.Error(), given) {
					t.Errorf("%v; want %q", err, test.given)
				}
			case err != nil:
				t.Error(err)
			default:
				unlock()
			}

			w := newWorld(t)
			mkdir(t, filepath.Dir(w.place(0)), 0o700)
			test.make(t, w.place(0))
			w.mustLock("a")()
			watchUntilEnd(t, w.Folder, "a")
			w.Announce("a")
			place := 0
			if !test.used {
				place = 1
			}
			if got := names(t, w.place(place)); got != "a.changed a.lock" {
				t.Errorf("in place %d: %s", place, got)
			}
			if info, err := os.Stat(w.place(place)); err != nil || info.Mode().Perm()&0o022 != 0 {
				t.Errorf("%v, %v", info.Mode(), err)
			}
			if entries, err := os.ReadDir(w.place(0)); !test.used && err == nil && len(entries) > 0 {
				t.Errorf("in the folder that is not to be used: %v", entries)
			}
		})
	}
}

// What is not a plain file of ours is replaced, and what it leads to is left
// alone: through such links a private file was once overwritten.
func TestAFileThatIsNotOurs(t *testing.T) {
	for _, test := range []struct {
		name string
		make func(t *testing.T, path, target string)
	}{
		{"a link", func(t *testing.T, path, target string) { mustDo(t, os.Symlink(target, path)) }},
		{"a link to nothing", func(t *testing.T, path, target string) { mustDo(t, os.Symlink(target+"2", path)) }},
		{"a second name", func(t *testing.T, path, target string) { mustDo(t, os.Link(target, path)) }},
		{"a pipe", func(t *testing.T, path, _ string) { mustDo(t, syscall.Mkfifo(path, 0o600)) }},
		{"a folder", func(t *testing.T, path, _ string) { mkdir(t, path, 0o700) }},
		{"somebody else's", func(t *testing.T, path, _ string) {
			mustDo(t, os.WriteFile(path, nil, 0o600))
			chown(t, path)
		}},
		{"not to be written", func(t *testing.T, path, _ string) { mustDo(t, os.WriteFile(path, nil, 0o400)) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			mkdir(t, w.place(0), 0o700)
			target := filepath.Join(w.dir, "private")
			mustDo(t, os.WriteFile(target, []byte("do not touch this, all 40 bytes of it..."), 0o600))
			for _, file := range []string{"a.lock", "a.changed", "b.changed"} {
				test.make(t, filepath.Join(w.place(0), file), target)
			}
			unlock := w.mustLock("a")
			if _, err := w.TryLock("a"); !errors.Is(err, ErrBusy) {
				t.Errorf("a second holder: %v", err)
			}
			unlock()
			changed := watchUntilEnd(t, w.Folder, "a")
			w.Announce("a")
			wantTold(t, changed, "a change")
			w.Announce("b") // for which nobody watches
			if data, err := os.ReadFile(target); err != nil || !strings.HasPrefix(string(data), "do not") || len(data) != 40 {
				t.Errorf("%q, %v", data, err)
			}
			if _, err := os.Stat(target + "2"); err == nil {
				t.Error("what a link led to was made")
			}
			for _, file := range []string{"a.lock", "a.changed"} {
				info, err := os.Lstat(filepath.Join(w.place(0), file))
				if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0 || info.Sys().(*syscall.Stat_t).Uid != uint32(os.Geteuid()) {
					t.Errorf("%v, %v", info, err)
				}
			}
		})
	}
}

// A shared cache folder, where somebody else has made a folder of our name.
func TestSomebodyElsesFolderWithALink(t *testing.T) {
	w := newWorld(t)
	target := filepath.Join(w.dir, "private")
	mustDo(t, os.WriteFile(target, []byte("do not touch"), 0o600))
	mkdir(t, w.place(0), 0o777)
	for _, file := range []string{"a.lock", "a.changed"} {
		mustDo(t, os.Symlink(target, filepath.Join(w.place(0), file)))
	}
	chown(t, w.place(0))
	w.mustLock("a")()
	changed := watchUntilEnd(t, w.Folder, "a")
	w.Announce("a")
	wantTold(t, changed, "a change")
	if data, err := os.ReadFile(target); err != nil || string(data) != "do not touch" {
		t.Errorf("%q, %v", data, err)
	}
}

// An administrator with the environment of somebody else, as by sudo -E, leaves
// nothing there that is of no use to them.
func TestNoFolderIsMadeInSomebodyElses(t *testing.T) {
	w := newWorld(t)
	home := filepath.Join(w.dir, "home")
	run := filepath.Join(w.dir, "run")
	mkdir(t, home, 0o700)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, ".cache", "more"))
	chown(t, home)
	chown(t, run)
	w.mustLock("a")()
	watchUntilEnd(t, w.Folder, "a")
	for _, dir := range []string{home, run} {
		if got := names(t, dir); got != "" {
			t.Errorf("in %s: %s", dir, got)
		}
	}
}

func mkdir(t *testing.T, dir string, mode os.FileMode) {
	t.Helper()
	mustDo(t, os.MkdirAll(dir, 0o700))
	mustDo(t, os.Chmod(dir, mode))
}

// chown gives a file or folder to somebody else.
func chown(t *testing.T, path string) {
	t.Helper()
	if os.Geteuid() != 0 || os.Chown(path, nobody, nobody) != nil {
		t.Skip("only the administrator can give a file away")
	}
}

// names are those of the files in a folder.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	mustDo(t, err)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return strings.Join(names, " ")
}
