package keychain_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"doorkey/auth/keychain"
)

// Save a session where there is a keychain, and keep it in memory where there is none.
func Example() {
	type store interface {
		Save(ctx context.Context, key keychain.Key, data []byte) error
		Load(ctx context.Context, key keychain.Key) ([]byte, error)
	}
	ctx := context.Background()
	key := keychain.Key{Issuer: "https://id.example.com/oidc", ClientID: "desktop", Subject: "u1"}

	var sessions store = keychain.New(keychain.Options{Service: "example", Timeout: 5 * time.Second})
	err := sessions.Save(ctx, key, []byte("session"))
	if errors.Is(err, keychain.ErrUnavailable) {
		log.Printf("%v: signed in until this program ends", err)
		sessions = keychain.NewMemory()
		err = sessions.Save(ctx, key, []byte("session"))
	}
	if err != nil {
		log.Fatal(err)
	}
}

// The people with a session, the one added last first.
func ExampleMemory_Subjects() {
	ctx := context.Background()
	m := keychain.NewMemory()
	for _, subject := range []string{"alice", "bob"} {
		key := keychain.Key{Issuer: "https://id.example.com/oidc", ClientID: "desktop", Subject: subject}
		if err := m.Save(ctx, key, []byte("session")); err != nil {
			log.Fatal(err)
		}
	}
	people, err := m.Subjects(ctx, "https://id.example.com/oidc", "desktop")
	fmt.Println(people, err)
	// Output: [bob alice] <nil>
}
