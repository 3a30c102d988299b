package filestore

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// Whatever byte of a file is another, that is noticed.
func TestADamagedFile(t *testing.T) {
	s := newStore(t)
	path := filepath.Join(s.dir, "a.sealed")
	mustWrite(t, s, "a", []byte("swordfish"))
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := map[string][]byte{"empty": {}, "of zeros": make([]byte, len(whole)), "too long": append(bytes.Clone(whole), 0),
		"text": []byte("hello"), "huge": make([]byte, MaxSize+1000)}
	for n := range whole {
		damaged["cut"+string(rune('0'+n))] = whole[:n]
		for _, bit := range []byte{1, 0x80} {
			other := bytes.Clone(whole)
			other[n] ^= bit
			damaged["byte "+string(rune('0'+n))+string(rune('0'+bit))] = other
		}
	}
	for name, file := range damaged {
		if len(file) > len(magic) && string(file[:len(magic)]) == magic && file[len(magic)] > formatVersion {
			continue // see TestANewerFile
		}
		write(t, path, file)
		data, err := s.Read(background, "a")
		if !errors.Is(err, ErrCorrupt) || errors.Is(err, ErrLocked) || data != nil || bytes.Contains([]byte(err.Error()), []byte("sword")) {
			t.Errorf("%s: %q, %v; want ErrCorrupt", name, data, err)
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, file) {
			t.Errorf("%s: Read changed the file", name)
		}
	}
	mustWrite(t, s, "a", []byte("new"))
	wantRecord(t, s, "a", []byte("new"))
	write(t, path, nil)
	mustWrite(t, s, "a", nil)
	wantAlone(t, s)
}

func TestANewerFile(t *testing.T) {
	s := newStore(t)
	path := filepath.Join(s.dir, "a.sealed")
	mustWrite(t, s, "a", []byte("x"))
	for _, newer := range [][]byte{append([]byte(magic), 2), append([]byte(magic), "\xff and whatever"...)} {
		write(t, path, newer)
		_, err := s.Read(background, "a")
		for what, err := range map[string]error{"read": err, "write": s.Write(background, "a", []byte("x")), "remove": s.Write(background, "a", nil)} {
			if !errors.Is(err, ErrNewer) || errors.Is(err, ErrCorrupt) {
				t.Errorf("%s: %v; want ErrNewer", what, err)
			}
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, newer) {
			t.Error("the file was changed")
		}
	}
}

// A file must not take the place of another one.
func TestAFileUnderAnotherName(t *testing.T) {
	s := newStore(t)
	mustWrite(t, s, "alice", []byte("1"))
	mustWrite(t, s, "bob", []byte("2"))
	if err := os.Rename(filepath.Join(s.dir, "alice.sealed"), filepath.Join(s.dir, "bob.sealed")); err != nil {
		t.Fatal(err)
	}
	if data, err := s.Read(background, "bob"); !errors.Is(err, ErrCorrupt) {
		t.Errorf("%q, %v", data, err)
	}
}

// A file must not have a program compute for hours, or take all memory.
func TestAFileWithAbsurdNumbers(t *testing.T) {
	s := storeIn(t, filepath.Join(t.TempDir(), "sessions"), given("swordfish"))
	mustWrite(t, s, "a", []byte("x"))
	for _, d := range []derivation{
		{kind: kindPassphrase, passes: 255, memory: 64 << 10, lanes: 4},
		{kind: kindPassphrase, passes: 0, memory: 64 << 10, lanes: 4},
		{kind: kindPassphrase, passes: 3, memory: 1<<32 - 1, lanes: 4},
		{kind: kindPassphrase, passes: 3, memory: 1, lanes: 4},
		{kind: kindPassphrase, passes: 3, memory: 64 << 10, lanes: 0},
		{kind: kindKey, passes: 1},
		{kind: 2},
	} {
		write(t, filepath.Join(s.dir, "a.sealed"), append((&header{derivation: d}).encode(), make([]byte, 100)...))
		if _, err := s.Read(background, "a"); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%+v: %v", d, err)
		}
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
