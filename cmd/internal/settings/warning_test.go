package settings_test

import (
	"strings"
	"testing"

	"doorkey/cmd/internal/settings"
)

// A Traditional Web application works as it is, with one warning.
func TestATraditionalWebApplication(t *testing.T) {
	home(t)
	s, err := settings.Read(nil, env(map[string]string{
		"AUTH_LOGTO_ISSUER": "https://id.example.test/oidc", "AUTH_LOGTO_ID": "web", "AUTH_LOGTO_SECRET": "s3cret",
		"AUTH_LOGTO_REDIRECT_URI": "http://localhost:3000/api/auth/callback/logto",
	}))
	if err != nil || !s.Complete() || s.RedirectURI != "http://localhost:3000/api/auth/callback/logto" {
		t.Fatalf("%v, %v", s, err)
	}
	warnings := settings.Warnings(s)
	if len(warnings) != 1 || !strings.HasPrefix(warnings[0], "AUTH_LOGTO_SECRET is set") || !strings.Contains(warnings[0], "Native application") || strings.Contains(warnings[0], "s3cret") {
		t.Errorf("warnings: %q", warnings)
	}
}

func TestANativeApplicationIsNoWarning(t *testing.T) {
	if warnings := settings.Warnings(settings.Settings{ClientID: "x", RedirectURI: "http://127.0.0.1:4711/callback"}); len(warnings) > 0 {
		t.Errorf("warnings: %q", warnings)
	}
}
