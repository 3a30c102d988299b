package filestore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"doorkey/auth"
)

var _ auth.Store = (*Store)(nil)

func TestWhatIsWrittenIsRead(t *testing.T) {
	every := make([]byte, MaxSize)
	for n := range every {
		every[n] = byte(n)
	}
	s := newStore(t)
	wantRecord(t, s, "a", nil)
	for name, want := range map[string][]byte{
		"one byte":                {0},
		"text":                    []byte(`{"refresh_token":"r"}`),
		"text that is not ASCII":  []byte("企业微信 – é\n"),
		"64 KiB":                  every[:64<<10],
		"as large as it may be":   every,
		"quotes, newlines, a NUL": []byte("'\"\\\n\r\x00$(x)`y`"),
	} {
		t.Run(name, func(t *testing.T) {
			mustWrite(t, s, "a", want)
			wantRecord(t, s, "a", want)
			wantRecord(t, storeIn(t, s.dir, given(testKey)), "a", want)
		})
	}
	if err := s.Write(background, "a", make([]byte, MaxSize+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a byte more: %v", err)
	}
	wantAlone(t, s, "a.sealed")
	if s.Place() != "file" {
		t.Error(s.Place())
	}
}

func TestNoDataRemovesARecord(t *testing.T) {
	s := newStore(t)
	mustWrite(t, s, "a", nil) // which is not there, nor is its folder
	if _, err := os.Stat(s.dir); err == nil {
		t.Error("a folder was made")
	}
	mustWrite(t, s, "a", []byte("1"))
	mustWrite(t, s, "b", []byte("2"))
	mustWrite(t, s, "a", []byte{})
	wantRecord(t, s, "a", nil)
	wantRecord(t, s, "b", []byte("2"))
	wantAlone(t, s, "b.sealed")
}

func TestNames(t *testing.T) {
	s := newStore(t)
	for _, name := range []string{"a", "A.b-1", "..", ".tmp", "b.lock", strings.Repeat("x", 100)} {
		mustWrite(t, s, name, []byte(name))
		unlock, err := s.Lock(background, name)
		if err != nil {
			t.Fatal(err)
		}
		unlock()
	}
	for _, name := range []string{"a", "A.b-1", "..", ".tmp", "b.lock", strings.Repeat("x", 100)} {
		wantRecord(t, s, name, []byte(name))
	}
	for _, name := range []string{"", "a/b", `a\b`, "a b", "é", strings.Repeat("x", 101)} {
		_, readErr := s.Read(background, name)
		_, lockErr := s.Lock(background, name)
		for _, err := range []error{readErr, s.Write(background, name, []byte("x")), lockErr} {
			if err == nil || !strings.Contains(err.Error(), "cannot be the name") {
				t.Errorf("%q: %v", name, err)
			}
		}
	}
}

func TestAContextThatIsDone(t *testing.T) {
	s := newStore(t)
	ctx, cancel := context.WithCancel(background)
	cancel()
	_, readErr := s.Read(ctx, "a")
	_, lockErr := s.Lock(ctx, "a")
	for _, err := range []error{readErr, s.Write(ctx, "a", []byte("x")), lockErr} {
		if !errors.Is(err, context.Canceled) || errors.Is(err, ErrBusy) {
			t.Error(err)
		}
	}
}

func TestLock(t *testing.T) {
	s := newStore(t)
	unlock, err := s.Lock(background, "a")
	if err != nil {
		t.Fatal(err)
	}
	if says, err := child(s, "try").Output(); err != nil || string(says) != "true\n" {
		t.Errorf("another program: %s, %v", says, err)
	}
	ctx, cancel := context.WithTimeout(background, 30*time.Millisecond)
	defer cancel()
	if _, err := storeIn(t, s.dir, given(testKey)).Lock(ctx, "a"); !errors.Is(err, ErrBusy) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("another goroutine: %v", err)
	}
	mustWrite(t, s, "a", []byte("while it is held")) // waits for nothing
	wantRecord(t, s, "a", []byte("while it is held"))
	unlock()
	unlock()
	if says, err := child(s, "try").Output(); err != nil || string(says) != "false\n" {
		t.Errorf("another program, once it is free: %s, %v", says, err)
	}
}

func TestWatch(t *testing.T) {
	s := newStore(t)
	ctx, cancel := context.WithCancel(background)
	changed := s.Watch(ctx, "a")
	other := storeIn(t, s.dir, given(testKey))
	for _, step := range []struct {
		what string
		do   func() error
		told bool
	}{
		{"nothing is removed", func() error { return other.Write(ctx, "a", nil) }, false},
		{"a record is written", func() error { return other.Write(ctx, "a", []byte("1")) }, true},
		{"and read", func() error { _, err := other.Read(ctx, "a"); return err }, false},
		{"another program writes", child(s, "write").Run, true},
		{"another record is written", func() error { return other.Write(ctx, "b", []byte("1")) }, false},
		{"the record is removed", func() error { return s.Write(ctx, "a", nil) }, true},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.what, err)
		}
		wait := 100 * time.Millisecond
		if step.told {
			wait = 10 * time.Second
		}
		select {
		case <-changed:
			if !step.told {
				t.Errorf("%s: told of it", step.what)
			}
		case <-time.After(wait):
			if step.told {
				t.Errorf("%s: not told of it", step.what)
			}
		}
		settle(changed)
	}
	cancel()
	for range changed { // until it is closed
	}
}

