//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// renamesOpenFiles reports whether a file can be renamed while it is open.
const renamesOpenFiles = true

// openRecord opens the file of a record for reading.
func (p *place) openRecord(name string) (*os.File, error) {
	fd, err := retry(func() (int, error) {
		return unix.Openat(p.dir, name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	})
	if err != nil {
		if stat := new(unix.Stat_t); !errors.Is(err, fs.ErrNotExist) &&
			unix.Fstatat(p.dir, name, stat, unix.AT_SYMLINK_NOFOLLOW) == nil && stat.Mode&unix.S_IFMT != unix.S_IFREG {
			err = fmt.Errorf("%w: it is not a plain file", ErrCorrupt)
		}
		return nil, err
	}
	var stat unix.Stat_t
	err = unix.Fstat(fd, &stat)
	switch {
	case err != nil:
	case stat.Mode&unix.S_IFMT != unix.S_IFREG:
		err = fmt.Errorf("%w: it is not a plain file", ErrCorrupt)
	case int(stat.Uid) != os.Geteuid():
		err = fmt.Errorf("%w: the file belongs to another user: remove it", ErrUnavailable)
	case stat.Mode&0o077 != 0:
		err = fmt.Errorf("%w: other users can read the file: change its mode to 600", ErrUnavailable)
	}
	if err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	_ = unix.SetNonblock(fd, false)
	return os.NewFile(uintptr(fd), name), nil
}

// create makes a file that does not exist yet.
func (p *place) create(name string) (*os.File, error) {
	fd, err := retry(func() (int, error) {
		return unix.Openat(p.dir, name, createFlags|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	})
	if err != nil {
		return nil, err
	}
	if err := unix.Fchmod(fd, 0o600); err != nil { // whatever the umask
		_ = unix.Close(fd)
		_ = p.remove(name)
		return nil, err
	}
	return os.NewFile(uintptr(fd), name), nil
}

func (p *place) rename(from, to string) error { return unix.Renameat(p.dir, from, p.dir, to) }

// sync puts the names of the files on the disk. Some file systems cannot, and
// say so: then there is no more to be done.
func (p *place) sync() error {
	_, err := retry(func() (int, error) { return 0, unix.Fsync(p.dir) })
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) {
		return nil
	}
	return err
}

// names are those of all files.
func (p *place) names() ([]string, error) {
	fd, err := retry(func() (int, error) {
		return unix.Openat(p.dir, ".", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	})
	if err != nil {
		return nil, err
	}
	dir := os.NewFile(uintptr(fd), ".")
	defer dir.Close()
	return dir.Readdirnames(-1)
}
