package auth_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"
)

// brokenStore is a keychain that fails where a test says so.
type brokenStore struct {
	*keychain.Memory
	read, write error
	writing     func(context.Context)
	reads       atomic.Int32
	writes      atomic.Int32
	mu          sync.Mutex // guards the errors once a Client uses the store
}

func (s *brokenStore) failure(of *error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *of
}

// fail has an operation fail from now on; nil mends it.
func (s *brokenStore) fail(of *error, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*of = err
}

func (s *brokenStore) Place() string { return "keychain" }

func (s *brokenStore) Write(ctx context.Context, name string, data []byte) error {
	if s.writing != nil {
		s.writing(ctx)
	}
	if err := s.failure(&s.write); err != nil {
		return err
	}
	s.writes.Add(1)
	return s.Memory.Write(ctx, name, data)
}

func (s *brokenStore) Read(ctx context.Context, name string) ([]byte, error) {
	s.reads.Add(1)
	if err := s.failure(&s.read); err != nil {
		return nil, err
	}
	return s.Memory.Read(ctx, name)
}

func withStore(store auth.Store) func(*auth.Config) {
	return func(c *auth.Config) { c.Store = store }
}

func TestARestartFindsTheSession(t *testing.T) {
	logto := demotest.Start(t, demo.Config{})
	store := &brokenStore{Memory: keychain.NewMemory()}
	before := newProgram(t, logto, withStore(store)).signIn(demotest.ZhangSan)
	if before.Storage != auth.InKeychain || before.StorageErr != nil {
		t.Errorf("storage = %v, %v", before.Storage, before.StorageErr)
	}

	logto.Close() // no network is needed to know who is signed in
	p := newProgram(t, logto, withStore(store))
	if state := p.State(); state.Phase != auth.Unknown {
		t.Errorf("before the keychain is read: %v", state.Phase)
	}
	after, err := p.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !after.SignedInAt.Equal(before.SignedInAt) {
		t.Errorf("signed in at %v, then %v", before.SignedInAt, after.SignedInAt)
	}
	after.SignedInAt = before.SignedInAt // another monotonic clock
	after.RenewedAt = before.RenewedAt
	if fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("session changed:\n%+v\n%+v", before, after)
	}
	if state := p.State(); state.Phase != auth.SignedIn {
		t.Errorf("state = %v", state.Phase)
	}

	other := newProgram(t, logto, func(c *auth.Config) { c.Store, c.ClientID = store, "another-app" })
	if _, err := other.Session(t.Context()); !errors.Is(err, auth.ErrSignedOut) {
		t.Errorf("another application sees it: %v", err)
	}
}

// One person after another at the same computer: the last one is found, and
// nobody comes back when they leave.
func TestAnotherPersonSignsIn(t *testing.T) {
	logto := demotest.Start(t, demo.Config{})
	store := keychain.NewMemory()
	for _, person := range []string{demotest.ZhangSan, demotest.LiSi} {
		newProgram(t, logto, withStore(store)).signIn(person)
	}
	p := newProgram(t, logto, withStore(store))
	session, err := p.Session(t.Context())
	if err != nil || session.Profile.Name != "李四" {
		t.Errorf("session of %q, %v", session.Profile.Name, err)
	}
	if err := p.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if session, err := newProgram(t, logto, withStore(store)).Session(t.Context()); !errors.Is(err, auth.ErrSignedOut) {
		t.Errorf("after sign-out and a restart: session of %q, %v", session.Profile.Name, err)
	}
}

