//go:build linux && keychains

package secretservice

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"testing"

	"doorkey/auth/keychain/keychaintest"

	"github.com/zalando/go-keyring"
)

// keychains are those that people have. Prompts are answered by their titles.
var keychains = map[Provider]struct {
	start  func(testing.TB, ...keychaintest.Option) *keychaintest.Keyring
	unlock string // the title of the prompt to unlock
}{
	GNOMEKeyring: {func(t testing.TB, opts ...keychaintest.Option) *keychaintest.Keyring {
		ring := keychaintest.Start(t, opts...)
		ring.StartPrompter(t)
		return ring
	}, unlockTitle},
	KWallet:   {keychaintest.StartKWallet, "KDE"},
	KeePassXC: {keychaintest.StartKeePassXC, "^Unlock Database"},
}

// onEach runs a test on each of the keychains.
func onEach(t *testing.T, test func(t *testing.T, ring *keychaintest.Keyring, unlock string)) {
	for provider, keychain := range keychains {
		t.Run(string(provider), func(t *testing.T) {
			ring := keychain.start(t)
			ring.Setenv(t)
			test(t, ring, keychain.unlock)
		})
	}
}

func TestKeychainsStore(t *testing.T) {
	onEach(t, func(t *testing.T, ring *keychaintest.Keyring, _ string) { testStore(t, ring, newService(t)) })
}

func TestKeychainsItemsAreThoseOfGoKeyring(t *testing.T) {
	onEach(t, func(t *testing.T, ring *keychaintest.Keyring, _ string) {
		ring.Allow(t, keychaintest.AccessTitle) // KeePassXC asks before a program may replace another's item
		testItems(t, ring, newService(t))
	})
}

func TestKeychainsProvider(t *testing.T) {
	onEach(t, func(t *testing.T, ring *keychaintest.Keyring, _ string) {
		s := newService(t)
		want := strings.ReplaceAll(path.Base(t.Name()), "_", " ")
		if got := s.Provider(patience(t)); string(got) != want {
			t.Errorf("Provider = %q; want %q", got, want)
		}
		ring.StopSecretService()
		if got := s.Provider(patience(t)); got != "" {
			t.Errorf("once it has ended: Provider = %q; want none", got)
		}
	})
}

func TestKeychainsLocked(t *testing.T) {
	for name, call := range map[string]func(context.Context, *testing.T, *Service) error{
		"Get": func(ctx context.Context, t *testing.T, s *Service) error {
			value, err := s.Get(ctx, "test", "alice")
			if err == nil && value != "one" {
				return errors.New(value)
			}
			return err
		},
		"Set":    func(ctx context.Context, _ *testing.T, s *Service) error { return s.Set(ctx, "test", "alice", "two") },
		"Delete": func(ctx context.Context, _ *testing.T, s *Service) error { return s.Delete(ctx, "test", "alice") },
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, ring *keychaintest.Keyring, unlock string) {
				ring.Allow(t, keychaintest.AccessTitle)
				writer := newService(t)
				mustSet(t, writer, "alice", "one")
				for who, s := range map[string]*Service{"one that does not know the item": newService(t), "one that does": writer} {
					t.Run(who, func(t *testing.T) {
						ring.Lock(t)
						ended := make(chan error, 1)
						go func() { ended <- call(patience(t), t, s) }()
						ring.Type(t, unlock, keychaintest.Password)
						if err := <-ended; err != nil {
							t.Error(err)
						}
						switch name {
						case "Set":
							wantValue(t, s, "alice", "two")
						case "Delete":
							wantNone(t, s, "alice")
							mustSet(t, s, "alice", "one")
						}
					})
				}
			})
		})
	}
}

func TestKeychainsDismissed(t *testing.T) {
	onEach(t, func(t *testing.T, ring *keychaintest.Keyring, unlock string) {
		s := newService(t)
		mustSet(t, s, "alice", "one")
		ring.Lock(t)
		for name, call := range map[string]func() error{
			"Get":    func() error { return get(t, s, "alice", "one") },
			"Set":    func() error { return s.Set(patience(t), "test", "alice", "two") },
			"Delete": func() error { return s.Delete(patience(t), "test", "alice") },
		} {
			ended := make(chan error, 1)
			go func() { ended <- call() }()
			ring.Close(t, unlock)
			if err := <-ended; !errors.Is(err, ErrDismissed) {
				t.Errorf("%s: %v; want ErrDismissed", name, err)
			}
		}
		ring.Unlock(t)
		wantValue(t, s, "alice", "one")
	})
}

func TestKeychainsCancelled(t *testing.T) {
	onEach(t, func(t *testing.T, ring *keychaintest.Keyring, unlock string) {
		s := newService(t)
		mustSet(t, s, "alice", "one")
		ring.Lock(t)
		ctx, cancel := context.WithCancel(patience(t))
		ended := make(chan error, 1)
		go func() { _, err := s.Get(ctx, "test", "alice"); ended <- err }()
		ring.AwaitWindow(t, unlock)
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("%v; want that it was cancelled", err)
		}
		// The window stays in all three, and its answer unlocks.
		ring.Type(t, unlock, keychaintest.Password)
		wantValue(t, s, "alice", "one")
	})
}

