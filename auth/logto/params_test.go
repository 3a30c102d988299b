package logto_test

import (
	"net/url"
	"strings"
	"testing"

	"doorkey/auth/logto"

	"golang.org/x/oauth2"
)

func TestDirectSignIn(t *testing.T) {
	config := oauth2.Config{Endpoint: oauth2.Endpoint{AuthURL: "https://id.example.test/oidc/auth"}}
	u, err := url.Parse(config.AuthCodeURL("s", logto.DirectSignIn(logto.WeCom)))
	if err != nil {
		t.Fatal(err)
	}
	if got := u.Query().Get("direct_sign_in"); got != "social:wecom" {
		t.Errorf("direct_sign_in = %q", got)
	}
}

func TestCheckConnector(t *testing.T) {
	for target, ok := range map[string]bool{
		"wecom":                 true,
		"github":                true,
		"azuread-2":             true,
		"my_oidc":               true,
		"":                      false,
		"-x":                    false,
		"wecom&prompt=none":     false,
		"we com":                false,
		"企业微信":                  false,
		strings.Repeat("x", 65): false,
	} {
		if err := logto.CheckConnector(target); (err == nil) != ok {
			t.Errorf("%q: %v", target, err)
		}
	}
}
