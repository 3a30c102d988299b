//go:build !(windows && wine)

package keychaintest

import (
	"cmp"
	"slices"
	"testing"
	"time"

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

// Items returns every item of the collection, sorted by name. The collection has to be unlocked.
func (k *Keyring) Items(t testing.TB) []Item {
	t.Helper()
	s := k.dial(t)
	defer s.Close()

	// First: GNOME Keyring 42 now and then ends with a failed assertion where a client that it does not know yet asks for a
	// property.
	session := s.openSession(t)
	collection := s.Object(serviceName, k.collection)
	state, err := collection.GetProperty(collectionInterface + ".Locked")
	if err != nil {
		t.Fatalf("keychaintest: the collection does not tell whether it is locked: %v", err)
	}
	if locked, ok := state.Value().(bool); !ok || locked {
		t.Fatalf("keychaintest: the collection is locked: its items cannot be read")
	}
	paths, _ := s.property(collection, collectionInterface+".Items").([]dbus.ObjectPath)
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

// Lock locks the collection, as the screen saver of some desktops does.
func (k *Keyring) Lock(t testing.TB) {
	t.Helper()
	s := k.dial(t)
	defer s.Close()
	var locked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	err := s.Object(serviceName, servicePath).
		Call(serviceInterface+".Lock", 0, []dbus.ObjectPath{k.collection}).Store(&locked, &prompt)
	if err != nil || len(locked) != 1 && prompt == noPrompt {
		t.Fatalf("keychaintest: locking the collection: locked %v, error %v", locked, err)
	}
	s.prompt(t, prompt, func() {})
}

// Unlock unlocks the collection: GNOME Keyring's without a prompt, as logging in does, others' by typing the password.
func (k *Keyring) Unlock(t testing.TB) {
	t.Helper()
	s := k.dial(t)
	defer s.Close()
	if k.unlockTitle != "" {
		var unlocked []dbus.ObjectPath
		var prompt dbus.ObjectPath
		err := s.Object(serviceName, servicePath).
			Call(serviceInterface+".Unlock", 0, []dbus.ObjectPath{k.collection}).Store(&unlocked, &prompt)
		if err != nil {
			t.Fatalf("keychaintest: unlocking the collection: %v", err)
		}
		s.prompt(t, prompt, func() { k.Type(t, k.unlockTitle, Password) })
		return
	}
	value := secret{Session: s.openSession(t), Parameters: []byte{}, Value: []byte(Password), ContentType: "text/plain"}
	err := s.Object(serviceName, servicePath).
		Call(gnomeInterface+".UnlockWithMasterPassword", 0, k.collection, value).Err
	if err != nil {
		t.Fatalf("keychaintest: unlocking the collection: %v", err)
	}
}

// CreateDefault creates a collection of GNOME Keyring without a prompt, and makes it the default one.
func (k *Keyring) CreateDefault(t testing.TB, label string) {
	t.Helper()
	s := k.dial(t)
	defer s.Close()
	attributes := map[string]dbus.Variant{collectionInterface + ".Label": dbus.MakeVariant(label)}
	value := secret{Session: s.openSession(t), Parameters: []byte{}, Value: []byte(Password), ContentType: "text/plain"}
	var collection dbus.ObjectPath
	object := s.Object(serviceName, servicePath)
	err := object.Call(gnomeInterface+".CreateWithMasterPassword", 0, attributes, value).Store(&collection)
	if err == nil {
		err = object.Call(serviceInterface+".SetAlias", 0, "default", collection).Err
	}
	if err != nil {
		t.Fatalf("keychaintest: creating a default collection: %v", err)
	}
}

// noPrompt is the path of a prompt that is not needed.
const noPrompt = dbus.ObjectPath("/")

// prompt has the service ask what it wants to ask, and waits until answer has answered it.
func (s service) prompt(t testing.TB, prompt dbus.ObjectPath, answer func()) {
	t.Helper()
	if prompt == noPrompt {
		return
	}
	const promptInterface = "org.freedesktop.Secret.Prompt"
	if err := s.AddMatchSignal(dbus.WithMatchObjectPath(prompt), dbus.WithMatchInterface(promptInterface)); err != nil {
		t.Fatalf("keychaintest: %v", err)
	}
	signals := make(chan *dbus.Signal, 10)
	s.Signal(signals)
	if err := s.Object(serviceName, prompt).Call(promptInterface+".Prompt", 0, "").Err; err != nil {
		t.Fatalf("keychaintest: prompt: %v", err)
	}
	answer()
	limit := time.After(patience)
	for {
		select {
		case signal := <-signals:
			if signal == nil || len(signal.Body) > 0 && signal.Body[0] == true {
				t.Fatalf("keychaintest: prompt: dismissed")
			}
			if signal.Name == promptInterface+".Completed" && signal.Path == prompt {
				return
			}
		case <-limit:
			t.Fatalf("keychaintest: prompt: not answered after %v", patience)
		}
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
