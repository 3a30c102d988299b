//go:build windows && wine

// Package keychaintest gives a test the Credential Manager of Wine, empty. It is
// that of the prefix the test runs in, so tests that use it run one after the
// other.
package keychaintest

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/danieljoos/wincred"
	"golang.org/x/sys/windows"
)

// A Keyring is the Credential Manager, and a folder for the lock files.
type Keyring struct{ dir string }

// An Option changes what [Start] starts.
type Option func()

// WithoutSecretService changes nothing: Windows is never without.
func WithoutSecretService() Option { return func() {} }

// Start empties the Credential Manager, now and when the test ends.
func Start(t testing.TB, _ ...Option) *Keyring {
	t.Helper()
	if windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() != nil {
		t.Fatal("keychaintest: this is Windows itself, whose Credential Manager is a person's: test with Wine")
	}
	clear(t)
	t.Cleanup(func() { clear(t) })
	return &Keyring{t.TempDir()}
}

func clear(t testing.TB) {
	t.Helper()
	for _, credential := range list(t) {
		if err := (&wincred.GenericCredential{Credential: *credential}).Delete(); err != nil {
			t.Errorf("keychaintest: %v", err)
		}
	}
}

func list(t testing.TB) []*wincred.Credential {
	t.Helper()
	all, err := wincred.List()
	if err != nil && err != wincred.ErrElementNotFound {
		t.Fatalf("keychaintest: %v", err)
	}
	return all
}

// Env returns the variables for a child process; append them to os.Environ().
func (k *Keyring) Env() []string { return []string{"LocalAppData=" + filepath.Join(k.dir, "cache")} }

// Setenv leads the current process to this keyring until the test ends.
func (k *Keyring) Setenv(t testing.TB) {
	t.Helper()
	for _, variable := range k.Env() {
		name, value, _ := strings.Cut(variable, "=")
		if err := os.MkdirAll(value, 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv(name, value)
	}
}

// An Item is one credential.
type Item struct {
	Name    string // after the service in its target name
	Service string
	Size    int // bytes of the secret
}

// Items returns every credential, sorted by name.
func (k *Keyring) Items(t testing.TB) []Item {
	t.Helper()
	var items []Item
	for _, credential := range list(t) {
		service, name, _ := strings.Cut(credential.TargetName, ":")
		items = append(items, Item{Name: name, Service: service, Size: len(credential.CredentialBlob)})
	}
	slices.SortFunc(items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Name, b.Name))
	})
	return items
}
