// Package filestore keeps sessions in encrypted files, for computers without a
// keychain: containers, servers that people use over SSH, WSL. It is used only
// where somebody chose it.
//
//	store, err := filestore.New(filestore.Options{Key: filestore.KeyFile("/run/secrets/doorkey")})
//
// The key comes from a file, from a command or from a person, see [Key]. Whoever
// has both the files and the key has the sessions: keep them apart. A keychain
// that is unlocked at login is better wherever there is one.
//
// # What is stored
//
// Every record is a file of its own, <name>.sealed, in a folder that nobody else
// can look into. Beside it are <name>.lock and <name>.changed, by which programs
// wait for each other and hear of each other's changes. Programs of one user in
// several containers may share the folder. The folder has to be on a disk of the same
// computer, and is what is to be mounted: a file that is mounted by itself
// cannot be replaced.
//
// A file is a header and the record, sealed by XChaCha20-Poly1305 with a random
// nonce:
//
//	"DOORKEY", version (1 byte, 1), kind of key (1 byte),
//	Argon2id: passes (1 byte), memory in KiB (4 bytes), lanes (1 byte),
//	salt (16 bytes), check of the key (16 bytes), nonce (24 bytes),
//	checksum of all that (8 bytes)
//
// The header and the name of the record are authenticated with it, so that a
// file cannot take the place of another one. That an old file is put back in
// its place cannot be noticed.
//
// The key of a file is HKDF-SHA256 of the salt and of the key given, or for a
// passphrase of its Argon2id. That is made slow on purpose, here some 0.1 s, but
// once per program and not for each read or write, for which a program uses the
// salt that it finds. (A file of age has its passphrase's salt in it anew each
// time, and takes about 1 s for it.) A key of 32 random bytes takes no time:
// prefer it where a program is started often, as "doorkey token" is.
//
// # What a crash leaves
//
// A file is written beside the one that it replaces, and renamed once it is on
// the disk. So a program that is killed at any step leaves the old record or the
// new one. What else it leaves the next Write of that record removes.
package filestore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"doorkey/auth/internal/storage"
)

// MaxSize is the size in bytes of the largest record.
const MaxSize = storage.MaxSize

// The errors of a Store that a caller may act on, with [errors.Is].
var (
	// ErrUnavailable means that the folder cannot be used, because others can
	// look into it, because it is on another computer or because it cannot be
	// made. A [*FolderError] says which one it is.
	ErrUnavailable = storage.ErrUnavailable

	// ErrLocked means that there is no key, or not the right one.
	ErrLocked = storage.ErrLocked

	// ErrCorrupt means that the file is damaged, or not that of this record.
	// Nothing was removed; Write replaces it.
	ErrCorrupt = storage.ErrCorrupt

	// ErrNewer means that the file was written by a newer version of this
	// package. Nothing was changed.
	ErrNewer = storage.ErrNewer

	// ErrTooLarge means that the record has more than [MaxSize] bytes.
	ErrTooLarge = storage.ErrTooLarge

	// ErrBusy means that another program holds the lock.
	ErrBusy = storage.ErrBusy
)

// A FolderError reports that the folder cannot be used.
type FolderError = storage.FolderError

// Options for [New].
type Options struct {
	// Dir is the folder of the files. If there is none it is made, with mode
	// 0700; one that others can look into is refused.
	// Default: see [DefaultDir].
	Dir string
	// Key is where the key comes from. It is required.
	Key Key
}

// A Store keeps records in encrypted files. It is safe for concurrent use.
type Store struct {
	dir    string
	given  bool // whether the person chose dir
	folder *storage.Folder
	keys   *keys // a pointer, so that printing a Store does not show them

	step func(done string) // for tests
}

// New returns a Store. It does no I/O: whether the folder and the key can be used
// shows at the first call.
func New(opts Options) (*Store, error) {
	if opts.Key == nil {
		return nil, errors.New("filestore: a key is required")
	}
	dir := opts.Dir
	if dir == "" {
		var err error
		if dir, err = DefaultDir(); err != nil {
			return nil, fmt.Errorf("filestore: %w", err)
		}
	}
	if !filepath.IsAbs(dir) {
		return nil, fmt.Errorf("filestore: %q is not a full path", dir)
	}
	return &Store{
		dir:    dir,
		given:  opts.Dir != "",
		folder: storage.NewFolder("", dir),
		keys:   &keys{source: opts.Key, turn: make(chan struct{}, 1)},
	}, nil
}

// DefaultDir is doorkey/sessions in $XDG_STATE_HOME or ~/.local/state on Linux
// and the like, in ~/Library/Application Support on macOS, and in %LocalAppData%
// on Windows.
func DefaultDir() (string, error) {
	base, err := stateDir()
	if err != nil {
		return "", fmt.Errorf("there is no folder for the file: %w", err)
	}
	return filepath.Join(base, "doorkey", "sessions"), nil
}

// homeState is ~/.local/state, or $XDG_STATE_HOME.
func homeState() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "state"), err
}

