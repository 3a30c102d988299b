package keychain

import (
	"context"

	"doorkey/auth/internal/storage"
)

// Lock takes the lock of that name for one caller alone, among all goroutines and programs, until unlock is called. It does not
// touch the keychain.
//
// It waits until ctx is done, however long that is: [Options.Timeout] does not limit it. The error is then that of ctx and
// [ErrBusy]. The lock of a program that died is free at once. Calling unlock again does nothing.
func (k *Keychain) Lock(ctx context.Context, name string) (unlock func(), err error) {
	unlock, err = k.folder().Lock(ctx, name)
	return unlock, failure("lock", err)
}

func (k *Keychain) folder() *storage.Folder { return storage.NewFolder(k.items.service, k.lockDir) }
