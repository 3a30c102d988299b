//go:build !(windows && wine)

package keychaintest

import (
	"cmp"
	"slices"
	"testing"

	"github.com/godbus/dbus/v5"
)

// Names of the Secret Service API, https://specifications.freedesktop.org/secret-service-spec/0.2/
const (
	serviceName = "org.freedesktop.secrets"
	servicePath = dbus.ObjectPath("/org/freedesktop/secrets")
	loginPath   = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")

	serviceInterface    = "org.freedesktop.Secret.Service"
	collectionInterface = "org.freedesktop.Secret.Collection"
	itemInterface       = "org.freedesktop.Secret.Item"

	// gnomeInterface has the one call that unlocks without a prompt.
	gnomeInterface = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
)

// An Item is one secret of the login collection.
type Item struct {
	Name       string            // the attribute "username", which go-keyring calls user
	Service    string            // the attribute "service"
	Attributes map[string]string // all of them
	Size       int               // bytes of the secret
}

// secret is the struct of that name in the API.
type secret struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

// Items returns every item of the login collection, sorted by name. The collection has to be unlocked.
func (k *Keyring) Items(t testing.TB) []Item {
	t.Helper()
	s := k.dial(t)
	defer s.Close()

	// First: GNOME Keyring 42 now and then ends with a failed assertion where a client that it does not know yet asks for a
	// property.
	session := s.openSession(t)
	login := s.Object(serviceName, loginPath)
	state, err := login.GetProperty(collectionInterface + ".Locked")
	if err != nil {
		t.Fatalf("keychaintest: the login collection does not tell whether it is locked: %v", err)
	}
	if locked, ok := state.Value().(bool); !ok || locked {
		t.Fatalf("keychaintest: the login collection is locked: its items cannot be read")
	}
	paths, _ := s.property(login, collectionInterface+".Items").([]dbus.ObjectPath)
	var items []Item
	for _, path := range paths {
		object := s.Object(serviceName, path)
		attributes, _ := s.property(object, itemInterface+".Attributes").(map[string]string)
		var value secret
		if err := object.Call(itemInterface+".GetSecret", 0, session).Store(&value); err != nil {
			t.Fatalf("keychaintest: reading %s: %v", path, err)
		}
		items = append(items, Item{
			Name:       attributes["username"],
			Service:    attributes["service"],
			Attributes: attributes,
			Size:       len(value.Value),
		})
	}
	slices.SortFunc(items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Name, b.Name))
	})
	return items
}

// Lock locks the login collection, as the screen saver of some desktops does.
func (k *Keyring) Lock(t testing.TB) {
	t.Helper()
	s := k.dial(t)
	defer s.Close()
	var locked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	err := s.Object(serviceName, servicePath).
		Call(serviceInterface+".Lock", 0, []dbus.ObjectPath{loginPath}).Store(&locked, &prompt)
	if err != nil || len(locked) != 1 {
		t.Fatalf("keychaintest: locking the login collection: locked %v, error %v", locked, err)
	}
}

// Unlock unlocks the login collection without a prompt, as logging in does.
func (k *Keyring) Unlock(t testing.TB) {
	t.Helper()
	s := k.dial(t)
	defer s.Close()
	value := secret{Session: s.openSession(t), Parameters: []byte{}, Value: []byte(Password), ContentType: "text/plain"}
	err := s.Object(serviceName, servicePath).
		Call(gnomeInterface+".UnlockWithMasterPassword", 0, loginPath, value).Err
	if err != nil {
		t.Fatalf("keychaintest: unlocking the login collection: %v", err)
	}
}

// A service is a connection of our own to the private bus, apart from the one godbus shares.
type service struct{ *dbus.Conn }

func (k *Keyring) dial(t testing.TB) service {
	t.Helper()
	conn, err := dbus.Connect(k.address)
	if err != nil {
		t.Fatalf("keychaintest: connecting to the private bus: %v", err)
	}
	return service{conn}
}

func (s service) hasLogin() bool {
	collections, _ := s.property(s.Object(serviceName, servicePath), serviceInterface+".Collections").([]dbus.ObjectPath)
	return slices.Contains(collections, loginPath)
}

func (s service) hasOwner(name string) bool {
	var owned bool
	err := s.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, name).Store(&owned)
	return err == nil && owned
}

// property returns nil where there is none.
func (s service) property(object dbus.BusObject, name string) any {
	value, err := object.GetProperty(name)
	if err != nil {
		return nil
	}
	return value.Value()
}

func (s service) openSession(t testing.TB) dbus.ObjectPath {
	t.Helper()
	var output dbus.Variant
	var session dbus.ObjectPath
	err := s.Object(serviceName, servicePath).
		Call(serviceInterface+".OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&output, &session)
	if err != nil {
		t.Fatalf("keychaintest: opening a session with the Secret Service: %v", err)
	}
	return session
}
