package keychain

import (
	"bufio"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"doorkey/auth/keychain/keychaintest"
)

func TestALockExcludesOtherPrograms(t *testing.T) {
	ring, k := open(t, keychaintest.WithoutSecretService()) // a lock does not need the keychain
	holder := child(ring, k, "hold")
	output, err := holder.StdoutPipe()
	must(t, err)
	must(t, holder.Start())
	if _, err := bufio.NewReader(output).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(background, 50*testTick)
	defer cancel()
	if _, err := k.Lock(ctx, accounts); !errors.Is(err, ErrBusy) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while another program holds it: %v", err)
	}
	must(t, holder.Process.Kill())
	_ = holder.Wait()
	ctx, cancel = context.WithTimeout(background, 10*time.Second)
	defer cancel()
	unlock, err := k.Lock(ctx, accounts)
	if err != nil {
		t.Fatalf("after that was killed: %v", err)
	}
	unlock()
}

func TestALockDoesNotAskTheKeychain(t *testing.T) {
	r := newStuckRing()
	defer close(r.answer)
	k := newKeychain(Options{Timeout: 30 * testTick, LockDir: t.TempDir()}, r)
	if err := k.Write(background, accounts, []byte("s")); !errors.Is(err, ErrTimeout) { // it is stuck, and has its turn
		t.Fatal(err)
	}
	unlock, err := k.Lock(background, accounts)
	must(t, err)
	time.AfterFunc(100*testTick, unlock)
	unlock, err = k.Lock(background, accounts) // waits longer than the Timeout
	must(t, err)
	unlock()
}

func TestNobodyWaitsForALockToReadOrWrite(t *testing.T) {
	ring, k := open(t)
	unlock, err := k.Lock(background, accounts)
	must(t, err)
	defer unlock()
	must(t, child(ring, k, "write").Run())
	wantRecord(t, k, accounts, []byte("written"))
}

func TestTheLockFolder(t *testing.T) {
	t.Run("is named after the service, in the cache folder", func(t *testing.T) {
		_, _ = open(t, keychaintest.WithoutSecretService())
		unlock, err := New(Options{Service: "example"}).Lock(background, accounts)
		must(t, err)
		defer unlock()
		cache, err := os.UserCacheDir()
		must(t, err)
		if _, err := os.Stat(filepath.Join(cache, "example", accounts+".lock")); err != nil {
			t.Error(err)
		}
	})
	t.Run("is the one given", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "new", "locks")
		unlock, err := New(Options{LockDir: dir}).Lock(background, accounts)
		must(t, err)
		defer unlock()
		if _, err := os.Stat(filepath.Join(dir, accounts+".lock")); err != nil {
			t.Error(err)
		}
	})
	t.Run("cannot be used", func(t *testing.T) {
		_, k := open(t)
		file := filepath.Join(t.TempDir(), "file")
		must(t, os.WriteFile(file, nil, 0o600))
		k.lockDir = filepath.Join(file, "locks")
		_, err := k.Lock(background, accounts)
		if e, ok := errors.AsType[*FolderError](err); !ok || e.Dir != k.lockDir || !strings.HasPrefix(err.Error(), "keychain: lock: ") {
			t.Errorf("%v; want an error that names %s", err, k.lockDir)
		}
		mustWrite(t, k, accounts, []byte("s")) // which nobody is told of
		wantRecord(t, k, accounts, []byte("s"))
	})
}
