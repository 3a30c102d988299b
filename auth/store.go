package auth

import (
	"context"

	"doorkey/auth/keychain"
)

// Store keeps sessions. [keychain.Keychain] and [keychain.Memory] are two, and
// the documentation of the former says what each method has to do.
type Store interface {
	Save(ctx context.Context, key keychain.Key, data []byte) error
	Load(ctx context.Context, key keychain.Key) ([]byte, error)
	Delete(ctx context.Context, key keychain.Key) error

	// Subjects are the people with a session.
	Subjects(ctx context.Context, issuer, clientID string) ([]string, error)
	// Current is who of them is the current one, "" for nobody.
	Current(ctx context.Context, issuer, clientID string) (string, error)
	// SetCurrent makes the subject of key the current one.
	SetCurrent(ctx context.Context, key keychain.Key) error

	// Lock keeps all others, also in other programs, from refreshing this
	// session, until unlock or the end of the program. It waits until ctx is
	// done.
	Lock(ctx context.Context, key keychain.Key) (unlock func(), err error)
	// Watch tells that a session was saved or deleted, or another made
	// current, by any program. The channel is closed once ctx is done.
	Watch(ctx context.Context, issuer, clientID string) <-chan struct{}
}

// load reads one session from the store.
func (c *Client) load(ctx context.Context, key keychain.Key) (*session, error) {
	data, err := c.store.Load(ctx, key)
	if err != nil {
		return nil, err
	}
	s, err := decodeSession(data, key)
	if err != nil {
		return nil, err
	}
	if s.Session, err = c.described(s.Session, s.Profile); err != nil {
		return nil, err
	}
	s.Storage, s.kept = c.storage(), true
	for _, t := range s.tokens {
		t.plan(c.config.RefreshAhead)
	}
	return s, nil
}

// save puts a session into the store.
func (c *Client) save(ctx context.Context, s *session) error {
	data, err := s.encode()
	if err != nil {
		return err
	}
	return c.store.Save(ctx, s.key(), data)
}

// storage is where the store keeps what it has saved.
func (c *Client) storage() Storage {
	if _, memory := c.store.(*keychain.Memory); memory {
		return InMemory
	}
	return InKeychain
}

func (c *Client) key(subject string) keychain.Key {
	return keychain.Key{Issuer: c.config.Issuer, ClientID: c.config.ClientID, Subject: subject}
}
