// Package auth signs people in to a desktop program through the system browser
// and keeps them signed in: the session is in the OS keychain, and its tokens
// are refreshed from then on, on line or off. It is made for Logto and speaks
// OpenID Connect with any provider that does.
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
// From then on the program asks for access tokens, or lets a client add them:
//
//	token, err := client.AccessToken(ctx, auth.Resource("https://api.example.com"))
//	api, err := client.HTTPClient([]string{"https://api.example.com"}, auth.Resource("https://api.example.com"))
//
// Where there is no browser, or the person would rather take their phone, there
// is a code to scan and to confirm there: [Device]. Where the browser is on
// another machine, its answer can be pasted: [Client.DeliverCallback].
// [Client.CancelSignIn] gives a sign-in up.
//
// A window draws what Watch tells, and needs no state of its own:
//
//	for state := range client.Watch(ctx) {
//		draw(state) // Unknown, SignedOut, SigningIn, SignedIn or Inaccessible; perhaps offline
//	}
//
// The ready-made window in package app does just that.
//
// # What keeps a session alive
//
// Logto gives a new refresh token with each refresh, and takes the use of an old
// one for theft: the whole grant is revoked. So one refresh at a time is made,
// among goroutines and, with a lock, among programs; the store is read again
// before it, since somebody may have been first, and written, which shows that
// it will take the new refresh token; and that is stored before anything else is
// done with the answer. A lost answer is asked for again at once, while Logto
// still allows it, also by another program if this one dies.
//
// A [Store] that cannot be read says nothing about who is signed in: that is an
// error of package keychain, never [ErrSignedOut].
//
// No network, a server that is down or a hotel's sign-in page sign nobody out:
// State.LastReached tells, what is still valid is handed out, and it heals by
// itself. Only the provider ends a session ([SessionEndedError]), and who it was
// is known even then. Signing in, out or as somebody else in one program is seen
// by all that share the keychain, within a moment.
//
// # What is checked
//
// The authorization request carries state, nonce and PKCE S256 (RFC 7636). Only
// one request gets through to the listener: the provider's answer to that very
// request (package loopback). The ID token is verified as OpenID Connect Core
// §3.1.3.7 says, and §12.2 after a refresh, with the algorithms that the provider
// advertises, never none or HS*. Tokens have the type [Secret] and show in no
// log, error or URL. The one exception is what RP-Initiated Logout asks for: the
// ID token in the browser's end-session request, see [EndBrowserSession].
package auth
