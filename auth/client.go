package auth

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"doorkey/auth/keychain"
	"doorkey/auth/loopback"
)

// Client signs people in at one provider, one of them the current one, and
// keeps their sessions. It is safe for concurrent use, and one per program and
// provider is enough.
type Client struct {
	config Config
	clock  *clock
	http   *http.Client
	store  Store

	reading    chan struct{} // holds a token during the first look into the keychain
	refreshing chan struct{} // holds a token during a refresh

	life context.Context // ends with Close
	end  context.CancelCauseFunc
	work sync.WaitGroup // every goroutine of the Client
	poke chan struct{}  // tells the keeper that there is something new

	wallCheck time.Duration // see there; shorter in tests

	// live is session where its tokens are good, for AccessToken to read
	// without waiting.
	live atomic.Pointer[session]

	mu        sync.Mutex // guards what follows; never held while anything is waited for
	provider  *provider  // as discovered last
	session   *session   // of the current person; also one that has ended
	version   int        // of session, counted up at each change
	unkept    map[string]*session
	restored  bool // the keychain has been read
	lastErr   error
	trouble   *trouble
	contact   time.Time // when the provider answered last, by the wall clock
	flights   map[errand]*flight
	attempt   *attempt
	watchers  map[chan State]func() bool
	isKeeping bool // the keeper was started
	isProbing bool // a probe is on its way
	closed    bool
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
	c := &Client{
		config:     config,
		clock:      newClock(),
		store:      store,
		reading:    make(chan struct{}, 1),
		refreshing: make(chan struct{}, 1),
		poke:       make(chan struct{}, 1),
		wallCheck:  wallCheck,
		unkept:     make(map[string]*session),
		flights:    make(map[errand]*flight),
		watchers:   make(map[chan State]func() bool),
	}
	c.http = newHTTPClient(config.HTTPClient, c.clock)
	c.life, c.end = context.WithCancelCause(context.Background())
	return c, nil
}

// Session returns who is signed in, [ErrSignedOut] if nobody is. The first
// call reads the keychain, which may block as long as an unlock prompt is open
// and the store's time limit allows; later calls return at once. A keychain
// that cannot be read is an error of package keychain, and the next call tries
// again. The network is not asked.
//
// A session that has ended, because the provider revoked it or it was not used
// for too long, is returned with a [*SessionEndedError], which is an
// ErrSignedOut.
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
			c.restored, c.lastErr = err == nil, err
			c.setLocked(found)
			if err != nil {
				return Session{}, err
			}
			c.keepLocked()
		}
		session = found
	}
	if session == nil {
		return Session{}, ErrSignedOut
	}
	return session.Session, session.endedError()
}

// restore reads the session of the current person. Nobody signed in and no
// keychain on this machine are no errors.
func (c *Client) restore(ctx context.Context) (*session, error) {
	subject, err := c.store.Current(ctx, c.config.Issuer, c.config.ClientID)
	if errors.Is(err, keychain.ErrUnavailable) || err == nil && subject == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found, err := c.load(ctx, c.key(subject))
	if errors.Is(err, keychain.ErrNotFound) { // signed out by another program just now
		return nil, nil
	}
	return found, err
}

// current is the session whose tokens are good, of whoever is current.
func (c *Client) current(ctx context.Context) (*session, error) {
	if s := c.live.Load(); s != nil {
		return s, nil
	}
	if _, err := c.Session(ctx); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch s := c.session; {
	case c.closed:
		return nil, ErrClosed
	case s == nil:
		return nil, ErrSignedOut
	default:
		return s, s.endedError()
	}
}

// setLocked makes s the session of the current person, nil for nobody.
func (c *Client) setLocked(s *session) {
	if c.session == nil || s == nil || c.session.key() != s.key() {
		c.trouble, c.contact = nil, time.Time{}
	}
	c.session = s
	c.version++
	if s != nil && s.ended == "" && !c.closed {
		c.live.Store(s)
	} else {
		c.live.Store(nil)
	}
	c.publishLocked()
	c.wake()
}

// adopt takes a later session in place of the one it came of, if that is still
// the current person's.
func (c *Client) adopt(s *session) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, unkept := c.unkept[s.Profile.ID]; unkept {
		c.unkept[s.Profile.ID] = s
	}
	if c.isCurrentLocked(s) {
		c.setLocked(s)
	}
	return s
}

// latest is the session as this program has it by now.
func (c *Client) latest(s *session) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isCurrentLocked(s) {
		return c.session
	}
	if unkept := c.unkept[s.Profile.ID]; unkept != nil {
		return unkept
	}
	return s
}

// forget makes nobody current, if s still is.
func (c *Client) forget(s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isCurrentLocked(s) {
		c.lastErr = nil
		c.setLocked(nil)
	}
}

func (c *Client) isCurrentLocked(s *session) bool {
	return c.session != nil && c.session.key() == s.key()
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
// all that the Client has begun. A refresh whose request is on its way is among
// that: its answer must be stored, which may take as long as one request, at
// most 30 seconds. What is stored stays.
func (c *Client) Close() error {
	c.mu.Lock()
	c.closed = true
	c.live.Store(nil)
	for ch, stop := range c.watchers {
		stop()
		close(ch)
	}
	clear(c.watchers)
	running := c.attempt
	c.mu.Unlock()
	c.end(ErrClosed)
	if running != nil {
		running.cancel(ErrClosed)
		<-running.done
	}
	c.work.Wait()
	c.http.CloseIdleConnections()
	return nil
}

// String tells which Client it is and nothing of what it has.
func (c *Client) String() string {
	return "auth.Client(" + c.config.ClientID + " at " + c.config.Issuer + ")"
}

// GoString is String.
func (c *Client) GoString() string { return c.String() }
