// Imports is a program that verifies ID tokens with go-oidc and keeps them with
// go-keyring; without arguments it ends at once.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/zalando/go-keyring"
)

func main() {
	if len(os.Args) < 4 {
		fmt.Println("ready")
		return
	}
	provider, err := oidc.NewProvider(context.Background(), os.Args[1])
	if err != nil {
		panic(err)
	}
	token, err := provider.Verifier(&oidc.Config{ClientID: os.Args[2]}).Verify(context.Background(), os.Args[3])
	if err != nil {
		panic(err)
	}
	fmt.Println(token.Subject, keyring.Set("yardstick", "session", os.Args[3]))
}