func TestWithoutAKeychainTheSessionIsInMemory(t *testing.T) {
	for _, why := range []error{keychain.ErrUnavailable, keychain.ErrLocked, keychain.ErrTimeout} {
		t.Run(why.Error(), func(t *testing.T) {
			store := &brokenStore{Memory: keychain.NewMemory(), read: why, write: why}
			p := newProgram(t, demotest.Start(t, demo.Config{}), withStore(store))
			if _, err := p.Session(t.Context()); !errors.Is(err, why) || errors.Is(err, auth.ErrSignedOut) {
				t.Errorf("at the start: %v", err)
			}
			session := p.signIn(demotest.ZhangSan)
			if session.Storage != auth.InMemory || !errors.Is(session.StorageErr, why) {
				t.Errorf("storage = %v because of %v, want memory because of %v", session.Storage, session.StorageErr, why)
			}
			if again, err := p.Session(t.Context()); err != nil || !reflect.DeepEqual(again.Profile, session.Profile) {
				t.Errorf("Session = %+v, %v", again, err)
			}
			if err := p.SignOut(t.Context()); err != nil {
				t.Errorf("sign-out: %v", err)
			}
		})
	}
}

// Giving up once the person has signed in does not throw the session away.
func TestCancellingWhileTheSessionIsStored(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	store := &brokenStore{Memory: keychain.NewMemory(), writing: func(ctx context.Context) {
		cancel()
		if ctx.Err() != nil {
			t.Error("the store was told to give up")
		}
	}}
	p := newProgram(t, demotest.Start(t, demo.Config{}), withStore(store))
	done := p.begin(ctx)
	p.pick(p.nextURL(), demotest.ZhangSan)
	if session, err := await(t, done); err != nil || session.Storage != auth.InKeychain {
		t.Errorf("session = %+v, %v", session, err)
	}
}

// A locked keychain is neither signed in nor signed out: the next look decides.
func TestAKeychainThatCannotBeRead(t *testing.T) {
	logto := demotest.Start(t, demo.Config{})
	store := &brokenStore{Memory: keychain.NewMemory()}
	newProgram(t, logto, withStore(store)).signIn(demotest.ZhangSan)
	store.fail(&store.read, keychain.ErrLocked)
	p := newProgram(t, logto, withStore(store))
	if _, err := p.Session(t.Context()); !errors.Is(err, keychain.ErrLocked) || errors.Is(err, auth.ErrSignedOut) {
		t.Errorf("locked: %v", err)
	}
	if state := p.State(); state.Phase != auth.Inaccessible || !errors.Is(state.Err, keychain.ErrLocked) {
		t.Errorf("state = %v, %v", state.Phase, state.Err)
	}
	store.fail(&store.read, nil)
	if session, err := p.Session(t.Context()); err != nil || session.Profile.Name != "张三" {
		t.Errorf("unlocked: %+v, %v", session.Profile, err)
	}
	if state := p.State(); state.Phase != auth.SignedIn || state.Err != nil {
		t.Errorf("state = %v, %v", state.Phase, state.Err)
	}
}

// Each look into a locked store could put up another prompt.
func TestALockedStoreIsReadOnceForASignIn(t *testing.T) {
	store := &lockedStore{Store: keychain.NewMemory()}
	p := newProgram(t, demotest.Start(t, demo.Config{}), withStore(store))
	session := p.signIn(demotest.ZhangSan)
	if session.Storage != auth.InMemory || !errors.Is(session.StorageErr, keychain.ErrLocked) {
		t.Errorf("stored in %v: %v", session.Storage, session.StorageErr)
	}
	if n := store.reads.Load(); n != 1 {
		t.Errorf("read %d times", n)
	}
}

func TestALockedStoreIsReadAgainOnceItWasWritten(t *testing.T) {
	store := &lockedStore{Store: keychain.NewMemory(), again: make(chan struct{}), changes: make(chan struct{})}
	p := newProgram(t, demotest.Start(t, demo.Config{}), withStore(store))
	if _, err := p.Session(t.Context()); !errors.Is(err, keychain.ErrLocked) {
		t.Fatal(err)
	}
	select {
	case store.changes <- struct{}{}: // taken by nobody who waits for a second look
	case <-time.After(20 * time.Second):
		t.Error("it was read again without being asked")
	}
	close(store.again)
}

// lockedStore is a store whose lock nobody opens.
type lockedStore struct {
	auth.Store
	reads   atomic.Int32
	again   chan struct{} // holds the second read up until it is closed; nil for not at all
	changes chan struct{} // from Watch; nil for the store's own
}

