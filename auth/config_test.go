package auth_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"doorkey/auth"
)

func TestNewRefusesSettingsThatCannotWork(t *testing.T) {
	good := auth.Config{Issuer: "https://id.example.test/oidc", ClientID: "app"}
	for _, test := range []struct {
		name   string
		change func(*auth.Config)
		field  string // "" where the setting is fine
		says   string
	}{
		{"nothing wrong", func(*auth.Config) {}, "", ""},
		{"an issuer on this machine by IP", func(c *auth.Config) { c.Issuer = "http://127.0.0.1:3001/oidc" }, "", ""},
		{"an issuer on this machine by IPv6", func(c *auth.Config) { c.Issuer = "http://[::1]:3001/oidc" }, "", ""},
		{"an issuer on localhost", func(c *auth.Config) { c.Issuer = "http://localhost:3001/oidc" }, "", ""},
		{"no issuer", func(c *auth.Config) { c.Issuer = "" }, "Issuer", "empty"},
		{"http", func(c *auth.Config) { c.Issuer = "http://id.example.test/oidc" }, "Issuer", "not https"},
		{"http on a name like localhost", func(c *auth.Config) { c.Issuer = "http://localhost.example.test/oidc" }, "Issuer", "not https"},
		{"another scheme", func(c *auth.Config) { c.Issuer = "ftp://id.example.test/oidc" }, "Issuer", "https"},
		{"no scheme", func(c *auth.Config) { c.Issuer = "id.example.test/oidc" }, "Issuer", "not a web address"},
		{"a query", func(c *auth.Config) { c.Issuer = "https://id.example.test/oidc?x=1" }, "Issuer", "query"},
		{"an empty query", func(c *auth.Config) { c.Issuer = "https://id.example.test/oidc?" }, "Issuer", "query"},
		{"a fragment", func(c *auth.Config) { c.Issuer = "https://id.example.test/oidc#x" }, "Issuer", "fragment"},
		{"an empty fragment", func(c *auth.Config) { c.Issuer = "https://id.example.test/oidc#" }, "Issuer", "fragment"},
		{"a password in the issuer", func(c *auth.Config) { c.Issuer = "https://me:hunter2@id.example.test" }, "Issuer", "password"},
		{"no client ID", func(c *auth.Config) { c.ClientID = "" }, "ClientID", "Native application"},
		{"an issuer with something that cannot be seen", func(c *auth.Config) { c.Issuer = "https://id.example.test/oidc\u200b" }, "Issuer", "cannot be seen"},
		{"an issuer with a blank", func(c *auth.Config) { c.Issuer = "https://id.example.test/oidc " }, "Issuer", "blank"},
		{"a client ID with a blank", func(c *auth.Config) { c.ClientID = "app " }, "ClientID", "blank"},
		{"a client ID with something that cannot be seen", func(c *auth.Config) { c.ClientID = "app\u200b" }, "ClientID", "blank"},
		{"two scopes in one", func(c *auth.Config) { c.Scopes = []string{"profile email"} }, "Scopes", "not a scope"},
		{"an empty scope", func(c *auth.Config) { c.Scopes = []string{""} }, "Scopes", "not a scope"},
		{"scopes", func(c *auth.Config) { c.Scopes = []string{"urn:logto:scope:organizations", "read:orders"} }, "", ""},
		{"a resource with an empty fragment", func(c *auth.Config) { c.Resources = []string{"https://api.example.test#"} }, "Resources", "fragment"},
		{"a redirect URI elsewhere", func(c *auth.Config) { c.RedirectURI = "http://example.test/cb" }, "RedirectURI", "127.0.0.1"},
		{"a port that is none", func(c *auth.Config) { c.Ports = []int{8080, 70000} }, "Ports", "70000"},
		{"a negative lifetime of the session", func(c *auth.Config) { c.SessionLifetime = -time.Hour }, "SessionLifetime", "-1h"},
		{"a lifetime of the session", func(c *auth.Config) { c.SessionLifetime = time.Hour }, "", ""},
		{"a negative time limit", func(c *auth.Config) { c.SignInTimeout = -time.Second }, "SignInTimeout", "past"},
	} {
		t.Run(test.name, func(t *testing.T) {
			config := good
			test.change(&config)
			client, err := auth.New(config)
			if test.field == "" {
				if err != nil {
					t.Fatal(err)
				}
				client.Close()
				return
			}
			var bad *auth.ConfigError
			if !errors.As(err, &bad) || bad.Field != test.field || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error = %v, want one of field %s that says %q", err, test.field, test.says)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error repeats a password: %v", err)
			}
		})
	}
}
