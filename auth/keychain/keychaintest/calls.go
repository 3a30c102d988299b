//go:build !(windows && wine)

package keychaintest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
)

// RecordCalls starts to record the method calls made to the Secret Service: what an operation costs, for each is a
// round trip to another process. The function it returns returns those made since it was last called, as the last part
// of the interface and the method, for example "Item.GetSecret".
func (k *Keyring) RecordCalls(t testing.TB) (calls func() []string) {
	t.Helper()
	monitor := k.dial(t)
	t.Cleanup(func() { monitor.Close() })
	err := monitor.BusObject().Call("org.freedesktop.DBus.Monitoring.BecomeMonitor", 0, []string{"type='method_call'"}, uint32(0)).Err
	if err != nil {
		t.Fatalf("keychaintest: monitoring the private bus: %v", err)
	}
	messages := make(chan *dbus.Message, 10_000)
	monitor.Eavesdrop(messages)

	marker := k.dial(t)
	t.Cleanup(func() { marker.Close() })
	var mu sync.Mutex
	marks := 0
	return func() []string {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		// Once the monitor has seen a call of our own, it has seen all calls made before it.
		marks++
		mark := fmt.Sprintf("keychaintest.Mark%d", marks)
		_ = marker.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, mark).Err
		var made []string
		for message := range messages {
			name, _ := message.Headers[dbus.FieldMember].Value().(string)
			of, _ := message.Headers[dbus.FieldInterface].Value().(string)
			if len(message.Body) == 1 && message.Body[0] == mark {
				return made
			}
			path, _ := message.Headers[dbus.FieldPath].Value().(dbus.ObjectPath)
			if len(path) >= len(servicePath) && path[:len(servicePath)] == servicePath {
				made = append(made, lastPart(of)+"."+name)
			}
		}
		t.Fatal("keychaintest: the private bus ended")
		return nil
	}
}

// lastPart returns what comes after the last dot.
func lastPart(name string) string {
	for n := len(name) - 1; n >= 0; n-- {
		if name[n] == '.' {
			return name[n+1:]
		}
	}
	return name
}
