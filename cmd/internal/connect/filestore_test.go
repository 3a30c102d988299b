package connect_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"doorkey/auth/filestore"
	"doorkey/cmd/internal/connect"
	"doorkey/cmd/internal/settings"
)

func TestTheFileStore(t *testing.T) {
	dir := t.TempDir()
	keyFile := filepath.Join(dir, "key")
	if err := filestore.CreateKeyFile(keyFile); err != nil {
		t.Fatal(err)
	}
	ask := func(context.Context, bool) (string, error) { return "swordfish", nil }
	file := settings.Settings{Storage: "file", StorageFolder: filepath.Join(dir, "sessions")}
	with := func(change func(*settings.Settings)) settings.Settings {
		s := file
		change(&s)
		return s
	}
	for _, test := range []struct {
		name string
		s    settings.Settings
		ask  func(context.Context, bool) (string, error)
		says string // of the error
	}{
		{"a key file", with(func(s *settings.Settings) { s.StorageKeyFile = keyFile }), nil, ""},
		{"a key file, and somebody to ask", with(func(s *settings.Settings) { s.StorageKeyFile = keyFile }),
			func(context.Context, bool) (string, error) { t.Error("asked"); return "", nil }, ""},
		{"a key command", with(func(s *settings.Settings) { s.StorageKeyCommand = `head -n 1 "` + keyFile + `"` }), nil, ""},
		{"a passphrase", file, ask, ""},
		{"nobody to ask", file, nil, "set storage-key-file or storage-key-command"},
		{"two keys", with(func(s *settings.Settings) { s.StorageKeyFile, s.StorageKeyCommand = keyFile, "pass" }), ask, "is set twice"},
		{"a command that is none", with(func(s *settings.Settings) { s.StorageKeyCommand = `pass "` }), ask, "quotation mark"},
		{"a folder that is none", with(func(s *settings.Settings) { s.StorageFolder = "sessions" }), ask, "not a full path"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && test.name == "a key command" {
				t.Skip("there is no head")
			}
			store, err := connect.FileStore(test.s, test.ask)
			if test.says != "" {
				if _, ok := errors.AsType[*settings.Error](err); !ok || !strings.Contains(err.Error(), test.says) || store != nil {
					t.Errorf("%v; want %q", err, test.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(file.StorageFolder)
			if err := store.Write(t.Context(), "a", []byte("x")); err != nil {
				t.Fatal(err)
			}
			if data, err := store.Read(t.Context(), "a"); err != nil || string(data) != "x" || store.Dir() != file.StorageFolder {
				t.Errorf("%q in %s, %v", data, store.Dir(), err)
			}
		})
	}
}

// Files are never chosen by themselves.
func TestNoFileStore(t *testing.T) {
	for _, s := range []settings.Settings{{}, {Storage: "keychain", StorageFolder: "/data", StorageKeyFile: "/key"}, {StorageKeyCommand: "pass"}} {
		if store, err := connect.FileStore(s, nil); store != nil || err != nil {
			t.Errorf("%v: %v, %v", s, store, err)
		}
	}
}
