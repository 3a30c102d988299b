package connect_test

import (
	"slices"
	"testing"

	"doorkey/auth"
	"doorkey/cmd/internal/connect"
	"doorkey/cmd/internal/network"
	"doorkey/cmd/internal/settings"
)

// What is set is asked for besides what the programs show.
func TestScopesAndResources(t *testing.T) {
	n := network.New()
	s := settings.Settings{
		Issuer: "https://id.example.test/oidc", ClientID: "app", ClientSecret: "s3cret", RedirectURI: "http://localhost:3000/cb",
		Scopes: " custom_data  read:orders", Resources: "https://api.example.test urn:orders",
	}
	config := connect.Config(s, n)
	for _, scope := range []string{"offline_access", "profile", "urn:logto:scope:organizations", "custom_data", "read:orders"} {
		if !slices.Contains(config.Scopes, scope) {
			t.Errorf("%s is not asked for: %q", scope, config.Scopes)
		}
	}
	if !slices.Equal(config.Resources, []string{"https://api.example.test", "urn:orders"}) {
		t.Errorf("resources %q", config.Resources)
	}
	client, err := auth.New(config)
	if err != nil {
		t.Fatal(err)
	}
	_ = client.Close()
	if config := connect.Config(settings.Settings{}, n); len(config.Resources) > 0 || slices.Contains(config.Scopes, "") {
		t.Errorf("nothing set: %q, %q", config.Scopes, config.Resources)
	}
}
