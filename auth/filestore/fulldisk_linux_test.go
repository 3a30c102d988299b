package filestore

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// fullDisk is set for the part of TestAFullDisk that has a disk of its own.
const fullDisk = "FILESTORE_TEST_FULL_DISK"

// On a full disk a Write fails and the record stays the old one, and a record can
// be removed.
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
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=64k,nr_inodes=16"); err != nil {
		t.Skip(err)
	}
	defer syscall.Unmount(disk, syscall.MNT_DETACH)
	s := storeIn(t, filepath.Join(disk, "sessions"), given(testKey))
	changed := s.Watch(t.Context(), "a")
	mustWrite(t, s, "a", generation('o'))
	unlock, err := s.Lock(background, "a")
	must(t, err)
	unlock()
	<-changed
	settle(changed)
	filler, err := os.Create(filepath.Join(disk, "filler"))
	must(t, err)
	if _, err := io.Copy(filler, bytes.NewReader(make([]byte, 1<<20))); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	must(t, filler.Close())

	if err := s.Write(background, "a", generation('n')); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%v; want no space", err)
	}
	wantRecord(t, s, "a", generation('o'))
	wantAlone(t, s, "a.changed", "a.lock", "a.sealed")
	unlock, err = s.Lock(background, "a")
	must(t, err)
	unlock()
	settle(changed)
	mustWrite(t, s, "a", nil)
	wantRecord(t, s, "a", nil)
	<-changed
	mustWrite(t, s, "a", []byte("short"))
	wantRecord(t, s, "a", []byte("short"))
}
