package auth

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"doorkey/auth/keychain"
	"doorkey/auth/loopback"
)

// Client signs one person in at one provider. It is safe for concurrent use,
// and one per program is enough.
type Client struct {
	config Config
	http   *http.Client
	store  Store

	reading chan struct{} // holds a token during the first look into the keychain

	mu       sync.Mutex // guards what follows; never held while anything is waited for
	provider *provider  // as discovered last
	session  *session
	restored bool // the keychain has been read
	lastErr  error
	attempt  *attempt
	watchers map[chan State]func() bool
	closed   bool
}

// New checks the settings and returns a Client. It neither reads the keychain
// nor asks the network. A setting that cannot work is a [*ConfigError].
func New(config Config) (*Client, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	store := config.Store
	if store == nil {
		store = keychain.New(keychain.Options{})
	}
	return &Client{
		config:   config,
		http:     newHTTPClient(config.HTTPClient),
		store:    store,
		reading:  make(chan struct{}, 1),
		watchers: make(map[chan State]func() bool),
	}, nil
}

// Session returns who is signed in, [ErrSignedOut] if nobody is. The first
// call reads the keychain, which may block as long as an unlock prompt is open
// and the store's time limit allows; later calls return at once. A keychain
// that cannot be read is an error of package keychain, and the next call tries
// again. The network is not asked.
func (c *Client) Session(ctx context.Context) (Session, error) {
	select {
	case c.reading <- struct{}{}:
		defer func() { <-c.reading }()
	case <-ctx.Done():
		return Session{}, context.Cause(ctx)
	}
	c.mu.Lock()
	known, session := c.restored || c.session != nil, c.session
	c.mu.Unlock()
	if !known {
		found, err := c.restore(ctx)
		c.mu.Lock()
		defer c.mu.Unlock()
		switch {
		case c.session != nil: // a sign-in has ended meanwhile
			found = c.session
		case err != nil && ctx.Err() != nil:
			return Session{}, context.Cause(ctx)
		default:
			c.session, c.restored, c.lastErr = found, err == nil, err
			c.publishLocked()
			if err != nil {
				return Session{}, err
			}
		}
		session = found
	}
	if session == nil {
		return Session{}, ErrSignedOut
	}
	return session.Session, nil
}

// restore reads the session that was saved last. Nobody signed in and no
// keychain on this machine are no errors.
func (c *Client) restore(ctx context.Context) (*session, error) {
	subjects, err := c.store.Subjects(ctx, c.config.Issuer, c.config.ClientID)
	if errors.Is(err, keychain.ErrUnavailable) || err == nil && len(subjects) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	key := keychain.Key{Issuer: c.config.Issuer, ClientID: c.config.ClientID, Subject: subjects[0]}
	data, err := c.store.Load(ctx, key)
	if errors.Is(err, keychain.ErrNotFound) { // signed out by another program just now
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found, err := decodeSession(data, key)
	if err != nil {
		return nil, err
	}
	found.Storage = c.storage()
	return found, nil
}

// storage is where the store keeps what it has saved.
func (c *Client) storage() Storage {
	if _, memory := c.store.(*keychain.Memory); memory {
		return InMemory
	}
	return InKeychain
}

// OpenBrowser opens the URL of an [Attempt] once more, as the sign-in itself
// does. It may block until ctx is done.
func (c *Client) OpenBrowser(ctx context.Context, url string) error {
	if c.config.OpenBrowser != nil {
		return c.config.OpenBrowser(ctx, url)
	}
	return loopback.OpenBrowser(ctx, url)
}

// Close ends a sign-in on its way, closes every channel of Watch and waits for
// both. What is stored stays.
func (c *Client) Close() error {
	c.mu.Lock()
	c.closed = true
	for ch, stop := range c.watchers {
		stop()
		close(ch)
	}
	clear(c.watchers)
	running := c.attempt
	c.mu.Unlock()
	if running != nil {
		running.cancel(ErrClosed)
		<-running.done
	}
	c.http.CloseIdleConnections()
	return nil
}
