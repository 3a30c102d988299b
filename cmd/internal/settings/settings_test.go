package settings_test

import (
	"testing"

	"doorkey/cmd/internal/settings"
)

func TestFlagsGoBeforeTheEnvironment(t *testing.T) {
	env := map[string]string{
		"AUTH_LOGTO_ISSUER":       "https://env.example.test/oidc",
		"AUTH_LOGTO_ID":           "env-id",
		"AUTH_LOGTO_SECRET":       "env-secret",
		"AUTH_LOGTO_REDIRECT_URI": "http://localhost:3000/cb",
	}
	getenv := func(name string) string { return env[name] }
	for _, test := range []struct {
		name  string
		flags settings.Settings
		want  settings.Settings
	}{
		{
			"the environment alone", settings.Settings{},
			settings.Settings{"https://env.example.test/oidc", "env-id", "env-secret", "http://localhost:3000/cb"},
		},
		{
			"flags over it", settings.Settings{Issuer: "https://flag.example.test/oidc", ClientID: "flag-id"},
			settings.Settings{"https://flag.example.test/oidc", "flag-id", "env-secret", "http://localhost:3000/cb"},
		},
		{
			"a secret is never taken from the flags", settings.Settings{ClientSecret: "on the command line"},
			settings.Settings{"https://env.example.test/oidc", "env-id", "env-secret", "http://localhost:3000/cb"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := settings.Load(test.flags, getenv); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestComplete(t *testing.T) {
	none := func(string) string { return "" }
	if settings.Load(settings.Settings{Issuer: "x"}, none).Complete() {
		t.Error("complete without a client ID")
	}
	if !settings.Load(settings.Settings{Issuer: "x", ClientID: "y"}, none).Complete() {
		t.Error("not complete with both")
	}
}
