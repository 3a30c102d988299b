package auth_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"
	"doorkey/auth/keychain/keychaintest"
)

// Everything about the people is in the keychain, and none of it in a file
// that can be read without one: no token, no name, no address, nor where they
// signed in. After they all have left, the keychain is as it was.
func TestNoPlainFileTellsWhoIsSignedIn(t *testing.T) {
	ring := keychaintest.Start(t)
	ring.Setenv(t)
	w := newWorld(t, demo.Config{})
	lockDir := t.TempDir()
	p := w.program(func(c *auth.Config) {
		everything(c)
		c.Store = keychain.New(keychain.Options{LockDir: lockDir})
	})
	zhang := p.signIn(demotest.ZhangSan)
	li := p.signIn(demotest.LiSi, auth.AnotherAccount())
	if li.Storage != auth.InKeychain {
		t.Fatalf("stored in %v: %v", li.Storage, li.StorageErr)
	}
	if _, err := p.UserInfo(t.Context()); err != nil {
		t.Fatal(err)
	}
	secrets := []string{"张三", "李四", "lisi@example.test", "8613800000000", zhang.Profile.ID, li.Profile.ID, w.Issuer()}
	for _, name := range []string{"access_token", "refresh_token", "id_token", "nonce"} {
		secrets = append(secrets, storedToken(t, p.store(), li, name))
	}
	var files int
	for _, root := range append(dirsOf(ring.Env()), lockDir) {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return nil // a socket, or gone meanwhile
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files++
			for _, secret := range secrets {
				if bytes.Contains(data, []byte(secret)) || strings.Contains(path, secret) {
					t.Errorf("%s tells %.12q", filepath.Base(path), secret)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 2 { // the keyring's own, and a lock
		t.Errorf("only %d files were looked at", files)
	}

	if err := p.SignOut(t.Context(), auth.EveryAccount()); err != nil {
		t.Fatal(err)
	}
	if items := ring.Items(t); len(items) > 0 {
		t.Errorf("left in the keychain: %v", items)
	}
}

// dirsOf are the directories that an environment names.
func dirsOf(env []string) []string {
	var dirs []string
	for _, v := range env {
		name, value, _ := strings.Cut(v, "=")
		if name == "HOME" || strings.HasPrefix(name, "XDG_") {
			dirs = append(dirs, value)
		}
	}
	return dirs
}
