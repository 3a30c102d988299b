// Package settings finds out which provider to sign in at. Doorkey's programs
// share it, so that they share one session.
package settings

import "cmp"

// Settings are what a person or an administrator can set. Empty means not set.
type Settings struct {
	Issuer       string // AUTH_LOGTO_ISSUER: https://<endpoint>/oidc
	ClientID     string // AUTH_LOGTO_ID: the App ID
	ClientSecret string // AUTH_LOGTO_SECRET: of a Traditional Web application only
	RedirectURI  string // AUTH_LOGTO_REDIRECT_URI: as registered, where it is not http://127.0.0.1/callback
}

// Complete tells whether one can sign in with these.
func (s Settings) Complete() bool { return s.Issuer != "" && s.ClientID != "" }

// Load takes each setting from the flags, or else from the environment, under
// the names that Auth.js uses. The secret is never a flag: other people on the
// machine can read a command line.
func Load(flags Settings, getenv func(string) string) Settings {
	return Settings{
		Issuer:       cmp.Or(flags.Issuer, getenv("AUTH_LOGTO_ISSUER")),
		ClientID:     cmp.Or(flags.ClientID, getenv("AUTH_LOGTO_ID")),
		ClientSecret: getenv("AUTH_LOGTO_SECRET"),
		RedirectURI:  cmp.Or(flags.RedirectURI, getenv("AUTH_LOGTO_REDIRECT_URI")),
	}
}
