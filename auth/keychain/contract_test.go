package keychain

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var background = context.Background()

// A store is what Keychain and Memory have in common.
type store interface {
	Save(ctx context.Context, key Key, data []byte) error
	Load(ctx context.Context, key Key) ([]byte, error)
	Delete(ctx context.Context, key Key) error
	Subjects(ctx context.Context, issuer, clientID string) ([]string, error)
	Current(ctx context.Context, issuer, clientID string) (subject string, err error)
	SetCurrent(ctx context.Context, key Key) error
	Lock(ctx context.Context, key Key) (unlock func(), err error)
	Watch(ctx context.Context, issuer, clientID string) <-chan struct{}
}

// forEachStore runs a test on an empty keychain and on an empty Memory.
func forEachStore(t *testing.T, test func(t *testing.T, s store)) {
	t.Run("keychain", func(t *testing.T) {
		_, k := open(t)
		test(t, k)
	})
	t.Run("memory", func(t *testing.T) { test(t, NewMemory()) })
}

func TestWhatIsSavedIsLoaded(t *testing.T) {
	sessions := map[string][]byte{
		"nothing":                      {},
		"one byte":                     {0},
		"text":                         []byte(`{"refresh_token":"r"}`),
		"text that is not ASCII":       []byte("企业微信 – é\n"),
		"every byte":                   everyByte(256),
		"quotes, newlines and a NUL":   []byte("'\"\\\n\r\x00$(x)`y`"),
		"just one part":                text("full", maxPart),
		"one byte more than one part":  text("over", maxPart+1),
		"64 KiB of bytes, not of text": everyByte(64 << 10),
	}
	forEachStore(t, func(t *testing.T, s store) {
		for name, want := range sessions {
			if err := s.Save(background, alice, want); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			got, err := s.Load(background, alice)
			if err != nil || got == nil || !bytes.Equal(got, want) {
				t.Errorf("%s: loaded %d bytes, %v; want the %d that were saved", name, len(got), err, len(want))
			}
		}
	})
}

func TestOneSessionDoesNotTouchAnother(t *testing.T) {
	keys := []Key{
		alice, bob,
		{issuer, "command line", "alice"},
		{"https://other.example.com", client, "alice"},
		{"ab", "c", "d"},
		{"a", "bc", "d"},
		{"a", "b", "cd"},
		{issuer, client, "企业 微信/:\"'"},
	}
	forEachStore(t, func(t *testing.T, s store) {
		for _, key := range keys {
			if err := s.Save(background, key, []byte(key.Issuer+"|"+key.ClientID+"|"+key.Subject)); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Delete(background, keys[0]); err != nil {
			t.Fatal(err)
		}
		for n, key := range keys {
			got, err := s.Load(background, key)
			if n == 0 {
				if !errors.Is(err, ErrNotFound) {
					t.Errorf("the deleted session: %q, %v", got, err)
				}
			} else if want := key.Issuer + "|" + key.ClientID + "|" + key.Subject; err != nil || string(got) != want {
				t.Errorf("Load(%v) = %q, %v; want %q", key, got, err, want)
			}
		}
	})
}

func TestNobodyHasASession(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		if data, err := s.Load(background, alice); !errors.Is(err, ErrNotFound) || data != nil {
			t.Errorf("Load = %q, %v; want ErrNotFound", data, err)
		}
		if err := s.Delete(background, alice); err != nil {
			t.Errorf("Delete = %v; deleting what is not there is no error", err)
		}
		if people, err := s.Subjects(background, issuer, client); err != nil || len(people) > 0 {
			t.Errorf("Subjects = %v, %v; want none", people, err)
		}
	})
}

