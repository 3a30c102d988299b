package keychain

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"
)

func TestItemsAreSmallAndTellNothing(t *testing.T) {
	ring, k := open(t)
	mustSave(t, k, alice, text("secret", 64<<10))
	mustSave(t, k, bob, text("secret", 10))
	mustSetCurrent(t, k, bob)
	items := ring.Items(t)
	if len(items) < 40 {
		t.Fatalf("%d items; 64 KiB take more", len(items))
	}
	for _, item := range items {
		if item.Size > 2000 {
			t.Errorf("%s has %d bytes; Windows and macOS take 2,000", item.Name, item.Size)
		}
		if len(item.Name) > 80 {
			t.Errorf("the name %s has %d bytes", item.Name, len(item.Name))
		}
		for _, word := range []string{"alice", "bob", "example.com", "secret"} {
			if strings.Contains(item.Name, word) {
				t.Errorf("the name %s tells %q", item.Name, word)
			}
		}
		if item.Service != "doorkey" {
			t.Errorf("the service of %s is %q", item.Name, item.Service)
		}
		value, err := keyring.Get(item.Service, item.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := base64.RawStdEncoding.DecodeString(value); err != nil {
			t.Errorf("%s is not base64: %v", item.Name, err)
		}
	}
}

func TestNothingIsLeftAfterDelete(t *testing.T) {
	ring, k := open(t)
	for _, size := range []int{9000, 20, 4000, 0} {
		mustSave(t, k, alice, text("alice", size))
	}
	mustSave(t, k, bob, text("bob", 3000))
	mustSetCurrent(t, k, bob)
	mustSetCurrent(t, k, alice)
	mustDelete(t, k, alice)
	mustDelete(t, k, bob)
	wantEmpty(t, ring)
}

func TestASessionReplacedLeavesNoPartsOfTheOldOne(t *testing.T) {
	ring, k := open(t)
	mustSave(t, k, alice, text("long", 10*maxPart))
	mustSave(t, k, alice, text("short", 10))
	wantTidy(t, ring, k)
}

func TestARefreshWritesTheSessionAlone(t *testing.T) {
	_, k := open(t)
	mustSave(t, k, alice, []byte("one"))
	mustSave(t, k, bob, []byte("one"))
	mustSetCurrent(t, k, bob)
	for _, key := range []Key{alice, bob} {
		recorder := &recordingRing{ring: osRing{}}
		mustSave(t, newKeychain(Options{}, recorder), key, []byte("two"))
		for _, name := range recorder.written {
			if !strings.HasPrefix(name, k.session(key).name) {
				t.Errorf("%s: wrote %s", key.Subject, name)
			}
		}
		if len(recorder.written) == 0 {
			t.Errorf("%s: wrote nothing", key.Subject)
		}
	}
}

func TestAnotherProgramSeesTheSession(t *testing.T) {
	ring, k := open(t)
	want := text("shared", 4000)
	mustSave(t, k, alice, want)
	got, err := child(ring, "load").Output()
	if err != nil || string(got) != string(want) {
		t.Errorf("the other program loaded %.20q, %v; want %.20q", got, err, want)
	}
}

func TestServicesAreApart(t *testing.T) {
	_, k := open(t)
	mustSave(t, k, alice, []byte("doorkey's"))
	other := New(Options{Service: "another program"})
	wantSession(t, other, alice, nil)
	mustSave(t, other, alice, []byte("the other's"))
	wantSession(t, k, alice, []byte("doorkey's"))
}

// A service may be called what a person would call it, at some length.
func TestTheLongestNames(t *testing.T) {
	open(t)
	k := New(Options{Service: (`"it's" 门 $x;` + strings.Repeat("n", 100))[:100], LockDir: t.TempDir()})
	key := Key{issuer, client, strings.Repeat("长", 200)}
	want := text("long", 64<<10)
	mustSave(t, k, key, want)
	mustSetCurrent(t, k, key)
	wantSession(t, k, key, want)
	mustDelete(t, k, key)
}

func TestTheLockFile(t *testing.T) {
	t.Run("is private and tells nothing", func(t *testing.T) {
		_, _ = open(t)
		dir := filepath.Join(t.TempDir(), "new", "locks")
		mustSave(t, New(Options{LockDir: dir}), alice, []byte("s"))
		file, err := os.Stat(filepath.Join(dir, id(issuer, client)+".lock"))
		if err != nil {
			t.Fatal(err)
		}
		if !private(t, file, 0o600) || file.Size() != 0 {
			t.Errorf("%s: mode %v, %d bytes; want an empty file of mode 0600", file.Name(), file.Mode(), file.Size())
		}
		if info, err := os.Stat(dir); err != nil || !private(t, info, 0o700) {
			t.Errorf("its directory: %v, %v; want mode 0700", info.Mode(), err)
		}
	})
	t.Run("is in the cache directory unless told otherwise", func(t *testing.T) {
		_, k := open(t)
		mustSave(t, k, alice, []byte("s"))
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(cache, "doorkey", id(issuer, client)+".lock")); err != nil {
			t.Error(err)
		}
	})
	t.Run("has to have a directory", func(t *testing.T) {
		_, _ = open(t)
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(file, "locks")
		err := New(Options{LockDir: dir}).Save(background, alice, []byte("s"))
		if e, ok := errors.AsType[*FolderError](err); !ok || e.Dir != dir || !strings.Contains(err.Error(), dir) {
			t.Errorf("%v; want an error that names %s", err, dir)
		}
	})
	t.Run("held by another program is waited for until the deadline", func(t *testing.T) {
		_, k := open(t)
		mustSave(t, k, alice, []byte("old"))
		unlock, err := New(Options{}).lock(background, alice.pair())
		if err != nil {
			t.Fatal(err)
		}
		defer unlock()
		ctx, cancel := context.WithTimeout(background, 50*testTick)
		defer cancel()
		err = k.Save(ctx, alice, []byte("new"))
		if !errors.Is(err, ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "another program") {
			t.Errorf("%v; want ErrTimeout, because of another program", err)
		}
		wantSession(t, k, alice, []byte("old")) // a reader needs no lock
	})
}

// A recordingRing notes what is written.
type recordingRing struct {
	ring
	written []string
}

func (r *recordingRing) Set(service, user, password string) error {
	r.written = append(r.written, user)
	return r.ring.Set(service, user, password)
}

func (r *recordingRing) Delete(service, user string) error {
	r.written = append(r.written, user)
	return r.ring.Delete(service, user)
}
