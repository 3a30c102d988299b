//go:build dragonfly || freebsd || linux || netbsd || openbsd

// Package secretservice stores items with the Secret Service of the desktop session: GNOME Keyring, KWallet, KeePassXC.
//
// It reads and writes the same items as github.com/zalando/go-keyring, and uses the types of that module, but takes a
// context, remembers what it has learnt, and handles prompts: [github.com/zalando/go-keyring/secret_service] opens a
// session and unlocks for every call, cannot be interrupted, and does not tell a dismissed prompt from an answered
// one.
//
// # Calls
//
// Every method call is a round trip to another process, so as few as possible are made. The first Get opens a session,
// searches and reads: three calls. Later ones read the item at the path that was found: one call. A Set replaces the item in one call, after one to open the session if there is none yet.
// Nothing is unlocked unless the service reports that it is locked.
//
// # Which collection
//
// Items are looked up and created where go-keyring does it: in the collection "login", or if there is none, as with
// KWallet and KeePassXC, in the one with the alias "default". Searching the whole service would take one call too, but
// would also find items with the same attributes elsewhere: in a collection imported from a backup, or in one that
// lasts only as long as the login. Such an item is stale. It must not be mistaken for ours, least of all when it holds
// a refresh token that was replaced since.
//
// With KeePassXC the default collection is the database whose tab is in front. There, an item that is not in it is looked
// up in the other open databases, and an item that was found is replaced where it is.
package secretservice

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"
	ss "github.com/zalando/go-keyring/secret_service"
)

// A Service is the Secret Service of this desktop session. It connects to the session bus when it is first used, keeps the
// connection, and connects again if it is lost. A program needs only one Service.
//
// Its methods block until the service answers or the context is done. They are safe for concurrent use. One that reads
// or writes waits for the one before it, even while a prompt is open, so there is never more than one prompt.
//
// A call that was given up may still be carried out later, by a service that was only slow. And a value that is larger
// than the buffer of a socket, some 200 KB, is waited for beyond the context if the bus itself does not take it.
//
// Errors are, or wrap, [keyring.ErrNotFound], the errors of this package, that of the context, a [dbus.Error] of the
// service or the bus, or whatever ended the connection.
type Service struct {
	turn chan struct{} // of size 1; held while the state of the connection is used

	mu   sync.Mutex
	conn *connection // nil until it is needed; guarded by mu
}

// New returns the Secret Service of this desktop session. It does not look for it yet.
func New() *Service { return &Service{turn: make(chan struct{}, 1)} }

// Close ends the connection to the bus. A later call connects anew.
func (s *Service) Close() error {
	s.mu.Lock()
	c := s.conn
	s.conn = nil
	s.mu.Unlock()
	if c == nil {
		return nil
	}
	return c.Close()
}

// An entry names an item by the attributes that go-keyring gives to it.
type entry struct{ service, user string }

func (e entry) attributes() map[string]string {
	return map[string]string{"username": e.user, "service": e.service}
}

func (e entry) label() string { return fmt.Sprintf("Password for '%s' on '%s'", e.user, e.service) }

// Get returns the value of an item, or [keyring.ErrNotFound] if there is none. If the item is locked the person is
// asked to unlock it.
func (s *Service) Get(ctx context.Context, service, user string) (string, error) {
	var value string
	err := s.do(ctx, func(c *connection) (err error) {
		value, err = c.get(ctx, entry{service, user})
		return err
	})
	return value, err
}

// Set stores an item, replacing the one of that name. If the collection is locked the person is asked to unlock it. If
// there is no collection yet, as on a desktop where nothing was ever stored, one is created, and the person is asked
// for its password.
//
// A nil error means that the service has accepted the item. GNOME Keyring has then written it to disk; KWallet writes
// it seconds later, and neither KWallet nor KeePassXC reports that writing failed. If the context ends while the
// service is at work, the item may be stored all the same.
func (s *Service) Set(ctx context.Context, service, user, value string) error {
	return s.do(ctx, func(c *connection) error { return c.set(ctx, entry{service, user}, value) })
}

