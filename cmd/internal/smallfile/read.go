// Package smallfile reads and writes small files whole: settings, certificates,
// entries for the desktop.
package smallfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Read returns what is in the file, of at most limit bytes. Errors do not
// repeat the path; errors.Is finds fs.ErrNotExist and the like. What is not a
// plain file is an error at once: a pipe would block, a device has no end.
func Read(path string, limit int) ([]byte, error) {
	return ReadIf(path, limit, func(*os.File) error { return nil })
}

// ReadIf is Read for a file that may be read only if good says so of it once it
// is open, so that it cannot be exchanged in between. It returns good's error
// as it is.
func ReadIf(path string, limit int, good func(*os.File) error) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is not a file")
	}
	f, err := open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer f.Close()
	if err := good(f); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	if err != nil {
		return nil, withoutPath(err)
	}
	if len(data) > limit {
		return nil, fmt.Errorf("is too big: at most %d KB are read", limit>>10)
	}
	return data, nil
}

// withoutPath leaves of an error what its caller does not know.
func withoutPath(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
