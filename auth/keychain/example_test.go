package keychain_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"doorkey/auth/keychain"
)

// Store a record where there is a keychain, and keep it in memory where there is none.
func Example() {
	type store interface {
		Read(ctx context.Context, name string) ([]byte, error)
		Write(ctx context.Context, name string, data []byte) error
	}
	ctx := context.Background()

	var records store = keychain.New(keychain.Options{Service: "example", Timeout: 5 * time.Second})
	err := records.Write(ctx, "accounts", []byte("alice"))
	if errors.Is(err, keychain.ErrUnavailable) {
		log.Printf("%v: signed in until this program ends", err)
		records = keychain.NewMemory()
		err = records.Write(ctx, "accounts", []byte("alice"))
	}
	if err != nil {
		log.Fatal(err)
	}
}

// Change a record alone among all programs, and hear of what they change.
func ExampleMemory() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	m := keychain.NewMemory()
	changed := m.Watch(ctx, "accounts")

	unlock, err := m.Lock(ctx, "accounts")
	if err != nil {
		log.Fatal(err)
	}
	data, err := m.Read(ctx, "accounts")
	if err == nil {
		err = m.Write(ctx, "accounts", append(data, "alice"...))
	}
	unlock()
	if err != nil {
		log.Fatal(err)
	}

	<-changed
	data, err = m.Read(ctx, "accounts")
	fmt.Printf("%s %v\n", data, err)
	// Output: alice <nil>
}