// Delete removes an item, or returns [keyring.ErrNotFound] if there is none. If the collection is locked the person is
// asked to unlock it.
func (s *Service) Delete(ctx context.Context, service, user string) error {
	return s.do(ctx, func(c *connection) error { return c.delete(ctx, entry{service, user}) })
}

// do runs work on the connection when it is its turn. What is remembered may be out of date: the bus or the service
// may have been restarted, an item replaced, a collection removed. So if work fails in a way that this explains,
// everything is forgotten and work runs again.
func (s *Service) do(ctx context.Context, work func(*connection) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	// An item is searched for, then read. In between, another program may replace it, more than once.
	const attempts = 5
	for attempt := 1; ; attempt++ {
		c, err := s.connect(ctx)
		if err != nil {
			return err
		}
		known := c.remembers()
		err = work(c)
		switch {
		case err == nil || ctx.Err() != nil:
			return err
		case !c.Connected():
			s.drop(c)
		case !isStale(err):
			return err
		}
		c.forget()
		if !known && !isMissing(err) || attempt == attempts {
			return err
		}
	}
}

func (c *connection) get(ctx context.Context, e entry) (string, error) {
	path, ok := c.items[e]
	if !ok {
		// Not while the service searches: GNOME Keyring 42 now and then ends with a failed assertion where a client that it
		// does not know yet, or no more, asks for something.
		err := c.startSession(ctx).wait()
		var paths []dbus.ObjectPath
		if err == nil {
			paths, err = c.find(ctx, e)
		}
		if err != nil {
			return "", err
		}
		path = paths[0]
	}
	value, err := c.read(ctx, path)
	if err != nil {
		return "", err
	}
	c.items[e] = path
	return value, nil
}

// read returns the value of the item at path.
func (c *connection) read(ctx context.Context, path dbus.ObjectPath) (string, error) {
	value, err := c.secret(ctx, path)
	switch {
	case isLocked(err):
	case err == nil && value == "":
		// KWallet does not report that its wallet is locked: it returns an empty value.
		if locked, err := c.isLocked(ctx, path); err != nil || !locked {
			return "", err
		}
	default:
		return value, err
	}
	if err := c.unlock(ctx, path); err != nil {
		return "", err
	}
	value, err = c.secret(ctx, path)
	if isLocked(err) {
		return "", fmt.Errorf("%w (%w)", ErrLocked, err)
	}
	return value, err
}

func (c *connection) secret(ctx context.Context, path dbus.ObjectPath) (string, error) {
	if err := c.startSession(ctx).wait(); err != nil {
		return "", err
	}
	var secret ss.Secret
	err := c.call(ctx, path, itemInterface+".GetSecret", c.session).Store(&secret)
	return string(secret.Value), err
}

func (c *connection) set(ctx context.Context, e entry, value string) error {
	if err := c.startSession(ctx).wait(); err != nil {
		return err
	}
	if item, known := c.items[e]; known && c.isGNOME(ctx) {
		// GNOME Keyring writes its file once for this, and twice to create an item. It also says what becomes of it, which KWallet
		// does not.
		err := c.call(ctx, item, itemInterface+".SetSecret", c.plain(value)).Err
		if err == nil || !isMissing(err) && !isLocked(err) {
			return err
		}
		delete(c.items, e)
	}
	item, err := c.create(ctx, e, value)
	if isNoCollection(err) {
		if err := c.withoutCollection(ctx, err); !errors.Is(err, keyring.ErrNotFound) {
			return err
		}
		if err := c.createDefault(ctx); err != nil {
			return err
		}
		item, err = c.create(ctx, e, value)
	}
	if isLocked(err) {
		err = c.inCollectionOf(e, func(collection dbus.ObjectPath) error { return c.unlock(ctx, collection) })
		if err != nil {
			return err
		}
		if item, err = c.create(ctx, e, value); isLocked(err) {
			return fmt.Errorf("%w (%w)", ErrLocked, err)
		}
	}
	if err != nil {
		return err
	}
	if item.IsValid() && item != noObject {
		c.items[e] = item
	}
	return nil
}

