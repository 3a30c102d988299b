package storage

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// runtimeDirs are none: Windows has no such folder.
func runtimeDirs() []string { return nil }

// temporaryDir is in the person's profile.
func temporaryDir(name string) string { return filepath.Join(os.TempDir(), name) }

// A place is a directory. On Windows the folders of a person are private by the
// access control lists that they inherit from the profile.
type place struct{ path string }

// open returns the place if it may be used. If there is none it makes one, or
// else returns [fs.ErrNotExist].
func (l location) open(make bool) (*place, error) {
	info, err := os.Lstat(l.path)
	if make && errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(l.path, 0o700); err != nil {
			return nil, err
		}
		info, err = os.Lstat(l.path)
	}
	switch {
	case err != nil:
		return nil, err
	case !info.IsDir(): // true neither of a symbolic link nor of a junction
		return nil, errors.New("it is not a folder, or it is a link")
	case l.secret && onNetwork(l.path):
		return nil, errNetwork
	}
	return &place{l.path}, nil
}

func (p *place) close() {}

// open opens a file for reading and writing. If there is none it makes an
// empty one, or else returns [fs.ErrNotExist].
func (p *place) open(name string, create bool) (*os.File, error) {
	path := filepath.Join(p.path, name)
	flags := os.O_RDWR | windows.O_FILE_FLAG_OPEN_REPARSE_POINT
	if create {
		flags |= os.O_CREATE
	}
	var last error
	for range 10 {
		file, err := os.OpenFile(path, flags, 0o600)
		if err == nil {
			if plain(file) {
				return file, nil
			}
			_ = file.Close()
			err = errors.New("a file in it is not a plain file")
		}
		if info, statErr := os.Lstat(path); statErr != nil || info.Mode().IsRegular() {
			return nil, err
		}
		if p.remove(name) != nil {
			return nil, err
		}
		last = err
	}
	return nil, last
}

func plain(file *os.File) bool {
	var info windows.ByHandleFileInformation
	err := windows.GetFileInformationByHandle(windows.Handle(file.Fd()), &info)
	return err == nil && info.FileAttributes&(windows.FILE_ATTRIBUTE_REPARSE_POINT|windows.FILE_ATTRIBUTE_DIRECTORY) == 0
}

func (p *place) remove(name string) error { return os.Remove(filepath.Join(p.path, name)) }

// holds reports whether the file is still the one of that name: Windows does
// not remove a file while it is open.
func (p *place) holds(string, *os.File) bool { return true }

// tryLock reports whether it took the lock of the file, and does not wait.
func tryLock(file *os.File) (bool, error) {
	err := windows.LockFileEx(windows.Handle(file.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY,
		0, 1, 0, new(windows.Overlapped))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return false, nil
	}
	return err == nil, err
}

func unlock(file *os.File) {
	_ = windows.UnlockFileEx(windows.Handle(file.Fd()), 0, 1, 0, new(windows.Overlapped))
	_ = file.Close()
}
