package storage

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// fullDisk is set for the part of TestAFullDisk that has a disk of its own.
const fullDisk = "STORAGE_TEST_FULL_DISK"

func TestAFullDisk(t *testing.T) {
	if os.Getenv(fullDisk) == "" {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAFullDisk$", "-test.v")
		cmd.Env = append(os.Environ(), fullDisk+"=1")
		cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
		output, err := cmd.CombinedOutput()
		if errors.Is(err, syscall.EPERM) {
			t.Skip("only the administrator can mount a disk")
		}
		if err != nil || !bytes.Contains(output, []byte("\n--- PASS")) {
			t.Errorf("%v: %s", err, output)
		}
		return
	}
	w := newWorld(t)
	disk := filepath.Dir(w.place(0))
	mkdir(t, disk, 0o700)
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=64k,nr_inodes=16"); err != nil {
		t.Skip(err)
	}
	defer syscall.Unmount(disk, syscall.MNT_DETACH)

	w.mustLock("old")()
	changed := watchUntilEnd(t, w.Folder, "old")
	filler, err := os.Create(filepath.Join(disk, "filler"))
	mustDo(t, err)
	if _, err := io.Copy(filler, bytes.NewReader(make([]byte, 1<<20))); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	mustDo(t, filler.Close())
	// There is room for an empty file, but not for what is written to it.
	empty := watchUntilEnd(t, w.Folder, "empty")
	for range 2 {
		w.Announce("empty")
		wantTold(t, empty, "a change that cannot be written")
		settle(empty)
	}
	for n := 0; ; n++ {
		if os.WriteFile(filepath.Join(disk, "filler"+strings.Repeat("x", n)), nil, 0o600) != nil {
			break
		}
	}

	// What is there works on.
	defer w.mustLock("old")()
	if _, err := os.Stat(filepath.Join(w.place(1), "old.lock")); err == nil {
		t.Error("the old lock is in two places")
	}
	w.Announce("old")
	wantTold(t, changed, "a change")

	// What is not there is made elsewhere.
	unlock := w.mustLock("new")
	if _, err := os.Stat(filepath.Join(w.place(1), "new.lock")); err != nil {
		t.Error(err)
	}
	newer := watchUntilEnd(t, w.Folder, "new")
	w.Announce("new")
	wantTold(t, newer, "a change on the full disk")
	if _, err := w.TryLock("new"); !errors.Is(err, ErrBusy) {
		t.Errorf("a second holder: %v", err)
	}

	// And counts once there is room again.
	fillers, err := filepath.Glob(filepath.Join(disk, "filler*"))
	mustDo(t, err)
	for _, filler := range fillers {
		mustDo(t, os.Remove(filler))
	}
	if _, err := w.TryLock("new"); !errors.Is(err, ErrBusy) {
		t.Errorf("a second holder, with room again: %v", err)
	}
	unlock()
	w.mustLock("new")()
	settle(newer)
	w.Announce("new")
	wantTold(t, newer, "a change, with room again")
}
