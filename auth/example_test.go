package auth_test

import (
	"context"
	"errors"
	"fmt"
	"log"

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