// Place is "file".
func (s *Store) Place() string { return "file" }

// Dir is the folder of the files.
func (s *Store) Dir() string { return s.dir }

// Read returns the record of that name as it was written last, or nil and no
// error if there is none, for which no key is needed. Errors: [ErrLocked],
// [ErrCorrupt], [ErrNewer], [ErrUnavailable].
//
// It blocks while the key is obtained: a person may be asked, or a command run.
func (s *Store) Read(ctx context.Context, name string) ([]byte, error) {
	data, err := s.read(ctx, name)
	return data, s.failure("read", name, err)
}

func (s *Store) read(ctx context.Context, name string) ([]byte, error) {
	if err := s.check(ctx, name); err != nil {
		return nil, err
	}
	file, err := s.file(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	h, err := parseHeader(file)
	if err != nil {
		return nil, err
	}
	key, err := s.keys.of(ctx, h)
	if err != nil {
		return nil, err
	}
	return open(key, h, name, file)
}

// file returns what is in the file of a record, or [fs.ErrNotExist].
func (s *Store) file(name string) ([]byte, error) {
	dir, err := s.open(false)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return dir.Read(fileName(name), headerSize+MaxSize+overhead)
}

// Write replaces the record, all or nothing, and returns once it is on the disk.
// No data (len 0) removes it, for which no key is needed.
//
// A damaged file is replaced. One that has another key is not ([ErrLocked]): to
// start anew, remove it. Other errors: [ErrTooLarge], [ErrNewer],
// [ErrUnavailable]. When it returns an error the record is the old one.
func (s *Store) Write(ctx context.Context, name string, data []byte) error {
	return s.failure("write", name, s.write(ctx, name, data))
}

func (s *Store) write(ctx context.Context, name string, data []byte) error {
	if len(data) > MaxSize {
		return fmt.Errorf("%w: %d bytes", ErrTooLarge, len(data))
	}
	if err := s.check(ctx, name); err != nil {
		return err
	}
	var old *header
	file, err := s.file(name)
	if err == nil {
		old, err = parseHeader(file)
	}
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist), errors.Is(err, ErrCorrupt):
	case len(data) == 0 && !errors.Is(err, ErrNewer):
	default:
		return err
	}
	if len(data) == 0 {
		return s.remove(name)
	}
	key, err := s.keys.forWriting(ctx, old)
	if err != nil {
		return err
	}
	dir, err := s.open(true)
	if err != nil {
		return err
	}
	defer dir.Close()
	err = dir.Replace(fileName(name), seal(key, name, data))
	if err == nil {
		s.folder.Announce(name)
	}
	return err
}

func (s *Store) remove(name string) error {
	dir, err := s.open(false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer dir.Close()
	removed, err := dir.Remove(fileName(name))
	if removed {
		s.folder.Announce(name)
	}
	return err
}

// Lock takes the lock of that name for one caller alone, among all goroutines and
// programs, until unlock is called or the program ends. Calling unlock again does
// nothing. Read and Write neither need it nor wait for it.
//
// Lock waits until ctx is done. If somebody else holds the lock by then, the
// error is [ErrBusy] as well as that of ctx. Other errors: [ErrUnavailable].
func (s *Store) Lock(ctx context.Context, name string) (unlock func(), err error) {
	if err := s.check(ctx, name); err != nil {
		return nil, s.failure("lock", name, err)
	}
	// The folder is made and checked as that of the records.
	dir, err := s.open(true)
	if err != nil {
		return nil, s.failure("lock", name, err)
	}
	dir.Close()
	unlock, err = s.folder.Lock(ctx, name)
	if _, ok := errors.AsType[*FolderError](err); ok {
		err = fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return unlock, s.failure("lock", name, err)
}

// Watch returns a channel that gets a value soon after any program, this one too,
// wrote the record of that name. Values that nobody has taken yet become one. It
// tells of what changes after Watch has returned: so watch first, then read. The
// channel is closed once ctx is done, and by then nothing of Watch runs any more.
//
// A value is a hint: if a program is killed just after a Write, the others learn
// of it with the next Write only.
func (s *Store) Watch(ctx context.Context, name string) <-chan struct{} {
	if dir, err := s.open(true); err == nil {
		dir.Close()
	}
	return s.folder.Watch(ctx, name)
}

func (s *Store) check(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return storage.CheckName(name)
}

// open opens the folder, which it makes if there is none, or else returns
// [fs.ErrNotExist].
func (s *Store) open(make bool) (*storage.Dir, error) {
	dir, err := storage.OpenDir(s.dir, s.given, make, s.step)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return dir, err
}

func fileName(name string) string { return name + ".sealed" }

// failure completes an error for the caller: which operation failed, on which
// file.
func (s *Store) failure(operation, name string, err error) error {
	if err == nil {
		return nil
	}
	if _, names := errors.AsType[*FolderError](err); names {
		return fmt.Errorf("file: %s: %w", operation, err)
	}
	return fmt.Errorf("file: %s %s: %w", operation, filepath.Join(s.dir, fileName(name)), err)
}
