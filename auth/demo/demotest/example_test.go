package demotest_test

import (
	"fmt"
	"net/http"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// A provider that is down for two requests, and a client that asks until it
// is not.
func ExampleFaults() {
	faults := demotest.NewFaults()
	logto, err := demo.Start(demo.Config{Port: -1, Wrap: faults.Wrap})
	if err != nil {
		panic(err)
	}
	defer logto.Close()

	faults.Next("/oidc/jwks", demotest.Status(503, "Retry-After", "0"), demotest.HTML())
	for range 3 {
		resp, err := demotest.NewBrowser().Get(logto.Issuer() + "/jwks")
		if err != nil {
			panic(err)
		}
		resp.Body.Close()
		fmt.Println(resp.StatusCode == http.StatusOK, resp.Header.Get("Content-Type"))
	}
	fmt.Println(faults.Requests("/oidc/jwks"))
	// Output:
	// false text/plain; charset=utf-8
	// true text/html; charset=utf-8
	// true application/jwk-set+json; charset=utf-8
	// 3
}