func (s *lockedStore) Read(context.Context, string) ([]byte, error) {
	if s.reads.Add(1) > 1 && s.again != nil {
		<-s.again
	}
	return nil, keychain.ErrLocked
}

func (s *lockedStore) Watch(ctx context.Context, name string) <-chan struct{} {
	if s.changes == nil {
		return s.Store.Watch(ctx, name)
	}
	context.AfterFunc(ctx, func() { close(s.changes) })
	return s.changes
}

func TestAStoredSessionThatIsNotOurs(t *testing.T) {
	logto := demotest.Start(t, demo.Config{})
	store := &brokenStore{Memory: keychain.NewMemory()}
	session := newProgram(t, logto, withStore(store)).signIn(demotest.ZhangSan)
	good := readRecord(t, store, session)
	lines := recordLines(t, store, session)
	set := func(line int, changes ...any) string {
		changed := []map[string]any{maps.Clone(lines[0]), maps.Clone(lines[1])}
		for i := 0; i < len(changes); i += 2 {
			changed[line][changes[i].(string)] = changes[i+1]
		}
		return recordOf(t, changed...)
	}
	for _, test := range []struct {
		name string
		data string
		says string
	}{
		{"cut short", good[:len(good)/2], "damaged"},
		{"changed by a bit", strings.Replace(good, `"refresh_token":"`, `"refresh_token":"x`, 1), "damaged"},
		{"something else", "s3cr3t of another program", "damaged"},
		{"without a token", set(1, "tokens", nil, "refresh_token", ""), "damaged"},
		{"of another issuer", set(0, "iss", "https://evil.example.test"), "another application"},
		{"of another person", set(1, "profile", map[string]any{"sub": "eve"}), "damaged"},
	} {
		t.Run(test.name, func(t *testing.T) {
			writeRecord(t, store, session, test.data)
			p := newProgram(t, logto, withStore(store))
			_, err := p.Session(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("error = %v, want one that says %q", err, test.says)
			}
			if readRecord(t, store, session) != test.data {
				t.Error("what was stored was changed")
			}
			if session := p.signIn(demotest.ZhangSan); session.Storage != auth.InKeychain {
				t.Errorf("signing in again: %v", session.StorageErr)
			}
			writeRecord(t, store, session, test.data)
			if err := newProgram(t, logto, withStore(store)).SignOut(t.Context()); err != nil {
				t.Errorf("signing out: %v", err)
			}
			if left := readRecord(t, store, session); left != "" {
				t.Errorf("left in the keychain: %d bytes", len(left))
			}
			writeRecord(t, store, session, good)
		})
	}
}

// What a newer program stored is left alone, whatever is asked.
func TestARecordOfANewerVersion(t *testing.T) {
	logto := demotest.Start(t, demo.Config{})
	store := &brokenStore{Memory: keychain.NewMemory()}
	session := newProgram(t, logto, withStore(store)).signIn(demotest.ZhangSan)
	newer := "2 something new\n" + readRecord(t, store, session)
	writeRecord(t, store, session, newer)
	p := newProgram(t, logto, withStore(store))
	for name, do := range map[string]func() error{
		"session":  func() error { _, err := p.Session(t.Context()); return err },
		"accounts": func() error { _, err := p.Accounts(t.Context()); return err },
		"token":    func() error { _, err := p.AccessToken(t.Context()); return err },
		"switch":   func() error { _, err := p.Switch(t.Context(), session.Profile.ID); return err },
		"sign-out": func() error { return p.SignOut(t.Context()) },
		"all":      func() error { return p.SignOut(t.Context(), auth.EveryAccount()) },
		"required": func() error { _, err := p.SignIn(t.Context(), auth.RequireStorage()); return err },
	} {
		if err := do(); !errors.Is(err, auth.ErrNewer) || errors.Is(err, auth.ErrSignedOut) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s := p.signIn(demotest.LiSi); s.Storage != auth.InMemory || !errors.Is(s.StorageErr, auth.ErrNewer) {
		t.Errorf("signed in, stored in %v: %v", s.Storage, s.StorageErr)
	}
	if readRecord(t, store, session) != newer {
		t.Error("it was changed")
	}
}
