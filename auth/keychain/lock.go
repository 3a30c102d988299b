package keychain

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// lockPoll is how often a lock held by another program is tried again. A Save takes some 30 ms, a refresh a request over the network.
const lockPoll = 10 * time.Millisecond

// Lock takes the lock of that name for one caller alone, among all goroutines and programs, until unlock is called. It does not
// touch the keychain.
//
// It waits until ctx is done, however long that is: [Options.Timeout] does not limit it. The error is then that of ctx. The
// lock of a program that died is free at once. Calling unlock again does nothing.
func (k *Keychain) Lock(ctx context.Context, name string) (unlock func(), err error) {
	err = ctx.Err()
	if err == nil {
		unlock, err = k.lock(ctx, name)
		if err != nil && errors.Is(err, ctx.Err()) {
			err = fmt.Errorf("another program holds it: %w", err)
		}
	}
	return unlock, failure("lock", err)
}

// lock takes the lock of that name, for which it waits until ctx is done, and returns the function that gives it back.
//
// The lock is the operating system's, on an empty file that is never removed: removing it would let two programs hold
// two files of the same name. It is gone when the program is, however it ends. Each call opens the file anew, so that goroutines
// of one program exclude each other just as programs do.
func (k *Keychain) lock(ctx context.Context, name string) (unlock func(), err error) {
	dir, err := k.makeDirectory()
	if err != nil {
		return nil, err
	}
	file := flock.New(filepath.Join(dir, name+".lock"), flock.SetPermissions(0o600))
	if _, err := file.TryLockContext(ctx, lockPoll); err != nil {
		return nil, fmt.Errorf("cannot lock %s: %w", file.Path(), err)
	}
	return func() { _ = file.Close() }, nil // fails for a bad file descriptor only
}

// makeDirectory returns the directory of the lock files, which it makes if there is none.
func (k *Keychain) makeDirectory() (string, error) {
	dir, err := k.directory()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("cannot make the directory of the lock files %s: set Options.LockDir to one that can be written: %w", dir, err)
	}
	return dir, nil
}

func (k *Keychain) directory() (string, error) {
	if k.lockDir != "" {
		return k.lockDir, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no directory for the lock files: set Options.LockDir, or the cache directory of the user: %w", err)
	}
	return filepath.Join(cache, k.items.service), nil
}
