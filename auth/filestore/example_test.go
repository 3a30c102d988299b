package filestore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"doorkey/auth/filestore"
)

// A container that has its key from a file, and its sessions in a volume.
func Example() {
	volume, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(volume)
	key := filepath.Join(volume, "key") // elsewhere in earnest
	if err := filestore.CreateKeyFile(key); err != nil {
		panic(err)
	}

	store, err := filestore.New(filestore.Options{Dir: filepath.Join(volume, "sessions"), Key: filestore.KeyFile(key)})
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	if err := store.Write(ctx, "alice", []byte("a session")); err != nil {
		panic(err)
	}
	data, err := store.Read(ctx, "alice")
	fmt.Printf("%s, %v\n", data, err)

	other, err := filestore.New(filestore.Options{Dir: store.Dir(), Key: filestore.KeyCommand("echo", "another key")})
	if err != nil {
		panic(err)
	}
	_, err = other.Read(ctx, "alice")
	fmt.Println(errors.Is(err, filestore.ErrLocked))
	// Output:
	// a session, <nil>
	// true
}
