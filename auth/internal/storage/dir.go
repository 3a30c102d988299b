package storage

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A Dir is an open directory of the person in which records are kept, one in a
// file. Nobody else can look into it, and it is not on another computer, as far
// as the operating system can tell. Its files are read and written without
// following links.
type Dir struct {
	*place
	step func(done string) // for tests; may be nil
}

// OpenDir opens a directory, to be closed by Close. If there is none it makes
// one, or else returns [fs.ErrNotExist]. It changes the mode of the directory so
// that nobody else can look into it, unless it was given by the person: then the
// error says so. Other errors are [*FolderError] too.
func OpenDir(path string, given, make bool, step func(done string)) (*Dir, error) {
	path = filepath.Clean(path)
	p, err := location{path: path, given: given, secret: true}.open(make)
	switch {
	case err == nil:
		return &Dir{p, step}, nil
	case errors.Is(err, fs.ErrNotExist) && !make:
		return nil, fs.ErrNotExist
	}
	return nil, &FolderError{Dir: path, Err: withoutPath(err)}
}

// Close closes the directory.
func (d *Dir) Close() { d.close() }

// Read returns what is in the file, at most limit bytes. The error is
// [fs.ErrNotExist] if there is no file, [ErrCorrupt] if it is larger or is not a
// plain file, and another one if others can read it.
func (d *Dir) Read(name string, limit int) ([]byte, error) {
	file, err := d.openRecord(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, int64(limit)+1))
	switch {
	case err != nil:
		return nil, withoutPath(err)
	case len(data) > limit:
		return nil, fmt.Errorf("%w: the file is too large", ErrCorrupt)
	}
	return data, nil
}

// The names of the files in which a record is written begin with its own.
const temporary = ".tmp"

// Replace puts data into the file, all or nothing, and returns once it is on the
// disk. If the program is killed the file is the old one or the new one, and the
// next Replace or Remove of that name removes what else is left. When it returns
// an error the file is the old one.
func (d *Dir) Replace(name string, data []byte) error {
	d.clean(name)
	// Whoever cleans up may take a file for one that was left behind, in the
	// moments in which it is not locked.
	var err error
	for range 10 {
		err = d.replace(name, data)
		if !errors.Is(err, errTaken) {
			break
		}
	}
	return withoutPath(err)
}

// errTaken means that another program removed the file that was to become the
// record.
var errTaken = errors.New("another program removed the new file")

func (d *Dir) replace(name string, data []byte) (err error) {
	temp := name + "." + rand.Text() + temporary
	file, err := d.create(temp)
	if err != nil {
		return err
	}
	renamed := false
	defer func() {
		if file != nil {
			unlock(file)
		}
		if !renamed {
			_ = d.remove(temp)
		}
	}()
	// The lock says that it is not left behind.
	if ok, err := tryLock(file); err != nil || !ok {
		return errTaken
	}
	d.did("created")
	if _, err := file.Write(data); err != nil {
		return err
	}
	d.did("written")
	if err := file.Sync(); err != nil {
		return err
	}
	d.did("synced")
	if !renamesOpenFiles {
		unlock(file)
		file = nil
	}
	err = d.rename(temp, name)
	if errors.Is(err, fs.ErrNotExist) {
		return errTaken
	}
	if err != nil {
		return err
	}
	renamed = true
	d.did("renamed")
	// Without it the old file may come back after a power failure. To say that
	// nothing was written would be wrong all the same.
	_ = d.sync()
	d.did("done")
	return nil
}

// Remove removes the file, and reports whether there was one.
func (d *Dir) Remove(name string) (removed bool, err error) {
	d.clean(name)
	err = d.remove(name)
	d.did("removed")
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, withoutPath(err)
	}
	_ = d.sync() // as in replace
	return true, nil
}

// clean removes the files that programs have left behind which were killed.
func (d *Dir) clean(name string) {
	names, err := d.names()
	if err != nil {
		return
	}
	for _, temp := range names {
		if !strings.HasPrefix(temp, name+".") || !strings.HasSuffix(temp, temporary) {
			continue
		}
		file, err := d.open(temp, false)
		if err != nil {
			continue
		}
		left, _ := tryLock(file)
		if left && renamesOpenFiles {
			_ = d.remove(temp)
		}
		unlock(file)
		if left && !renamesOpenFiles {
			_ = d.remove(temp)
		}
	}
}

func (d *Dir) did(step string) {
	if d.step != nil {
		d.step(step)
	}
}

// createFlags are for a file that does not exist yet.
const createFlags = os.O_RDWR | os.O_CREATE | os.O_EXCL
