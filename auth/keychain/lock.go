package keychain

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// lockPoll is how often a lock held by another program is tried again. A Save takes some 30 ms.
const lockPoll = 10 * time.Millisecond

// lock takes the lock of that name, for which it waits until ctx is done, and returns the function that gives it back.
//
// The lock is the operating system's, on an empty file that is never removed: removing it would let two programs hold
// two files of the same name. It is gone when the program is, however it ends.
func (k *Keychain) lock(ctx context.Context, name string) (unlock func(), err error) {
	dir := k.lockDir
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("no directory for the lock files: set Options.LockDir, or the cache directory of the user: %w", err)
		}
		dir = filepath.Join(cache, k.items.service)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the directory of the lock files %s: set Options.LockDir to one that can be written: %w", dir, err)
	}
	file := flock.New(filepath.Join(dir, name+".lock"), flock.SetPermissions(0o600))
	if _, err := file.TryLockContext(ctx, lockPoll); err != nil {
		return nil, fmt.Errorf("cannot lock %s: %w", file.Path(), err)
	}
	return func() { _ = file.Close() }, nil // fails for a bad file descriptor only
}
