//go:build dragonfly || freebsd || linux || netbsd || openbsd

// Package secretservice stores items with the Secret Service of the desktop session: GNOME Keyring, KWallet, KeePassXC.
//
// It reads and writes the same items as github.com/zalando/go-keyring does, and uses the types of that module, but takes a context,
// remembers what it has learnt, and handles prompts: [github.com/zalando/go-keyring/secret_service] opens a session and unlocks
// for every call, cannot be interrupted, and does not tell a dismissed prompt from an answered one.
//
// # Calls
//
// Each method call is a message to another process and back, so none is made that can do without. The first Get opens a session and
// searches, both at once, then reads: three calls, in the time of two. Later ones read the item at the path that was found: one
// call. A Set creates the item anew in place of the old one: one call, beside the session if there is none yet. Nothing is
// unlocked unless the service says that it is locked.
//
// # Which collection
//
// Items are looked for, and created, where go-keyring does it: in the collection "login", or where there is none, as with KWallet
// and KeePassXC, in the one with the alias "default". Searching the whole service would find them in one call too, but also
// items of the same attributes elsewhere: in a collection that was imported from a backup, or in one that only lasts for
// the session. What is stale must not be taken for the session, least of all with a refresh token in it that was
// replaced since.
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
// connection, and connects anew once it is lost; programs need one Service only.
//
// Its methods block until the service answers or the context is done. They are safe for concurrent use; one that reads or writes
// waits for the one before it, also while a prompt is open, so that no two prompts are.
//
// Errors are, or wrap, [keyring.ErrNotFound], the errors of this package, that of the context, a [dbus.Error] of the service or the bus,
// or whatever ended the connection.
type Service struct {
	turn chan struct{} // of size 1: who has put something in has the connection's state to itself

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

// Get returns the value of an item, or [keyring.ErrNotFound] if there is none. A collection that is locked is unlocked, which
// asks the person.
func (s *Service) Get(ctx context.Context, service, user string) (string, error) {
	var value string
	err := s.do(ctx, func(c *connection) (err error) {
		value, err = c.get(ctx, entry{service, user})
		return err
	})
	return value, err
}

// Set stores an item, in place of the one of that name if there is one. If there is no collection to store it in yet, as on a
// desktop on which nothing was ever stored, one is created, which asks the person for a password.
//
// If the context ends while the service is at work it may store the item all the same.
func (s *Service) Set(ctx context.Context, service, user, value string) error {
	return s.do(ctx, func(c *connection) error { return c.set(ctx, entry{service, user}, value) })
}

// Delete removes an item, or returns [keyring.ErrNotFound] if there is none.
func (s *Service) Delete(ctx context.Context, service, user string) error {
	return s.do(ctx, func(c *connection) error { return c.delete(ctx, entry{service, user}) })
}

// do runs work on the connection when it is its turn. What is remembered may have become wrong since: the bus or the service may
// have been started anew, an item replaced, a collection removed. So if work fails in a way that this explains, it is forgotten, and work
// runs again.
func (s *Service) do(ctx context.Context, work func(*connection) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	// Reading is to search for an item, then to get it; in between somebody else may replace it, and that time and again.
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
		session := c.startSession(ctx) // answered while the service searches
		paths, err := c.find(ctx, e)
		if sessionErr := session.wait(); err == nil {
			err = sessionErr
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
		// KWallet says nothing of its wallet being locked, it answers with an empty value.
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
		if err := c.unlock(ctx, c.collection); err != nil {
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

// create creates the item, and returns its path.
func (c *connection) create(ctx context.Context, e entry, value string) (item dbus.ObjectPath, err error) {
	properties := map[string]dbus.Variant{
		itemInterface + ".Label":      dbus.MakeVariant(e.label()),
		itemInterface + ".Attributes": dbus.MakeVariant(e.attributes()),
	}
	secret := ss.NewSecret(c.session, value)
	secret.ContentType = "text/plain" // libsecret reads no other from KWallet, such as go-keyring's with a charset
	var prompt dbus.ObjectPath
	err = c.inCollection(func(collection dbus.ObjectPath) error {
		const replace = true
		return c.call(ctx, collection, collectionInterface+".CreateItem", properties, secret, replace).
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
	// KWallet says that it has removed an item of a locked wallet, and has not.
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
	// GNOME Keyring and KWallet know the names of the items of a locked collection, KeePassXC does not. Those two are
	// not unlocked to find nothing.
	locked, err := c.isLocked(ctx, c.collection)
	if err != nil {
		return nil, err
	}
	if locked && !c.provider(ctx).searchesLocked() {
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
