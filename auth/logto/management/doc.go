// Package management speaks Logto's Management API: as much of it as setting
// Logto up for a desktop sign-in takes.
//
// It signs in as a machine-to-machine application whose role grants access to
// the API, and speaks JSON from then on:
//
//	client, err := management.New(management.Config{
//		Issuer:       "https://abc.logto.app/oidc",
//		ClientID:     "m2m-app-id",
//		ClientSecret: management.NewSecret(os.Getenv("DOORKEY_M2M_SECRET")),
//	})
//	applications, err := client.NativeApplications(ctx)
//
// What Logto stores as one JSON object it replaces as a whole (measured with
// 1.42): [Document] keeps the members that this package does not know, so that
// a change of one loses no other.
//
// No answer is trusted: its length, its type, its time and its redirects are
// bounded, and no error shows a secret or a token.
package management
