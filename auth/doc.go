// Package auth signs a person in to a desktop program through the system
// browser and keeps the session in the OS keychain. It is made for Logto and
// speaks OpenID Connect with any provider that does.
//
// # A sign-in, step by step
//
// A [Client] is made from two settings, the issuer and the App ID of a Native
// application. Neither is a secret; both may be compiled in.
//
//	client, err := auth.New(auth.Config{
//		Issuer:   "https://id.example.com/oidc",
//		ClientID: "your-app-id",
//	})
//	defer client.Close()
//
// At the start of the program, ask who is signed in. This reads the keychain
// and needs no network:
//
//	session, err := client.Session(ctx)
//
// If nobody is ([ErrSignedOut]), sign somebody in. The browser opens; SignIn
// returns when the person is back, has given up (ctx), or has stayed away too
// long ([ErrTimeout]):
//
//	if errors.Is(err, auth.ErrSignedOut) {
//		session, err = client.SignIn(ctx, auth.Connector("wecom"))
//	}
//	fmt.Println("Hello,", session.Profile.DisplayName())
//
// A window draws what Watch tells, and needs no state of its own:
//
//	for state := range client.Watch(ctx) {
//		draw(state) // Unknown, SignedOut, SigningIn or SignedIn
//	}
//
// The ready-made window in package app does just that.
//
// # What is checked
//
// The authorization request carries state, nonce and PKCE S256 (RFC 7636). Only
// one request gets through to the listener: the provider's answer to that very
// request (package loopback). The ID token is verified as OpenID Connect Core
// §3.1.3.7 says, with the algorithms that the provider advertises, never none
// or HS*. Tokens have the type [Secret] and show in no log, error or URL.
package auth
