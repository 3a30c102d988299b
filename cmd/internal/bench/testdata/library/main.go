// Library is the smallest program that signs in with package auth; without
// arguments it ends at once.
package main

import (
	"context"
	"fmt"
	"os"

	"doorkey/auth"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Println("ready")
		return
	}
	client, err := auth.New(auth.Config{Issuer: os.Args[1], ClientID: os.Args[2]})
	if err != nil {
		panic(err)
	}
	defer client.Close()
	session, err := client.SignIn(context.Background())
	fmt.Println(session.Profile.DisplayName(), err)
}
