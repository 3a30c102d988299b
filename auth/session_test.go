package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"
)

// brokenStore is a keychain that fails where a test says so.
type brokenStore struct {
	*keychain.Memory
	save, load, remove, current error
	saving                      func(context.Context)
	loads                       atomic.Int32
	mu                          sync.Mutex // guards the errors once a Client uses the store
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

func (s *brokenStore) Save(ctx context.Context, key keychain.Key, data []byte) error {
	if s.saving != nil {
		s.saving(ctx)
	}
	if err := s.failure(&s.save); err != nil {
		return err
	}
	return s.Memory.Save(ctx, key, data)
}

func (s *brokenStore) Load(ctx context.Context, key keychain.Key) ([]byte, error) {
	s.loads.Add(1)
	if err := s.failure(&s.load); err != nil {
		return nil, err
	}
	return s.Memory.Load(ctx, key)
}

func (s *brokenStore) Delete(ctx context.Context, key keychain.Key) error {
	if err := s.failure(&s.remove); err != nil {
		return err
	}
	return s.Memory.Delete(ctx, key)
}

func (s *brokenStore) Current(ctx context.Context, issuer, clientID string) (string, error) {
	if err := s.failure(&s.current); err != nil {
		return "", err
	}
	return s.Memory.Current(ctx, issuer, clientID)
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
			store := &brokenStore{Memory: keychain.NewMemory(), save: why, current: keychain.ErrUnavailable}
			p := newProgram(t, demotest.Start(t, demo.Config{}), withStore(store))
			if _, err := p.Session(t.Context()); !errors.Is(err, auth.ErrSignedOut) {
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
	store := &brokenStore{Memory: keychain.NewMemory(), saving: func(ctx context.Context) {
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
	for _, broken := range []struct {
		name string
		on   *error
	}{{"who is current", &store.current}, {"its session", &store.load}} {
		t.Run(broken.name, func(t *testing.T) {
			store.fail(broken.on, keychain.ErrLocked)
			p := newProgram(t, logto, withStore(store))
			if _, err := p.Session(t.Context()); !errors.Is(err, keychain.ErrLocked) || errors.Is(err, auth.ErrSignedOut) {
				t.Errorf("locked: %v", err)
			}
			if state := p.State(); state.Phase != auth.SignedOut || !errors.Is(state.Err, keychain.ErrLocked) {
				t.Errorf("state = %v, %v", state.Phase, state.Err)
			}
			store.fail(broken.on, nil)
			if session, err := p.Session(t.Context()); err != nil || session.Profile.Name != "张三" {
				t.Errorf("unlocked: %+v, %v", session.Profile, err)
			}
			if state := p.State(); state.Phase != auth.SignedIn || state.Err != nil {
				t.Errorf("state = %v, %v", state.Phase, state.Err)
			}
		})
	}
}

func TestAStoredSessionThatIsNotOurs(t *testing.T) {
	logto := demotest.Start(t, demo.Config{})
	store := &brokenStore{Memory: keychain.NewMemory()}
	session := newProgram(t, logto, withStore(store)).signIn(demotest.ZhangSan)
	key := keychain.Key{Issuer: session.Issuer, ClientID: session.ClientID, Subject: session.Profile.ID}
	good, err := store.Load(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	set := func(changes ...any) []byte {
		var m map[string]any
		if err := json.Unmarshal(good, &m); err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(changes); i += 2 {
			m[changes[i].(string)] = changes[i+1]
		}
		data, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, test := range []struct {
		name string
		data []byte
		says string
	}{
		{"cut short", good[:len(good)/2], "damaged"},
		{"something else", []byte("s3cr3t of another program"), "damaged"},
		{"without a token", set("tokens", nil, "refresh_token", ""), "damaged"},
		{"of a newer version", set("v", 3), "newer version"},
		{"of another issuer", set("iss", "https://evil.example.test"), "somebody else"},
		{"of another person", set("profile", map[string]any{"sub": "eve"}), "somebody else"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := store.Save(t.Context(), key, test.data); err != nil {
				t.Fatal(err)
			}
			p := newProgram(t, logto, withStore(store))
			_, err := p.Session(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("error = %v, want one that says %q", err, test.says)
			}
			if left, err := store.Load(t.Context(), key); err != nil || string(left) != string(test.data) {
				t.Error("what was stored was changed")
			}
			if session := p.signIn(demotest.ZhangSan); session.Storage != auth.InKeychain {
				t.Errorf("signing in again: %v", session.StorageErr)
			}
			if err := store.Save(t.Context(), key, test.data); err != nil {
				t.Fatal(err)
			}
			if err := newProgram(t, logto, withStore(store)).SignOut(t.Context()); err != nil {
				t.Errorf("signing out: %v", err)
			}
			if _, err := store.Load(t.Context(), key); !errors.Is(err, keychain.ErrNotFound) {
				t.Errorf("left in the keychain: %v", err)
			}
			if err := store.Save(t.Context(), key, good); err != nil {
				t.Fatal(err)
			}
			if err := store.SetCurrent(t.Context(), key); err != nil {
				t.Fatal(err)
			}
		})
	}
}
