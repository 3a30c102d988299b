//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"
)

// runtimeDirs are $XDG_RUNTIME_DIR and the folder that it usually names, which
// programs without the variable use too, such as those that cron starts.
func runtimeDirs() []string {
	dirs := []string{os.Getenv("XDG_RUNTIME_DIR"), fmt.Sprintf("/run/user/%d", os.Geteuid())}
	return slices.Compact(slices.DeleteFunc(dirs, func(dir string) bool {
		info, err := os.Stat(dir)
		return err != nil || !filepath.IsAbs(dir) || !info.IsDir()
	}))
}

// temporaryDir is not in $TMPDIR, which two programs need not have in common.
func temporaryDir(name string) string { return fmt.Sprintf("/tmp/%s-%d", name, os.Geteuid()) }

// A place is a directory of the person that is open.
type place struct{ dir int }

// open returns the place if it may be used. If there is none it makes one, or
// else returns [fs.ErrNotExist].
func (l location) open(make bool) (*place, error) {
	fd, err := l.openDir()
	if make && errors.Is(err, fs.ErrNotExist) {
		if err := l.checkParent(); err != nil {
			return nil, err
		}
		if err := os.MkdirAll(filepath.Dir(l.path), 0o700); err != nil {
			return nil, err
		}
		if err := os.Mkdir(l.path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		fd, err = l.openDir()
	}
	if err != nil {
		return nil, err
	}
	if err := l.check(fd); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	return &place{fd}, nil
}

func (l location) openDir() (int, error) {
	fd, err := retry(func() (int, error) {
		return unix.Open(l.path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	})
	if errors.Is(err, unix.ELOOP) || errors.Is(err, unix.ENOTDIR) || errors.Is(err, unix.EMLINK) { // FreeBSD says EMLINK
		if _, statErr := os.Lstat(l.path); statErr == nil {
			return -1, errors.New("it is not a folder, or it is a link")
		}
	}
	return fd, err
}

// checkParent reports, by an error, that the folder would be made in a folder of
// somebody else. The administrator's are good, who may be running this with
// another person's environment, as by sudo -E: a folder that they made there
// would be of no use to that person.
func (l location) checkParent() error {
	if l.given {
		return nil
	}
	for dir := filepath.Dir(l.path); ; dir = filepath.Dir(dir) {
		var stat unix.Stat_t
		err := unix.Stat(dir, &stat)
		switch {
		case errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir):
			continue
		case err != nil:
			return err
		case stat.Uid != 0 && int(stat.Uid) != os.Geteuid():
			return fmt.Errorf("%s belongs to another user", dir)
		}
		return nil
	}
}

// check reports, by an error, that somebody else has a say in the directory.
func (l location) check(fd int) error {
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		return err
	}
	others := os.FileMode(stat.Mode) & 0o022
	if l.secret {
		others = os.FileMode(stat.Mode) & 0o077
	}
	switch {
	case int(stat.Uid) != os.Geteuid():
		return errors.New("it belongs to another user")
	case l.secret && onNetwork(fd):
		return errNetwork
	case others == 0 && stat.Mode&0o700 == 0o700:
		return nil
	case !l.given:
		return unix.Fchmod(fd, 0o700)
	case others&0o022 != 0:
		return errors.New("other users can write to it")
	case others != 0:
		return errReadable
	}
	return nil
}

func (p *place) close() { _ = unix.Close(p.dir) }

// open opens a file for reading and writing. If there is none it makes an
// empty one, or else returns [fs.ErrNotExist].
func (p *place) open(name string, create bool) (*os.File, error) {
	// Somebody else may remove the file, or put one there, in between. Nobody
	// does so for ever: the folder is ours alone.
	var last error
	for range 10 {
		flags := unix.O_RDWR | unix.O_NOFOLLOW | unix.O_NONBLOCK | unix.O_CLOEXEC // O_NONBLOCK for pipes
		fd, err := retry(func() (int, error) { return unix.Openat(p.dir, name, flags, 0) })
		if create && errors.Is(err, fs.ErrNotExist) {
			fd, err = retry(func() (int, error) { return unix.Openat(p.dir, name, flags|unix.O_CREAT|unix.O_EXCL, 0o600) })
			if errors.Is(err, fs.ErrExist) {
				last = err
				continue
			}
		}
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.EMFILE) || errors.Is(err, unix.ENFILE) || errors.Is(err, unix.ENOSPC) ||
			errors.Is(err, unix.EDQUOT) || errors.Is(err, unix.EROFS) {
			return nil, err
		}
		if err == nil {
			if err = plain(fd); err == nil {
				_ = unix.SetNonblock(fd, false)
				return os.NewFile(uintptr(fd), name), nil
			}
			_ = unix.Close(fd)
		}
		if err := p.repair(name, err); err != nil {
			return nil, err
		}
		last = err
	}
	return nil, last
}

// errForeign is what [plain] says of a file that is to be removed.
var errForeign = errors.New("a file in it is not ours, or is not a plain file")

// plain reports, by an error, that the file is not a plain one of the person
// with one name.
func plain(fd int) error {
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		return err
	}
	if !ours(&stat) {
		return errForeign
	}
	return nil
}

func ours(stat *unix.Stat_t) bool {
	return stat.Mode&unix.S_IFMT == unix.S_IFREG && int(stat.Uid) == os.Geteuid() && stat.Nlink <= 1
}

// repair makes room for a file, or makes a file of ours writable, after an
// attempt to open it failed with the error given. It returns that error if
// there is nothing that it could do.
func (p *place) repair(name string, failed error) error {
	var stat unix.Stat_t
	err := unix.Fstatat(p.dir, name, &stat, unix.AT_SYMLINK_NOFOLLOW)
	switch {
	case errors.Is(err, fs.ErrNotExist): // somebody else was faster
		return nil
	case err != nil:
		return err
	case !ours(&stat):
		if p.remove(name) != nil {
			return failed
		}
		return nil
	case stat.Mode&0o600 != 0o600:
		return unix.Fchmodat(p.dir, name, 0o600, 0)
	case errors.Is(failed, errForeign): // it is ours by now
		return nil
	}
	return failed
}

// remove removes a file, a link, or a directory that is empty.
func (p *place) remove(name string) error {
	err := unix.Unlinkat(p.dir, name, 0)
	if errors.Is(err, unix.EISDIR) || errors.Is(err, unix.EPERM) { // EPERM is what POSIX wants for a directory
		err = unix.Unlinkat(p.dir, name, unix.AT_REMOVEDIR)
	}
	return err
}

// holds reports whether the file is still the one of that name.
func (p *place) holds(name string, file *os.File) bool {
	var named, open unix.Stat_t
	return unix.Fstatat(p.dir, name, &named, unix.AT_SYMLINK_NOFOLLOW) == nil &&
		unix.Fstat(int(file.Fd()), &open) == nil &&
		named.Dev == open.Dev && named.Ino == open.Ino
}

// tryLock reports whether it took the lock of the file, and does not wait.
func tryLock(file *os.File) (bool, error) {
	_, err := retry(func() (int, error) { return 0, unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) })
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// unlock gives the lock back. To close the file would not be enough while a
// program that is just being started still has a copy of the descriptor.
func unlock(file *os.File) {
	_ = unix.Flock(int(file.Fd()), unix.LOCK_UN)
	_ = file.Close()
}

func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}
