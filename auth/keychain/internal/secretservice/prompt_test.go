//go:build linux

package secretservice

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"doorkey/auth/keychain/keychaintest"

	"github.com/godbus/dbus/v5"
)

// unlockTitle is of the window in which GNOME Keyring asks for the password.
const unlockTitle = "^Unlock "

func TestLockedWithoutADisplay(t *testing.T) {
	ring, s := open(t)
	mustSet(t, s, "alice", "one")
	ring.Lock(t)
	for name, s := range map[string]*Service{"who knows it": s, "who does not": newService(t)} {
		_, getErr := s.Get(patience(t), "test", "alice")
		for method, err := range map[string]error{
			"Get":    getErr,
			"Set":    s.Set(patience(t), "test", "alice", "two"),
			"Delete": s.Delete(patience(t), "test", "alice"),
		} {
			if !errors.Is(err, ErrNoDisplay) {
				t.Errorf("%s by one %s: %v; want ErrNoDisplay", method, name, err)
			}
		}
	}
	wantNone(t, s, "bob") // which is known without unlocking
	ring.Unlock(t)
	wantValue(t, s, "alice", "one")
}

func TestPrompts(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer func(t *testing.T, ring *keychaintest.Keyring, cancel, stop func())
		want   wanted
	}{
		{"answered", func(t *testing.T, ring *keychaintest.Keyring, _, _ func()) {
			ring.Type(t, unlockTitle, keychaintest.Password)
		}, nil},
		{"closed", func(t *testing.T, ring *keychaintest.Keyring, _, _ func()) {
			ring.Close(t, unlockTitle)
		}, wanted{ErrDismissed}},
		{"cancelled", func(t *testing.T, ring *keychaintest.Keyring, cancel, _ func()) {
			ring.AwaitWindow(t, unlockTitle)
			cancel()
		}, wanted{context.Canceled}},
		{"the screen goes", func(t *testing.T, ring *keychaintest.Keyring, _, stop func()) {
			ring.AwaitWindow(t, unlockTitle)
			stop()
		}, wanted{ErrNoDisplay}},
		{"the service ends", func(t *testing.T, ring *keychaintest.Keyring, _, _ func()) {
			ring.AwaitWindow(t, unlockTitle)
			ring.StopSecretService()
		}, wanted{errNoReply}},
		{"the bus ends", func(t *testing.T, ring *keychaintest.Keyring, _, _ func()) {
			ring.AwaitWindow(t, unlockTitle)
			ring.Stop()
		}, wanted{errNoReply, dbus.ErrClosed, io.EOF, fs.ErrNotExist, syscall.ECONNREFUSED}},
	} {
		for method, call := range map[string]func(context.Context, *Service) error{
			"Get":    func(ctx context.Context, s *Service) error { _, err := s.Get(ctx, "test", "alice"); return err },
			"Set":    func(ctx context.Context, s *Service) error { return s.Set(ctx, "test", "alice", "two") },
			"Delete": func(ctx context.Context, s *Service) error { return s.Delete(ctx, "test", "alice") },
		} {
			t.Run(test.name+"/"+method, func(t *testing.T) {
				ring, s := open(t)
				mustSet(t, s, "alice", "one")
				stop := ring.StartPrompter(t)
				ring.Lock(t)

				ctx, cancel := context.WithCancel(patience(t))
				defer cancel()
				var states states
				ended := make(chan error, 1)
				go func() { ended <- call(WithPrompt(ctx, states.add), s) }()
				test.answer(t, ring, cancel, stop)
				err := <-ended
				if !test.want.is(err) {
					t.Errorf("%v; want %v", err, test.want)
				}
				if want := []bool{true, false}; !slices.Equal(states.all(), want) {
					t.Errorf("the prompt was said to be open: %v; want %v", states.all(), want)
				}
				if test.want.is(context.Canceled) {
					// The prompt stays, see dismiss; who comes after waits for the same answer.
					next := make(chan error, 1)
					go func() { next <- get(t, s, "alice", "one") }() // and not stored, or removed, after all
					ring.Type(t, unlockTitle, keychaintest.Password)
					if err := <-next; err != nil {
						t.Errorf("a Get after it: %v", err)
					}
				}
			})
		}
	}
}

// wanted are errors of which one is wanted; without any there should be none.
type wanted []error

// errNoReply is the error of a service that ends while it is asked.
var errNoReply error = dbus.Error{Name: "org.freedesktop.DBus.Error.NoReply"}

func (w wanted) is(err error) bool {
	for _, want := range w {
		if e, ok := want.(dbus.Error); ok && isNamed(err, e.Name) || errors.Is(err, want) {
			return true
		}
	}
	return len(w) == 0 && err == nil
}

