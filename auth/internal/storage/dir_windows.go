package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/windows"
)

// renamesOpenFiles reports whether a file can be renamed while it is open.
const renamesOpenFiles = false

// openRecord opens the file of a record for reading.
func (p *place) openRecord(name string) (*os.File, error) {
	var file *os.File
	err := patiently(func() (err error) {
		file, err = os.OpenFile(filepath.Join(p.path, name), os.O_RDONLY|windows.O_FILE_FLAG_OPEN_REPARSE_POINT, 0)
		return err
	})
	if err != nil {
		if info, statErr := os.Lstat(filepath.Join(p.path, name)); statErr == nil && !info.Mode().IsRegular() {
			err = fmt.Errorf("%w: it is not a plain file", ErrCorrupt)
		}
		return nil, err
	}
	if !plain(file) {
		_ = file.Close()
		return nil, fmt.Errorf("%w: it is not a plain file", ErrCorrupt)
	}
	return file, nil
}

// create makes a file that does not exist yet.
func (p *place) create(name string) (*os.File, error) {
	return os.OpenFile(filepath.Join(p.path, name), createFlags, 0o600)
}

func (p *place) rename(from, to string) error {
	return patiently(func() error { return os.Rename(filepath.Join(p.path, from), filepath.Join(p.path, to)) })
}

// patiently tries again while another program has the file open, which takes
// none long.
func patiently(do func() error) error {
	for limit := time.Now().Add(2 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		err := do()
		busy := errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
		if !busy || time.Now().After(limit) {
			return err
		}
	}
}

// sync has nothing to do: NTFS keeps a journal of its names.
func (p *place) sync() error { return nil }

// names are those of all files.
func (p *place) names() ([]string, error) {
	dir, err := os.Open(p.path)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return dir.Readdirnames(-1)
}

// onNetwork reports whether the directory is on another computer.
func onNetwork(path string) bool {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(absolute) + `\`)
	return err == nil && windows.GetDriveType(root) == windows.DRIVE_REMOTE
}