// plain is a value as it goes over the bus.
func (c *connection) plain(value string) ss.Secret {
	secret := ss.NewSecret(c.session, value)
	secret.ContentType = "text/plain" // libsecret reads no other from KWallet, such as go-keyring's with a charset
	return secret
}

// create creates the item, and returns its path.
func (c *connection) create(ctx context.Context, e entry, value string) (item dbus.ObjectPath, err error) {
	properties := map[string]dbus.Variant{
		itemInterface + ".Label":      dbus.MakeVariant(e.label()),
		itemInterface + ".Attributes": dbus.MakeVariant(e.attributes()),
	}
	var prompt dbus.ObjectPath
	err = c.inCollectionOf(e, func(collection dbus.ObjectPath) error {
		const replace = true
		return c.call(ctx, collection, collectionInterface+".CreateItem", properties, c.plain(value), replace).
			Store(&item, &prompt)
	})
	if err != nil {
		return "", err
	}
	result, err := c.prompt(ctx, prompt)
	if path, ok := result.(dbus.ObjectPath); ok {
		item = path
	}
	return item, err
}

func (c *connection) delete(ctx context.Context, e entry) error {
	paths, err := c.find(ctx, e)
	if err != nil {
		return err
	}
	// From a locked wallet KWallet removes nothing, but reports success.
	if err := c.unlock(ctx, collectionOf(paths[0])); err != nil {
		return err
	}
	delete(c.items, e)
	for _, path := range paths { // all that Get would find
		var prompt dbus.ObjectPath
		err := c.call(ctx, path, itemInterface+".Delete").Store(&prompt)
		if err == nil {
			_, err = c.prompt(ctx, prompt)
		}
		if isLocked(err) {
			return fmt.Errorf("%w (%w)", ErrLocked, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// find returns the paths of the items of that name, at least one.
func (c *connection) find(ctx context.Context, e entry) ([]dbus.ObjectPath, error) {
	paths, err := c.search(ctx, e)
	if isNoCollection(err) {
		return nil, c.withoutCollection(ctx, err)
	}
	if err != nil || len(paths) > 0 {
		return paths, err
	}
	provider := c.provider(ctx)
	switch {
	case provider.searchesLocked():
		// Nobody should have to unlock a collection just to learn that nothing is stored.
		return nil, keyring.ErrNotFound
	case provider == KeePassXC:
		// Its default collection is the database whose tab is in front, which may be another one than when the item
		// was stored.
		if paths, err = c.searchAll(ctx, e); err != nil || len(paths) > 0 {
			return paths, err
		}
	}
	locked, err := c.isLocked(ctx, c.collection)
	if err != nil {
		return nil, err
	}
	if locked {
		if err := c.unlock(ctx, c.collection); err != nil {
			return nil, err
		}
		if paths, err = c.search(ctx, e); err != nil {
			return nil, err
		}
	}
	if len(paths) == 0 {
		return nil, keyring.ErrNotFound
	}
	return paths, nil
}

func (c *connection) search(ctx context.Context, e entry) (paths []dbus.ObjectPath, err error) {
	err = c.inCollection(func(collection dbus.ObjectPath) error {
		return c.call(ctx, collection, collectionInterface+".SearchItems", e.attributes()).Store(&paths)
	})
	return paths, err
}

// searchAll returns the paths of the items of that name in the first collection that has any, whichever that is.
func (c *connection) searchAll(ctx context.Context, e entry) (paths []dbus.ObjectPath, err error) {
	var collections []dbus.ObjectPath
	if err := c.property(ctx, servicePath, serviceInterface, "Collections").Store(&collections); err != nil {
		return nil, err
	}
	// One by one: to search the whole service KeePassXC first has the person unlock all of it.
	for _, collection := range collections {
		err := c.call(ctx, collection, collectionInterface+".SearchItems", e.attributes()).Store(&paths)
		if err != nil || len(paths) > 0 {
			return paths, err
		}
	}
	return nil, nil
}
