// Package connect makes of the settings what both of Doorkey's programs sign in
// with, so that they share one session.
package connect

import (
	"strings"
	"time"

	"doorkey/auth"
	"doorkey/cmd/internal/baked"
	"doorkey/cmd/internal/network"
	"doorkey/cmd/internal/settings"
)

// Config is what the settings say, for [auth.New].
func Config(s settings.Settings, n *network.Network) auth.Config {
	return auth.Config{
		Issuer:          s.Issuer,
		ClientID:        s.ClientID,
		ClientSecret:    auth.NewSecret(s.ClientSecret),
		RedirectURI:     s.RedirectURI,
		DeviceClientID:  s.DeviceClientID,
		Scopes:          append(ScopesAt(s.Issuer), strings.Fields(s.Scopes)...),
		Resources:       strings.Fields(s.Resources),
		SessionLifetime: sessionLifetime(s),
		AppName:         baked.Name(),
		HTTPClient:      n.Client(),
		OpenBrowser:     n.OpenBrowser,
	}
}

// sessionLifetime is zero where it is not known. What a file says is of the
// application in that file, and not of one that a flag or the environment names.
func sessionLifetime(s settings.Settings) time.Duration {
	of := max(s.Source(settings.KeyIssuer).Layer, s.Source(settings.KeyClientID).Layer)
	if s.Source(settings.KeySessionLifetime).Layer < of {
		return 0
	}
	lifetime, _ := settings.ParseDays(s.SessionLifetime) // which was checked when it was read
	return lifetime
}

// ScopesAt are those for what the window can show, and a session that lasts.
// Another provider than Logto may refuse to be asked for what only Logto has.
func ScopesAt(issuer string) []string {
	scopes := []string{"offline_access", "profile", "email", "phone"}
	if strings.HasSuffix(issuer, "/oidc") {
		scopes = append(scopes, "identities", "roles", "urn:logto:scope:organizations", "urn:logto:scope:organization_roles")
	}
	return scopes
}
