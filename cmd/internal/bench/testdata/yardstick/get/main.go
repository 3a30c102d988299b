// Get prints one item of the keychain: get SERVICE USER.
package main

import (
	"fmt"
	"log"
	"os"

	"github.com/zalando/go-keyring"
)

func main() {
	value, err := keyring.Get(os.Args[1], os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(value)
}
