package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/fsnotify/fsnotify"
)

// A Folder is where the lock files and change files of a store are. It is safe
// for concurrent use, and does no I/O until it is asked for something.
//
// There are several places for these files, the same ones in the same order for
// all programs of one person, since the first may be unusable: on a disk that
// is full, or in a folder that belongs to somebody else. A new file goes into
// the first place that works. Files that exist count wherever they are, so that
// programs for which different places work still exclude each other and hear of
// each other:
//
//   - Lock takes the lock files in all places, in their order.
//   - Announce writes to the change files in all places. Watch makes one.
//
// A place has to be a directory, not a link to one, that belongs to the person
// and that nobody else can write to. No file in it is used unless it is a plain
// file of the person with no second name: everything else in its place is
// removed. So nobody can have this package write to, or wait for, another file.
type Folder struct {
	name, dir string

	newWatcher func() (*fsnotify.Watcher, error) // [fsnotify.NewWatcher]
}

// NewFolder returns the Folder of the programs that share name, which is part
// of a file name. If dir is not empty it is the only place.
func NewFolder(name, dir string) *Folder {
	return &Folder{name: name, dir: dir, newWatcher: fsnotify.NewWatcher}
}

// A location is a directory that may not exist yet.
type location struct {
	path   string
	given  bool // by the caller, so that its rights are not ours to change
	secret bool // whether nobody else may even look into it, and it has to be on this computer
}

// places are, if none is given, a folder in the person's cache folder, in the
// one that they have while they are signed in to the computer, and among the
// temporary files. They are found anew each time, since a person can sign in to
// the computer after a program was started. The error says why the first is
// missing.
func (f *Folder) places() (places []location, err error) {
	if f.dir != "" {
		return []location{{path: filepath.Clean(f.dir), given: true}}, nil
	}
	cache, err := os.UserCacheDir()
	if err == nil {
		places = append(places, location{path: filepath.Join(cache, f.name)})
	}
	for _, dir := range runtimeDirs() {
		places = append(places, location{path: filepath.Join(dir, f.name)})
	}
	return append(places, location{path: temporaryDir(f.name)}), err
}

// CheckName reports, by an error, that name cannot be the name of a record:
// it has at most 100 letters and digits of ASCII, "-" and ".".
func CheckName(name string) error {
	if len(name) > 100 {
		return fmt.Errorf("%.100q… cannot be the name of a record: it is too long", name)
	}
	bad := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '.'
	}
	if name == "" || strings.ContainsFunc(name, bad) {
		return fmt.Errorf("%q cannot be the name of a record", name)
	}
	return nil
}

// unusable is the error of a Folder whose places do not work, the first of them
// for the reason given.
func (f *Folder) unusable(reason error) error {
	places, err := f.places()
	if err != nil {
		return &FolderError{Err: err}
	}
	return &FolderError{Dir: places[0].path, Err: withoutPath(reason)}
}

// withoutPath leaves out of an error what its caller adds.
func withoutPath(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}