func TestSubjectsAreInTheOrderTheyWereAdded(t *testing.T) {
	carol := Key{issuer, client, "carol"}
	elsewhere := Key{issuer, "command line", "dave"}
	forEachStore(t, func(t *testing.T, s store) {
		for _, step := range []struct {
			what   string
			save   Key
			delete Key
			want   []string
		}{
			{"alice signs in", alice, Key{}, []string{"alice"}},
			{"and is refreshed", alice, Key{}, []string{"alice"}},
			{"bob signs in", bob, Key{}, []string{"bob", "alice"}},
			{"carol signs in", carol, Key{}, []string{"carol", "bob", "alice"}},
			{"dave signs in to another client", elsewhere, Key{}, []string{"carol", "bob", "alice"}},
			{"alice is refreshed", alice, Key{}, []string{"carol", "bob", "alice"}},
			{"carol signs out", Key{}, carol, []string{"bob", "alice"}},
			{"and again", Key{}, carol, []string{"bob", "alice"}},
			{"bob signs out", Key{}, bob, []string{"alice"}},
			{"bob signs in again", bob, Key{}, []string{"bob", "alice"}},
			{"bob signs out again", Key{}, bob, []string{"alice"}},
			{"alice signs out", Key{}, alice, nil},
		} {
			var err error
			if step.save != (Key{}) {
				err = s.Save(background, step.save, []byte("s"))
			} else {
				err = s.Delete(background, step.delete)
			}
			if err != nil {
				t.Fatalf("%s: %v", step.what, err)
			}
			got, err := s.Subjects(background, issuer, client)
			if err != nil {
				t.Fatalf("%s: %v", step.what, err)
			}
			if diff := cmp.Diff(step.want, got); diff != "" {
				t.Errorf("%s: subjects (-want +got):\n%s", step.what, diff)
			}
		}
	})
}

func TestManyPeople(t *testing.T) {
	var want []string
	for _, letter := range "abcdefgh" { // long subjects, so that their list takes more than one part
		want = append(want, strings.Repeat(string(letter), 250))
	}
	forEachStore(t, func(t *testing.T, s store) {
		for n := len(want) - 1; n >= 0; n-- {
			if err := s.Save(background, Key{issuer, client, want[n]}, []byte("s")); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Subjects(background, issuer, client)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("subjects: %v (-want +got):\n%s", err, diff)
		}
	})
}

func TestWhatCannotBeSaved(t *testing.T) {
	canceled, cancel := context.WithCancel(background)
	cancel()
	forEachStore(t, func(t *testing.T, s store) {
		if err := s.Save(background, alice, make([]byte, MaxSize+1)); !errors.Is(err, ErrTooLarge) {
			t.Errorf("more than MaxSize: %v; want ErrTooLarge", err)
		}
		for _, key := range []Key{{"", client, "a"}, {issuer, "", "a"}, {issuer, client, ""}} {
			if err := s.Save(background, key, []byte("s")); err == nil {
				t.Errorf("Save(%q) succeeded; a part of the key is empty", key)
			}
		}
		if err := s.Save(canceled, alice, []byte("s")); !errors.Is(err, context.Canceled) || errors.Is(err, ErrTimeout) {
			t.Errorf("Save with a canceled context = %v; want context.Canceled alone", err)
		}
		if _, err := s.Load(canceled, alice); !errors.Is(err, context.Canceled) {
			t.Errorf("Load with a canceled context = %v", err)
		}
		if _, err := s.Load(background, alice); !errors.Is(err, ErrNotFound) {
			t.Errorf("something was saved: %v", err)
		}
	})
}

func TestDataIsCopied(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		data := []byte("session")
		if err := s.Save(background, alice, data); err != nil {
			t.Fatal(err)
		}
		data[0] = 'X'
		got, err := s.Load(background, alice)
		if err != nil || string(got) != "session" {
			t.Fatalf("after a change of what was saved: %q, %v", got, err)
		}
		got[0] = 'X'
		if got, err := s.Load(background, alice); err != nil || string(got) != "session" {
			t.Errorf("after a change of what was loaded: %q, %v", got, err)
		}
	})
}

func TestManyGoroutines(t *testing.T) {
	forEachStore(t, func(t *testing.T, s store) {
		var group sync.WaitGroup
		for _, key := range []Key{alice, bob, {issuer, client, "carol"}} {
			group.Go(func() {
				for range 3 {
					if err := s.Save(background, key, []byte(key.Subject)); err != nil {
						t.Error(err)
					}
					if got, err := s.Load(background, key); err != nil || string(got) != key.Subject {
						t.Errorf("Load(%s) = %q, %v", key.Subject, got, err)
					}
				}
			})
		}
		group.Wait()
		if people, err := s.Subjects(background, issuer, client); err != nil || len(people) != 3 {
			t.Errorf("Subjects = %v, %v; want three", people, err)
		}
	})
}

func everyByte(size int) []byte {
	data := make([]byte, size)
	for n := range data {
		data[n] = byte(n ^ n>>8)
	}
	return data
}
