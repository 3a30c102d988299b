//go:build dragonfly || freebsd || linux || netbsd || openbsd

package secretservice

import (
	"context"
	"fmt"
	"os"
	"path"
	"sync/atomic"

	"github.com/godbus/dbus/v5"
)

// Names of the Secret Service API, https://specifications.freedesktop.org/secret-service-spec/0.2/
const (
	serviceName = "org.freedesktop.secrets"
	servicePath = dbus.ObjectPath("/org/freedesktop/secrets")

	serviceInterface    = "org.freedesktop.Secret.Service"
	collectionInterface = "org.freedesktop.Secret.Collection"
	itemInterface       = "org.freedesktop.Secret.Item"
	promptInterface     = "org.freedesktop.Secret.Prompt"

	loginCollection   = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	defaultCollection = dbus.ObjectPath("/org/freedesktop/secrets/aliases/default")

	// noObject is the path of what there is none of, such as of a prompt that is not needed.
	noObject = dbus.ObjectPath("/")
)

// A connection is a connection to the session bus, with what was learnt over it. All of that belongs to one process:
// another one that takes over the name of the service uses the same paths for other things.
type connection struct {
	*dbus.Conn
	address string // DBUS_SESSION_BUS_ADDRESS when it was made

	lastSender atomic.Pointer[string] // of the last reply of a service

	owner      string                    // the unique name of the service, or ""
	session    dbus.ObjectPath           // or ""
	collection dbus.ObjectPath           // the items', or ""
	items      map[entry]dbus.ObjectPath // those that were found or stored
	gnome      string                    // the owner that is GNOME Keyring, or "" where that is not known
	signals    bool                      // whether the signals of prompts are subscribed to
}

// connect returns the connection. It makes one if there is none, or none to the bus that the environment names.
//
// It is not the one of [dbus.SessionBus], which takes no context, so that a bus that hangs would stop the program, and
// which starts a bus if it finds none: one that no other program would use, and that would stay behind.
func (s *Service) connect(ctx context.Context) (*connection, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	address := os.Getenv("DBUS_SESSION_BUS_ADDRESS")
	if c := s.conn; c != nil {
		if c.Connected() && c.address == address {
			return c, nil
		}
		_ = c.Close() // it is of no use any more
		s.conn = nil
	}
	c, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	s.conn = c
	return c, nil
}

// drop closes a connection that is lost.
func (s *Service) drop(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = c.Close()
	if s.conn == c {
		s.conn = nil
	}
}

func dial(ctx context.Context) (*connection, error) {
	c := &connection{}
	c.forget()
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithIncomingInterceptor(c.noteSender))
	c.address = os.Getenv("DBUS_SESSION_BUS_ADDRESS") // which godbus sets where it has found the bus at its usual place
	if err != nil {
		if c.address == "" || c.address == "autolaunch:" {
			return nil, fmt.Errorf("%w (%w)", ErrNoBus, err)
		}
		return nil, err
	}
	c.Conn = conn
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	if err = conn.Auth(nil); err == nil {
		err = conn.Hello()
	}
	if !stop() {
		err = ctx.Err()
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return c, nil
}

// noteSender remembers who sent a reply. It runs for every message, before the call that waits for it returns.
func (c *connection) noteSender(message *dbus.Message) {
	if message.Type != dbus.TypeMethodReply && message.Type != dbus.TypeError {
		return
	}
	if sender, ok := message.Headers[dbus.FieldSender].Value().(string); ok && sender != "org.freedesktop.DBus" {
		c.lastSender.Store(&sender)
	}
}

// forget forgets what was learnt: it may be out of date.
func (c *connection) forget() {
	c.owner, c.session, c.collection = "", "", ""
	c.items = make(map[entry]dbus.ObjectPath)
}

// remembers reports whether something was learnt earlier.
func (c *connection) remembers() bool { return c.session != "" || c.collection != "" }

// start calls a method of an object of the service.
func (c *connection) start(ctx context.Context, path dbus.ObjectPath, method string, args ...any) *dbus.Call {
	destination := c.owner
	if destination == "" {
		destination = serviceName // the bus starts the service if it is not running
	}
	return c.Object(destination, path).GoWithContext(ctx, method, 0, make(chan *dbus.Call, 1), args...)
}

// call calls a method of an object of the service and waits for the answer.
func (c *connection) call(ctx context.Context, path dbus.ObjectPath, method string, args ...any) *dbus.Call {
	return <-c.start(ctx, path, method, args...).Done
}

// A pendingSession is the answer to OpenSession, which may be there already.
type pendingSession struct {
	c    *connection
	call *dbus.Call // nil if the session is open
}

// startSession opens a session, unless one is open. Values are not encrypted on the bus, as with go-keyring: a program
// that can read other programs' messages can also ask for the values.
func (c *connection) startSession(ctx context.Context) pendingSession {
	if c.session != "" {
		return pendingSession{c: c}
	}
	return pendingSession{c, c.start(ctx, servicePath, serviceInterface+".OpenSession", "plain", dbus.MakeVariant(""))}
}

func (p pendingSession) wait() error {
	if p.call == nil {
		return nil
	}
	var output dbus.Variant
	var session dbus.ObjectPath
	if err := (<-p.call.Done).Store(&output, &session); err != nil {
		return err
	}
	p.c.session = session
	if sender := p.c.lastSender.Load(); sender != nil {
		p.c.owner = *sender
	}
	return nil
}

// inCollection calls use with the path of the collection that the items are in.
func (c *connection) inCollection(use func(dbus.ObjectPath) error) error {
	if c.collection != "" {
		return use(c.collection)
	}
	for _, path := range []dbus.ObjectPath{loginCollection, defaultCollection} {
		err := use(path)
		if err == nil || !isMissing(err) {
			c.collection = path
			return err
		}
		if path == defaultCollection {
			return fmt.Errorf("%w (%v)", ErrNoCollection, err) // not the one of an item that is gone
		}
	}
	panic("unreachable")
}

// inCollectionOf calls use with the path of the collection that the item is in or, if that is not known, that items are
// created in.
func (c *connection) inCollectionOf(e entry, use func(dbus.ObjectPath) error) error {
	if collection := collectionOf(c.items[e]); collection != "" {
		return use(collection)
	}
	return c.inCollection(use)
}

// isLocked reports whether the item or collection at path is locked.
func (c *connection) isLocked(ctx context.Context, path dbus.ObjectPath) (bool, error) {
	of := itemInterface
	if collectionOf(path) == "" {
		of = collectionInterface
	}
	var locked bool
	err := c.property(ctx, path, of, "Locked").Store(&locked)
	return locked, err
}

// property asks for a property of an object of the service and waits for the answer.
func (c *connection) property(ctx context.Context, path dbus.ObjectPath, of, name string) *dbus.Call {
	return c.call(ctx, path, "org.freedesktop.DBus.Properties.Get", of, name)
}

// collectionOf returns the path of the collection of an item, or "" for the path of something else.
func collectionOf(item dbus.ObjectPath) dbus.ObjectPath {
	const collections = servicePath + "/collection"
	collection, _ := path.Split(string(item))
	collection = path.Clean(collection)
	if path.Dir(collection) != string(collections) {
		return ""
	}
	return dbus.ObjectPath(collection)
}
