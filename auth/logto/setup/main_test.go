package setup_test

import (
	"testing"

	"doorkey/auth/logto/management"
	"doorkey/auth/logto/management/managementtest"
	"doorkey/auth/logto/setup"
)

type object = managementtest.Object

const wecomSecret = "WeCom-s3cret"

// everything is all that setup can do.
func everything() setup.Wanted {
	return setup.Wanted{
		Name: "Doorkey", RefreshDays: 30, Device: true,
		Resources: []setup.Resource{{Indicator: "https://api.example.com", Scopes: []string{"read:orders", "write:orders"}}},
		WeCom:     &setup.WeCom{CorpID: "wwcorp", AgentID: "1000002", Secret: management.NewSecret(wecomSecret), Scope: setup.ScopeBase},
	}
}

func newClient(t *testing.T, s *managementtest.Server) *management.Client {
	t.Helper()
	c, err := management.New(management.Config{
		Issuer: s.Issuer(), ClientID: managementtest.ClientID, ClientSecret: management.NewSecret(managementtest.ClientSecret),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func inspect(t *testing.T, s *managementtest.Server, wanted setup.Wanted) *setup.Plan {
	t.Helper()
	plan, err := setup.Inspect(t.Context(), newClient(t, s), wanted)
	if err != nil {
		t.Fatal(err)
	}
	if writes := s.Writes(); len(writes) > 0 {
		t.Fatalf("looking has changed something: %v", writes)
	}
	return plan
}

// apply returns the requests that changed something.
func apply(t *testing.T, s *managementtest.Server, wanted setup.Wanted) []string {
	t.Helper()
	plan := inspect(t, s, wanted)
	if err := plan.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return s.Writes()
}

// native is an application that setup has not made.
func native(name string, change func(object)) object {
	app := object{
		"id": "theirs", "name": name, "type": "Native", "isThirdParty": false,
		"oidcClientMetadata":   object{"redirectUris": []any{"http://127.0.0.1:1234/cb"}, "postLogoutRedirectUris": []any{"http://127.0.0.1/bye"}, "logoUri": "https://x.test/l.png"},
		"customClientMetadata": object{"rotateRefreshToken": false},
		"customData":           object{"team": "blue"},
	}
	if change != nil {
		change(app)
	}
	return app
}

// wecom is a connector that setup has not made.
func wecom(config object) object {
	return object{"id": "theirconnector", "connectorId": "wecom-universal", "target": "wecom", "config": config}
}