type states struct {
	mu    sync.Mutex
	those []bool
}

func (s *states) add(open bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.those = append(s.those, open)
}

func (s *states) all() []bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.those)
}

// While one waits for a person others wait for their turn, or until they do not want to.
func TestWhileAPromptIsOpen(t *testing.T) {
	ring, s := open(t)
	mustSet(t, s, "alice", "one")
	ring.StartPrompter(t)
	ring.Lock(t)
	calls := ring.RecordCalls(t)
	first := make(chan error, 1)
	go func() { first <- get(t, s, "alice", "one") }()
	ring.AwaitWindow(t, unlockTitle)

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.Get(ctx, "test", "alice"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("one that does not want to wait: %v; want DeadlineExceeded", err)
	}
	if got := s.Provider(patience(t)); got != GNOMEKeyring {
		t.Errorf("Provider = %q; want %q", got, GNOMEKeyring)
	}
	second := make(chan error, 1)
	go func() { second <- get(t, s, "alice", "one") }()
	ring.Type(t, unlockTitle, keychaintest.Password)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if err := <-second; err != nil {
		t.Errorf("one that waits: %v", err)
	}
	want := []string{"Item.GetSecret", "Service.Unlock", "Prompt.Prompt", "Item.GetSecret", "Item.GetSecret"}
	if got := calls(); !slices.Equal(got, want) {
		t.Errorf("calls: %v; want %v", got, want)
	}
}

// Programs are ended while they wait for a prompt, with Ctrl+C for instance. Others go on.
func TestOthersWhoWaitForAPrompt(t *testing.T) {
	for _, ends := range []string{"the first", "the second"} {
		t.Run(ends+" ends", func(t *testing.T) {
			ring, first := open(t)
			mustSet(t, first, "alice", "one")
			ring.StartPrompter(t)
			ring.Lock(t)
			second := newService(t)
			calls := ring.RecordCalls(t)

			ctx, cancel := context.WithCancel(patience(t))
			defer cancel()
			contexts := map[*Service]context.Context{first: patience(t), second: patience(t)}
			ended, stays := first, second
			if ends == "the second" {
				ended, stays = second, first
			}
			contexts[ended] = ctx
			results := map[*Service]chan error{first: make(chan error, 1), second: make(chan error, 1)}
			begin := func(s *Service) {
				go func() { _, err := s.Get(contexts[s], "test", "alice"); results[s] <- err }()
			}
			begin(first)
			ring.AwaitWindow(t, unlockTitle)
			calls()
			begin(second)
			for !slices.Contains(calls(), "Prompt.Prompt") {
				time.Sleep(time.Millisecond)
			}
			cancel()
			if err := <-results[ended]; !errors.Is(err, context.Canceled) {
				t.Errorf("the one that ends: %v", err)
			}
			ended.Close()
			ring.Type(t, unlockTitle, keychaintest.Password)
			if err := <-results[stays]; err != nil {
				t.Errorf("the other: %v", err)
			}
			wantValue(t, ended, "alice", "one")
		})
	}
}

func TestTheDefaultCollectionIsCreated(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer func(*testing.T, *keychaintest.Keyring)
		want   error
	}{
		{"with a password", func(t *testing.T, ring *keychaintest.Keyring) {
			ring.Type(t, newTitle, "p", "p")
		}, nil},
		{"not by who closes the prompt", func(t *testing.T, ring *keychaintest.Keyring) {
			ring.Close(t, newTitle)
		}, ErrDismissed},
	} {
		t.Run(test.name, func(t *testing.T) {
			ring := keychaintest.Start(t, keychaintest.WithoutCollection())
			ring.Setenv(t)
			ring.StartPrompter(t)
			s := newService(t)
			wantNone(t, s, "alice")
			if err := s.Delete(patience(t), "test", "alice"); err == nil {
				t.Error("what is not there was removed")
			}
			ended := make(chan error, 1)
			go func() { ended <- s.Set(patience(t), "test", "alice", "one") }()
			test.answer(t, ring)
			if err := <-ended; !errors.Is(err, test.want) {
				t.Fatalf("%v; want %v", err, test.want)
			}
			if test.want == nil {
				wantValue(t, s, "alice", "one")
				wantValue(t, newService(t), "alice", "one")
			} else {
				wantNone(t, s, "alice")
			}
		})
	}
}

// newTitle finds the window in which GNOME Keyring asks for the password of a new collection. It has no title, so this
// is its class.
const newTitle = "^[Gg]cr-prompter$"