func TestKeychainsRestart(t *testing.T) {
	onEach(t, func(t *testing.T, ring *keychaintest.Keyring, unlock string) {
		s := newService(t)
		mustSet(t, s, "alice", "one")
		ring.Lock(t) // KWallet writes its file seconds later, or then
		ring.Unlock(t)
		ring.RestartSecretService(t)
		ended := make(chan error, 1)
		go func() { ended <- get(t, s, "alice", "one") }()
		if s.Provider(patience(t)) == KWallet { // a wallet is closed then
			ring.Type(t, unlock, keychaintest.Password)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// A new user of KDE has no wallet: nothing is stored, and who wants to store gets KDE's assistant.
func TestKWalletOfANewUser(t *testing.T) {
	ring := keychaintest.StartKWallet(t, keychaintest.WithoutCollection())
	ring.Setenv(t)
	s := newService(t)
	wantNone(t, s, "alice")
	if err := s.Delete(patience(t), "test", "alice"); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("Delete: %v; want ErrNotFound", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Set(patience(t), "test", "alice", "one") }()
	ring.Close(t, "KDE")
	if err := <-ended; !errors.Is(err, ErrDismissed) {
		t.Errorf("Set, with the assistant closed: %v; want ErrDismissed", err)
	}
	wantNone(t, s, "alice")
	go func() { ended <- s.Set(patience(t), "test", "alice", "one") }()
	ring.AnswerWizard(t)
	if err := <-ended; err != nil {
		t.Errorf("Set, with the assistant answered: %v", err)
	}
	wantValue(t, s, "alice", "one")
	wantValue(t, newService(t), "alice", "one")
	if items := ring.Items(t); len(items) != 1 { // in the wallet that is KDE's own
		t.Errorf("%v is stored; want one item", items)
	}
}

func TestKeePassXCWithoutADatabase(t *testing.T) {
	ring := keychaintest.StartKeePassXC(t, keychaintest.WithoutCollection())
	ring.Setenv(t)
	s := newService(t)
	_, getErr := s.Get(patience(t), "test", "alice")
	for name, err := range map[string]error{
		"Get": getErr, "Set": s.Set(patience(t), "test", "alice", "one"), "Delete": s.Delete(patience(t), "test", "alice"),
	} {
		if !errors.Is(err, ErrNoDatabase) {
			t.Errorf("%s: %v; want ErrNoDatabase", name, err)
		}
	}
}

// The default collection of KeePassXC is the database whose tab is in front.
func TestKeePassXCWithTwoDatabases(t *testing.T) {
	ring := keychaintest.StartKeePassXC(t)
	ring.Setenv(t)
	ring.Allow(t, keychaintest.AccessTitle) // to replace an item that another program has stored
	s := newService(t)
	mustSet(t, s, "alice", "one")
	ring.OpenSecondDatabase(t)
	wantValue(t, s, "alice", "one")
	mustSet(t, s, "alice", "two")
	other := newService(t)
	wantValue(t, other, "alice", "two")
	mustSet(t, other, "alice", "three")
	wantValue(t, newService(t), "alice", "three")
	if items := ring.Items(t); len(items) != 1 || items[0].Size != len("three") { // in the first database
		t.Errorf("%v is stored; want one item", items)
	}
	if err := newService(t).Delete(patience(t), "test", "alice"); err != nil {
		t.Error(err)
	}
	if items := ring.Items(t); len(items) != 0 {
		t.Errorf("%v is still stored", items)
	}
}

// KeePassXC asks for each item, and for each connection: so one dialog has to do for a program.
func TestKeePassXCAsksOnce(t *testing.T) {
	ring := keychaintest.StartKeePassXC(t, keychaintest.Confirming())
	ring.Setenv(t)
	writer := newService(t)
	mustSet(t, writer, "alice", "one") // for what is one's own it does not ask
	wantValue(t, writer, "alice", "one")
	calls := ring.RecordCalls(t)

	s := newService(t)
	var states states
	ctx := WithPrompt(patience(t), states.add)
	ended := make(chan error, 1)
	go func() {
		value, err := s.Get(ctx, "test", "alice")
		if err == nil && value != "one" {
			err = errors.New(value)
		}
		ended <- err
	}()
	ring.Close(t, keychaintest.AccessTitle)
	if err := <-ended; !errors.Is(err, ErrDismissed) {
		t.Errorf("Get, with the prompt closed: %v; want ErrDismissed", err)
	}

	calls()
	s = newService(t)
	go func() { ended <- get(t, s, "alice", "one") }()
	ring.Type(t, keychaintest.AccessTitle)
	if err := <-ended; err != nil {
		t.Errorf("Get, with the prompt answered: %v", err)
	}
	want := []string{"Service.OpenSession", "Collection.SearchItems", "Collection.SearchItems", // not in "login", which there is not
		"Item.GetSecret", "Service.Unlock", "Prompt.Prompt", "Item.GetSecret"}
	if got := calls(); !slices.Equal(got, want) {
		t.Errorf("calls: %v; want %v", got, want)
	}
	// Nobody is there to answer any more of them.
	wantValue(t, s, "alice", "one")
	mustSet(t, s, "alice", "two")
	wantValue(t, s, "alice", "two")
	if err := s.Delete(patience(t), "test", "alice"); err != nil {
		t.Error(err)
	}
}
