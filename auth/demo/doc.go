// Package demo is a stand-in Logto with a stand-in WeCom, embedded in the
// program: what a person meets at the first run (doorkey-desktop --demo), and
// what the tests sign in against.
//
//	logto, err := demo.Start(demo.Sample())
//	if err != nil {
//		return err
//	}
//	defer logto.Close()
//	// Sign in at logto.Issuer() as the application demo.ClientID, or on another
//	// device as demo.DeviceClientID.
//
// It is honest rather than convenient: wherever a real Logto v1.42 was
// measured, the stand-in answers the same way. It signs ID tokens with ES384,
// hands out a refresh token only where offline_access and prompt=consent were
// both sent, rotates it at every use, takes a used one again for three seconds
// and revokes the whole grant after that, refuses a resource that was not asked
// for only once the refresh token is consumed, and its errors have Logto's
// shape.
//
// The protocol itself is github.com/luikyv/go-oidc's. This package adds what
// that library leaves to its user: storage that rotates refresh tokens and
// survives a restart (storage.go, rotation.go, state.go), the people and the
// pages (people.go, interaction.go, device.go, pages.go, account.go), access tokens for
// resources and organizations (access_token.go), and a thin layer that gives
// answers Logto's form (discovery.go, token_response.go, logto_errors.go).
//
// # What it is not
//
// It is no identity provider. It listens on 127.0.0.1 only, its passwords are
// printed on its pages, and every page says "Demo". Introspection, pushed requests and response modes other than query and
// fragment are absent, and not advertised.
//
// # For tests
//
// A Config gives a test what a first run has no use for: API resources and
// organizations (resource.go, organization.go), another clock, people who are
// suspended (access.go), and a handler around everything, with which package
// demotest makes the network and the provider fail. No address, flag or
// environment variable leads to any of it.
package demo