// settle waits until nothing more is told.
func settle(changed <-chan struct{}) {
	for {
		select {
		case <-changed:
		case <-time.After(50 * time.Millisecond):
			return
		}
	}
}

// What is in the folder shows nothing of a record, nor of the key.
func TestNothingOfARecordIsInTheFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sessions")
	s := storeIn(t, dir, given("correct horse battery staple"))
	token := []byte("eyJhbGciOiJSUzI1NiJ9.swordfish")
	mustWrite(t, s, "a", bytes.Repeat(token, 100))
	ctx, cancel := context.WithCancel(background)
	changed := s.Watch(ctx, "a")
	defer func() { // on Windows a folder that is watched cannot be removed
		cancel()
		for range changed {
		}
	}()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) < 2 {
		t.Fatal(entries, err)
	}
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"eyJhbGci", "swordfish", "horse"} {
			if bytes.Contains(data, []byte(secret)) {
				t.Errorf("%s contains %q", entry.Name(), secret)
			}
		}
	}
	for _, text := range []string{fmt.Sprintf("%v %+v %#v", s, s, s), fmt.Sprintf("%v %+v %#v", *s, *s, *s)} {
		if strings.Contains(text, "horse") || strings.Contains(text, "104 111 114") || strings.Contains(text, "0x68, 0x6f") {
			t.Errorf("printed: %s", text)
		}
	}
}

// Two files of one record have nothing in common behind their header.
func TestEveryFileHasANonceOfItsOwn(t *testing.T) {
	s := newStore(t)
	var files [][]byte
	for range 2 {
		mustWrite(t, s, "a", make([]byte, 100))
		file, err := os.ReadFile(filepath.Join(s.dir, "a.sealed"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	if bytes.Equal(files[0][headerSize:], files[1][headerSize:]) {
		t.Error("two files are the same")
	}
}

func TestManyGoroutines(t *testing.T) {
	s := newStore(t)
	mustWrite(t, s, "a", generation('a'))
	var group sync.WaitGroup
	var reads atomic.Int32
	for n := range 4 {
		group.Go(func() {
			for m := range 10 {
				if err := s.Write(background, "a", generation(byte('a'+n+m))); err != nil {
					t.Error(err)
				}
			}
		})
		group.Go(func() {
			for range 50 {
				if data, err := s.Read(background, "a"); err != nil || !isGeneration(data) {
					t.Errorf("%d bytes, %v", len(data), err)
				}
				reads.Add(1)
			}
		})
	}
	group.Wait()
	wantAlone(t, s, "a.sealed")
}

func TestManyPrograms(t *testing.T) {
	s := newStore(t)
	mustWrite(t, s, "a", generation('a'))
	var group sync.WaitGroup
	var done atomic.Bool
	for range 6 {
		group.Go(func() {
			if err := child(s, "ten").Run(); err != nil {
				t.Error(err)
			}
		})
	}
	go func() { group.Wait(); done.Store(true) }()
	for !done.Load() {
		if data, err := s.Read(background, "a"); err != nil || !isGeneration(data) {
			t.Fatalf("%d bytes, %v", len(data), err)
		}
	}
	wantAlone(t, s, "a.sealed")
}

func TestWhereTheFolderIs(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("LocalAppData", home)
	t.Setenv("XDG_STATE_HOME", "")
	want := filepath.Join(home, ".local", "state", "doorkey", "sessions")
	switch runtime.GOOS {
	case "windows":
		want = filepath.Join(home, "doorkey", "sessions")
	case "darwin":
		want = filepath.Join(home, "Library", "Application Support", "doorkey", "sessions")
	}
	s, err := New(Options{Key: given(testKey)})
	if err != nil || s.Dir() != want {
		t.Fatalf("%v, %v; want %s", s, err, want)
	}
	mustWrite(t, s, "a", []byte("1"))
	if info, err := os.Stat(want); err != nil || !private(info, 0o700) {
		t.Errorf("%v, %v", info, err)
	}
	// It is ours, so its mode is put right.
	if err := os.Chmod(want, 0o755); err != nil {
		t.Fatal(err)
	}
	wantRecord(t, s, "a", []byte("1"))
	if info, err := os.Stat(want); err != nil || !private(info, 0o700) {
		t.Errorf("%v, %v", info, err)
	}
	for _, opts := range []Options{{}, {Key: given(testKey), Dir: "sessions"}} {
		if _, err := New(opts); err == nil {
			t.Errorf("%v: no error", opts)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for name, key := range map[string]string{"key": testKey, "passphrase": "swordfish"} {
		b.Run(name, func(b *testing.B) {
			s := storeIn(b, filepath.Join(b.TempDir(), "sessions"), given(key))
			mustWrite(b, s, "a", make([]byte, 4000))
			for b.Loop() {
				if _, err := s.Read(background, "a"); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+", first", func(b *testing.B) {
			dir := filepath.Join(b.TempDir(), "sessions")
			mustWrite(b, storeIn(b, dir, given(key)), "a", make([]byte, 4000))
			for b.Loop() {
				if _, err := storeIn(b, dir, given(key)).Read(background, "a"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkWrite(b *testing.B) {
	s := newStore(b)
	data := make([]byte, 4000)
	for b.Loop() {
		mustWrite(b, s, "a", data)
	}
}
