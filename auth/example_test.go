package auth_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"sync"
	"time"

	"doorkey/auth"
)

// A program that greets whoever is signed in, and signs them in if nobody is.
func Example() {
	ctx := context.Background()
	client, err := auth.New(auth.Config{Issuer: "https://id.example.com/oidc", ClientID: "your-app-id"})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	session, err := client.Session(ctx)
	if errors.Is(err, auth.ErrSignedOut) {
		session, err = client.SignIn(ctx, auth.Connector("wecom"))
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Hello,", session.Profile.DisplayName())
}

// An API that wants tokens of its own: it is asked for at sign-in, by way of the
// Config, and each request gets a token that is good.
func ExampleClient_HTTPClient() {
	ctx := context.Background()
	client, err := auth.New(auth.Config{
		Issuer:    "https://id.example.com/oidc",
		ClientID:  "your-app-id",
		Scopes:    []string{"offline_access", "profile", "read:orders"},
		Resources: []string{"https://api.example.com"},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	api, err := client.HTTPClient([]string{"https://api.example.com"}, auth.Resource("https://api.example.com"))
	if err != nil {
		log.Fatal(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.example.com/orders", nil)
	if err != nil {
		log.Fatal(err)
	}
	resp, err := api.Do(req)
	var away *auth.UnreachableError
	switch {
	case errors.Is(err, auth.ErrSignedOut):
		fmt.Println("sign in first")
	case errors.As(err, &away):
		fmt.Println("try later")
	case err != nil:
		log.Fatal(err)
	default:
		defer resp.Body.Close()
	}
}

// The desktop is a remote one and the browser is not: the person opens the link
// over there, and pastes the address on which that browser ends.
func ExampleClient_DeliverCallback() {
	ctx := context.Background()
	client, err := auth.New(auth.Config{Issuer: "https://id.example.com/oidc", ClientID: "your-app-id"})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	pasted := make(chan string) // from a field of the window
	go func() {
		for address := range pasted {
			err := client.DeliverCallback(ctx, address)
			var refused *auth.CallbackError
			switch {
			case errors.As(err, &refused) && refused.Reason == auth.CallbackOtherSignIn:
				fmt.Println("That is the address of an earlier sign-in.")
			case errors.As(err, &refused):
				fmt.Println("Copy all of the address.")
			case errors.Is(err, auth.ErrNotWaiting):
				fmt.Println("Begin the sign-in again.")
			}
		}
	}()
	session, err := client.SignIn(ctx)
	close(pasted)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Hello,", session.Profile.DisplayName())
}

// Something that matters, such as a payment, needs to know who is there now.
func ExampleFresh() {
	ctx := context.Background()
	client, err := auth.New(auth.Config{Issuer: "https://id.example.com/oidc", ClientID: "your-app-id"})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	_, err = client.SignIn(ctx, auth.Fresh(5*time.Minute))
	var other *auth.DifferentPersonError
	if errors.As(err, &other) {
		fmt.Println("only", other.Want.DisplayName(), "can confirm this")
	}
}

// A program's own type for the person.
func ExampleProfileMapper() {
	type Employee struct {
		ID         string `json:"sub"`
		Department string `json:"department"`
	}
	client, err := auth.New(auth.Config{
		Issuer:   "https://id.example.com/oidc",
		ClientID: "your-app-id",
		ProfileMapper: func(p auth.Profile) (any, error) {
			var e Employee
			if err := p.Decode(&e); err != nil {
				return nil, err
			}
			if e.Department == "" {
				return nil, errors.New("the account has no department")
			}
			return &e, nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	session, err := client.SignIn(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(session.User.(*Employee).Department)
}

// vault keeps records in the vault of a company; here it is a map.
type vault struct {
	mu      sync.Mutex
	records map[string][]byte
	locks   map[string]chan struct{}
}

func (v *vault) Read(_ context.Context, name string) ([]byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.records[name], nil
}

func (v *vault) Write(_ context.Context, name string, data []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.records[name] = data // no data is no record
	return nil
}

func (v *vault) Lock(ctx context.Context, name string) (unlock func(), err error) {
	v.mu.Lock()
	if v.locks[name] == nil {
		v.locks[name] = make(chan struct{}, 1)
	}
	lock := v.locks[name]
	v.mu.Unlock()
	select {
	case lock <- struct{}{}:
		return func() { <-lock }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Nobody else writes to this vault, so there is nothing to watch.
func (v *vault) Watch(ctx context.Context, _ string) <-chan struct{} {
	changed := make(chan struct{})
	context.AfterFunc(ctx, func() { close(changed) })
	return changed
}

func (v *vault) Place() string { return "the vault of Acme" }

// A program that keeps its sessions in a place of its own.
func ExampleStore() {
	client, err := auth.New(auth.Config{
		Issuer: "https://id.example.com/oidc", ClientID: "your-app-id",
		Store: &vault{records: map[string][]byte{}, locks: map[string]chan struct{}{}},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	_, err = client.Session(context.Background())
	fmt.Println(err)
	// Output: auth: nobody is signed in
}
