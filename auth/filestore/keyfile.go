package filestore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// KeyFile reads the key from the first line of a file. The file has to be the
// person's or the administrator's, and nobody else may read it. Links are
// followed, which is how Kubernetes mounts a secret.
func KeyFile(path string) Key {
	return func(context.Context, bool) (string, error) {
		key, err := readKeyFile(path)
		if err != nil {
			return "", fmt.Errorf("the key file %s %w", path, err)
		}
		return key, nil
	}
}

func readKeyFile(path string) (string, error) {
	if info, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("cannot be read: %w", withoutPath(err))
	} else if !info.Mode().IsRegular() { // a pipe would block
		return "", errors.New("is not a file")
	}
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("cannot be read: %w", withoutPath(err))
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", fmt.Errorf("cannot be read: %w", withoutPath(err))
	}
	if err := checkKeyFile(info); err != nil {
		return "", err
	}
	data, err := io.ReadAll(io.LimitReader(file, maxKey+2))
	if err != nil {
		return "", fmt.Errorf("cannot be read: %w", withoutPath(err))
	}
	return firstLine(data)
}

// CreateKeyFile makes a file with a new random key, for [KeyFile]. It returns
// [fs.ErrExist] if there is a file already.
func CreateKeyFile(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("cannot make the key file: %w", err)
	}
	_, err = io.WriteString(file, NewKey()+"\n")
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		_ = os.Remove(path)
		return fmt.Errorf("cannot write the key file %s: %w", path, withoutPath(err))
	}
	return nil
}

// withoutPath leaves out of an error what its caller adds.
func withoutPath(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}
