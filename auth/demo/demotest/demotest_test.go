package demotest_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const callback = "http://127.0.0.1:9/callback"

func authorizeURL(s *demo.Server, options ...oauth2.AuthCodeOption) string {
	config := oauth2.Config{
		ClientID:    demo.ClientID,
		RedirectURL: callback,
		Scopes:      []string{"openid", "profile"},
		Endpoint:    oauth2.Endpoint{AuthURL: s.Issuer() + "/auth"},
	}
	options = append(options, oauth2.S256ChallengeOption(oauth2.GenerateVerifier()))
	return config.AuthCodeURL("the-state", options...)
}

func TestPersonReturnsTheCallback(t *testing.T) {
	s := demotest.Start(t, demo.Config{})
	for _, test := range []struct {
		name    string
		options []oauth2.AuthCodeOption
	}{
		{"by way of the sign-in page", nil},
		{"straight to WeCom", []oauth2.AuthCodeOption{oauth2.SetAuthURLParam("direct_sign_in", "social:wecom")}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, person := range []string{demotest.ZhangSan, demotest.LiSi, demotest.WangXiaoming} {
				got, err := demotest.Person(t.Context(), nil, authorizeURL(s, test.options...), person)
				checkCallback(t, s, got, err)
			}
		})
	}
}

func TestPasswordReturnsTheCallback(t *testing.T) {
	s := demotest.Start(t, demo.Config{})
	got, err := demotest.Password(t.Context(), nil, authorizeURL(s), "zhangsan", "demo")
	checkCallback(t, s, got, err)

	_, err = demotest.Password(t.Context(), nil, authorizeURL(s), "zhangsan", "wrong")
	if err == nil || !strings.Contains(err.Error(), "Incorrect username or password") {
		t.Errorf("a wrong password: %v", err)
	}
}

func TestPersonSharesABrowserSession(t *testing.T) {
	s := demotest.Start(t, demo.Config{})
	browser := demotest.NewBrowser()
	got, err := demotest.Person(t.Context(), browser, authorizeURL(s), demotest.LiSi)
	checkCallback(t, s, got, err)

	got, err = demotest.Person(t.Context(), browser, authorizeURL(s), "nobody")
	checkCallback(t, s, got, err)
}

func TestPersonQuotesARefusal(t *testing.T) {
	s := demotest.Start(t, demo.Config{})
	for name, test := range map[string]struct{ url, want string }{
		"in the browser":      {strings.Replace(authorizeURL(s), demo.ClientID, "nobody", 1), "oidc.invalid_client"},
		"no such person":      {authorizeURL(s), "Who are you today?"},
		"no such stand-in":    {"http://127.0.0.1:1/oidc/auth", "connect"},
		"not even an address": {"::", "parse"},
	} {
		_, err := demotest.Person(t.Context(), nil, test.url, "nobody")
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v does not say %q", name, err, test.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := demotest.Person(ctx, nil, authorizeURL(s), demotest.LiSi); err == nil {
		t.Error("a cancelled context: no error")
	}
}

func checkCallback(t *testing.T, s *demo.Server, got string, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(got)
	if err != nil || !strings.HasPrefix(got, callback+"?") {
		t.Fatalf("callback %q, %v", got, err)
	}
	q := u.Query()
	if q.Get("state") != "the-state" || q.Get("iss") != s.Issuer() || len(q.Get("code")) != 43 {
		t.Errorf("callback %q has not what it should", got)
	}
}
