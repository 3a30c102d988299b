package demo_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"doorkey/auth/demo"
)

func TestUserinfo(t *testing.T) {
	l := newLab(t, demo.Config{})
	picture := l.Endpoint() + "/pictures/lisi.png"
	for _, test := range []struct {
		name, person, scope string
		want                map[string]any
	}{
		{"a person who has all", "lisi", "openid email identities custom_data", map[string]any{
			"sub": "ls3v9c5t0r8b", "email": "lisi@example.test", "email_verified": true, "custom_data": map[string]any{}, "sso_identities": []any{},
			"identities": map[string]any{"wecom": map[string]any{
				"userId": "LiSi",
				"details": map[string]any{
					"id": "LiSi", "name": "李四", "email": "lisi@example.test", "phone": "8613800000000", "avatar": picture,
					"rawData": map[string]any{"userid": "LiSi", "name": "李四", "email": "lisi@example.test", "mobile": "8613800000000", "avatar": picture},
				},
			}},
		}},
		{"a person of whom WeCom tells nothing", "wangxiaoming", "openid identities", map[string]any{
			"sub": "wx6p1n7d2j4h", "sso_identities": []any{},
			"identities": map[string]any{"wecom": map[string]any{
				"userId":  "WangXiaoming",
				"details": map[string]any{"id": "WangXiaoming", "name": "王小明", "rawData": map[string]any{"userid": "WangXiaoming", "name": "王小明"}},
			}},
		}},
		{"no more than the scopes allow", "lisi", "openid", map[string]any{"sub": "ls3v9c5t0r8b"}},
		{"organizations", "lisi", "openid urn:logto:scope:organizations", map[string]any{
			"sub": "ls3v9c5t0r8b", "organizations": []any{}, "organization_data": []any{},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := l.in(t)
			got := l.userinfo(l.signIn(test.person, request{"scope": test.scope, "prompt": "login"}).AccessToken)
			if got.status != http.StatusOK {
				t.Fatalf("%d %s", got.status, got.body)
			}
			if diff := cmp.Diff(test.want, got.json(t)); diff != "" {
				t.Errorf("claims (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUserinfoRefusals(t *testing.T) {
	l := newLab(t, demo.Config{})
	got := l.signIn("lisi", nil)
	for name, token := range map[string]string{
		"a bogus token":   "bogus",
		"an ID token":     got.IDToken,
		"a refresh token": got.RefreshToken,
		"no token":        "",
	} {
		answer := l.userinfo(token)
		answer.wantError(t, 401, "invalid_token")
		if !strings.HasPrefix(answer.header.Get("WWW-Authenticate"), "Bearer ") {
			t.Errorf("%s: WWW-Authenticate %q", name, answer.header.Get("WWW-Authenticate"))
		}
	}
	l.mustRefresh(got.RefreshToken) // showing it there did no harm

	noOpenID := l.signIn("lisi", request{"scope": "profile"})
	if noOpenID.IDToken != "" {
		t.Error("an ID token without openid")
	}
	l.userinfo(noOpenID.AccessToken).wantError(t, 403, "insufficient_scope")
}

func TestPictureIsServed(t *testing.T) {
	l := newLab(t, demo.Config{})
	picture := part(t, l.signIn("lisi", nil).IDToken, 1)["picture"].(string)
	got := l.get(picture)
	if got.status != 200 || got.header.Get("Content-Type") != "image/png" || !strings.HasPrefix(string(got.body), "\x89PNG") {
		t.Errorf("%s: %d %s", picture, got.status, got.header.Get("Content-Type"))
	}
}
