//go:build linux

package secretservice

import (
	"testing"

	"github.com/godbus/dbus/v5"
)

// pathsOf returns the paths of the items of the collection, with their secrets.
func pathsOf(t testing.TB, s *Service) map[dbus.ObjectPath]bool {
	t.Helper()
	c, err := s.connect(patience(t))
	if err != nil {
		t.Fatal(err)
	}
	value, err := c.Object(serviceName, loginCollection).GetProperty(collectionInterface + ".Items")
	if err != nil {
		t.Fatal(err)
	}
	paths := make(map[dbus.ObjectPath]bool)
	for _, path := range value.Value().([]dbus.ObjectPath) {
		paths[path] = true
	}
	return paths
}
