package connect

import (
	"context"
	"errors"

	"doorkey/auth/filestore"
	"doorkey/cmd/internal/settings"
)

// FileStore returns the store that the settings choose, or nil if they choose
// the keychain. Its key comes from the key file or the key command that is set,
// or else from the person, whom ask asks for a passphrase: see [filestore.Key].
// ask is nil where nobody can be asked.
//
// The error is a [*settings.Error]. FileStore does no I/O: whether the folder
// and the key can be used shows when the store is used.
func FileStore(s settings.Settings, ask func(ctx context.Context, fresh bool) (string, error)) (*filestore.Store, error) {
	if s.Storage != settings.StorageFile {
		return nil, nil
	}
	fail := func(key settings.Key, err error) (*filestore.Store, error) {
		return nil, &settings.Error{Key: key, Source: s.Source(key), Err: err}
	}
	var key filestore.Key
	switch {
	case s.StorageKeyFile != "" && s.StorageKeyCommand != "":
		return fail(settings.KeyStorageKeyCommand, errors.New("the key of the encrypted files is set twice: leave out this one or storage-key-file"))
	case s.StorageKeyFile != "":
		key = filestore.KeyFile(s.StorageKeyFile)
	case s.StorageKeyCommand != "":
		argv, err := settings.SplitCommand(s.StorageKeyCommand)
		if err != nil {
			return fail(settings.KeyStorageKeyCommand, err)
		}
		key = filestore.KeyCommand(argv...)
	case ask != nil:
		key = filestore.Passphrase(ask)
	default:
		return fail(settings.KeyStorage, errors.New("nobody can be asked for a passphrase here: set storage-key-file or storage-key-command"))
	}
	store, err := filestore.New(filestore.Options{Dir: s.StorageFolder, Key: key})
	if err != nil {
		return fail(settings.KeyStorageFolder, err)
	}
	return store, nil
}
