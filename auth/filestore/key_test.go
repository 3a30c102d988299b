package filestore

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestTheWrongKey(t *testing.T) {
	other := NewKey()
	for name, keys := range map[string][2]string{
		"another key":             {testKey, other},
		"another passphrase":      {"swordfish", "trout"},
		"a passphrase":            {testKey, "swordfish"},
		"a key for a passphrase":  {"swordfish", testKey},
		"a blank that is no edge": {"sword fish", "swordfish"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "sessions")
			mustWrite(t, storeIn(t, dir, given(keys[0])), "a", []byte("x"))
			s := storeIn(t, dir, given(keys[1]))
			_, err := s.Read(background, "a")
			for what, err := range map[string]error{"read": err, "write": s.Write(background, "a", []byte("y"))} {
				if !errors.Is(err, ErrLocked) || errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "key is not the one") {
					t.Errorf("%s: %v; want ErrLocked", what, err)
				}
				if strings.Contains(err.Error(), keys[0]) || strings.Contains(err.Error(), keys[1]) {
					t.Errorf("%v shows a key", err)
				}
			}
			wantRecord(t, storeIn(t, dir, given(" "+keys[0]+"\n")), "a", []byte("x"))
			mustWrite(t, s, "a", nil) // to start anew takes no key
			mustWrite(t, s, "a", []byte("y"))
			wantRecord(t, s, "a", []byte("y"))
		})
	}
}

// Bytes are the same key in each of their forms.
func TestTheFormsOfAKey(t *testing.T) {
	key, err := base64.StdEncoding.DecodeString(testKey)
	if err != nil {
		t.Fatal(err)
	}
	s := newStore(t)
	mustWrite(t, s, "a", []byte("x"))
	for _, form := range []string{hex.EncodeToString(key), base64.RawStdEncoding.EncodeToString(key), base64.URLEncoding.EncodeToString(key)} {
		wantRecord(t, storeIn(t, s.dir, given(form)), "a", []byte("x"))
	}
	if a, b := NewKey(), NewKey(); a == b || len(a) != 44 {
		t.Error(a, b)
	}
}

// A passphrase is asked for once per program, and typed again if it was wrong.
func TestWhenAPassphraseIsAskedFor(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sessions")
	var asked []bool
	answer := "swordfish"
	ask := Passphrase(func(_ context.Context, fresh bool) (string, error) {
		asked = append(asked, fresh)
		return answer, nil
	})
	s := storeIn(t, dir, ask)
	wantRecord(t, s, "a", nil)
	if len(asked) != 0 {
		t.Error("asked for nothing")
	}
	for range 3 {
		mustWrite(t, s, "a", []byte("x"))
		mustWrite(t, s, "b", []byte("x"))
		wantRecord(t, s, "a", []byte("x"))
	}
	if len(asked) != 1 || !asked[0] {
		t.Errorf("asked %v; want once, for a new one", asked)
	}
	asked, answer = nil, "mistyped"
	s = storeIn(t, dir, ask)
	if _, err := s.Read(background, "a"); !errors.Is(err, ErrLocked) {
		t.Error(err)
	}
	answer = "swordfish"
	begun := time.Now()
	wantRecord(t, s, "a", []byte("x"))
	first := time.Since(begun)
	begun = time.Now()
	wantRecord(t, s, "b", []byte("x")) // has the same salt
	mustWrite(t, s, "b", []byte("y"))
	t.Logf("the first read took %v, another and a write %v", first, time.Since(begun))
	if len(asked) != 2 || asked[0] || asked[1] {
		t.Errorf("asked %v; want twice, for one that there is", asked)
	}
	if len(s.keys.made) != 1 {
		t.Errorf("%d keys were made", len(s.keys.made))
	}
}

func TestManyGoroutinesAskOnce(t *testing.T) {
	var asked atomic.Int32
	s := newStore(t)
	mustWrite(t, s, "a", []byte("x"))
	s = storeIn(t, s.dir, func(context.Context, bool) (string, error) {
		asked.Add(1)
		time.Sleep(10 * time.Millisecond)
		return testKey, nil
	})
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() { wantRecord(t, s, "a", []byte("x")) })
	}
	group.Wait()
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
}

