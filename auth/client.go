package auth

import (
	"context"
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
	own    *keychain.Keychain // store, where the Client has made it, to be closed
	name   string             // of the record in the store

	reading    chan struct{} // holds a token during the first look into the keychain
	refreshing chan struct{} // holds a token during a refresh

	life context.Context // ends with Close
	end  context.CancelCauseFunc
	work sync.WaitGroup // every goroutine of the Client
	poke chan struct{}  // tells the keeper that there is something new

	wallCheck  time.Duration // see there; shorter in tests
	devicePoll time.Duration // see deviceInterval; shorter in tests

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
	announced time.Time // see session.redeemingSince: this program's own
	lookErr   error     // why the store could not be read, while it has not been
	lookAt    deadline
	trouble   *trouble
	contact   time.Time // when the provider answered last, by the wall clock
	flights   map[errand]*flight
	attempt   *attempt
	watchers  map[chan State]func() bool
	isKeeping bool // the keeper was started
	isProbing bool // a probe is on its way
	refusals  map[errand]refusal

	isWrongPerson bool // see wrongPerson
	closed        bool
}

// New checks the settings and returns a Client. It neither reads the keychain
// nor asks the network. A setting that cannot work is a [*ConfigError].
func New(config Config) (*Client, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	store, own := config.Store, (*keychain.Keychain)(nil)
	if store == nil {
		own = keychain.New(keychain.Options{})
		store = own
	}
	c := &Client{
		config:     config,
		clock:      newClock(),
		store:      store,
		own:        own,
		name:       RecordName(config.Issuer, config.ClientID),
		reading:    make(chan struct{}, 1),
		refreshing: make(chan struct{}, 1),
		poke:       make(chan struct{}, 1),
		wallCheck:  wallCheck,
		devicePoll: deviceInterval,
		unkept:     make(map[string]*session),
		flights:    make(map[errand]*flight),
		refusals:   make(map[errand]refusal),
		watchers:   make(map[chan State]func() bool),
	}
	c.http = newHTTPClient(config.HTTPClient, c.clock)
	c.life, c.end = context.WithCancelCause(context.Background())
	return c, nil
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
// most 30 seconds. What is stored stays. A session that could not be stored ends
// here, and is revoked.
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
	c.mu.Lock()
	unkept := c.unkept
	c.unkept = nil
	c.mu.Unlock()
	for _, s := range unkept {
		_ = c.revoke(context.Background(), s.tokensOf(), s.refreshToken)
	}
	c.http.CloseIdleConnections()
	if c.own != nil {
		return c.own.Close()
	}
	return nil
}

// String tells which Client it is and nothing of what it has.
func (c *Client) String() string {
	return "auth.Client(" + c.config.ClientID + " at " + c.config.Issuer + ")"
}

// GoString is String.
func (c *Client) GoString() string { return c.String() }