// Who waits for somebody to type a passphrase can give up.
func TestAKeyThatTakesLong(t *testing.T) {
	s := newStore(t)
	mustWrite(t, s, "a", []byte("x"))
	asked := make(chan struct{})
	s = storeIn(t, s.dir, func(ctx context.Context, _ bool) (string, error) {
		close(asked)
		<-ctx.Done()
		return "", ctx.Err()
	})
	first, cancel := context.WithCancel(background)
	ended := make(chan error)
	go func() {
		_, err := s.Read(first, "a")
		ended <- err
	}()
	<-asked
	second, cancel2 := context.WithTimeout(background, 20*time.Millisecond)
	defer cancel2()
	if _, err := s.Read(second, "a"); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrLocked) {
		t.Errorf("the second: %v", err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) || !errors.Is(err, ErrLocked) {
		t.Errorf("the first: %v", err)
	}
}

func TestAKeyFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "key")
	if err := CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	if err := CreateKeyFile(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over another one: %v", err)
	}
	if info, err := os.Stat(path); err != nil || !private(info, 0o600) {
		t.Errorf("%v, %v", info, err)
	}
	s := storeIn(t, filepath.Join(dir, "sessions"), KeyFile(path))
	mustWrite(t, s, "a", []byte("x"))
	wantRecord(t, storeIn(t, s.dir, KeyFile(path)), "a", []byte("x"))
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wantRecord(t, storeIn(t, s.dir, given(strings.TrimSpace(string(text)))), "a", []byte("x"))

	for name, test := range map[string]struct{ content, says string }{
		"nothing":         {"", "has nothing in its first line"},
		"an empty line":   {"\n" + testKey, "has nothing in its first line"},
		"a file too long": {strings.Repeat("x", 5000), "it is not a key"},
	} {
		write(t, path, []byte(test.content))
		_, err := KeyFile(path)(background, false)
		if err == nil || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "xxx") {
			t.Errorf("%s: %v", name, err)
		}
	}
	write(t, path, []byte("swordfish\r\nand more\n"))
	if key, err := KeyFile(path)(background, false); err != nil || key != "swordfish" {
		t.Errorf("%q, %v", key, err)
	}
	for _, path := range []string{dir, filepath.Join(dir, "missing")} {
		s := storeIn(t, s.dir, KeyFile(path))
		if _, err := s.Read(background, "a"); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "the key file "+path) {
			t.Error(err)
		}
	}
}

func TestAKeyCommand(t *testing.T) {
	t.Setenv("AUTH_LOGTO_SECRET", "swordfish-1")
	t.Setenv("DOORKEY_TOKEN", "swordfish-2")
	t.Setenv("DOORKEY_THEME", "dark")
	t.Setenv("GNUPGHOME", "/elsewhere")
	key := func(program string) (string, error) {
		t.Setenv(childVariable, program)
		ctx, cancel := context.WithTimeout(background, 500*time.Millisecond)
		if program != "silent" {
			ctx, cancel = context.WithTimeout(background, 30*time.Second)
		}
		defer cancel()
		return KeyCommand(os.Args[0])(ctx, false)
	}
	text, err := key("environment")
	if err != nil || strings.Contains(text, "swordfish") || !strings.Contains(text, "GNUPGHOME=/elsewhere;") || !strings.Contains(text, "DOORKEY_THEME=dark;") {
		t.Errorf("its environment is not as it should be, %v", err)
	}
	if text, err := key("leaves"); err != nil || text != "swordfish" {
		t.Errorf("what it has started keeps its output open: %q, %v", text, err)
	}
	for program, says := range map[string]string{"endless": "prints more than", "silent": "did not end", "fails": "failed: exit status 1"} {
		begun := time.Now()
		_, err := key(program)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "swordfish") {
			t.Errorf("%s: %v", program, err)
		}
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("%s: took %v", program, took)
		}
	}
	for _, argv := range [][]string{{}, {filepath.Join(t.TempDir(), "missing")}} {
		if _, err := KeyCommand(argv...)(background, false); err == nil {
			t.Errorf("%v: no error", argv)
		}
	}
}
