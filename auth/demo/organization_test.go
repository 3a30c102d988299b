package demo_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"doorkey/auth/demo"
)

const (
	organizationsScope     = "urn:logto:scope:organizations"
	organizationRolesScope = "urn:logto:scope:organization_roles"
)

var organizations = []demo.Organization{
	{ID: "acme", Name: "Acme", Members: []string{"lisi", "zhangsan"}, Roles: []string{"admin", "editor"}, Scopes: []string{"invite", "delete"}},
	{ID: "else", Name: "Somebody else", Members: []string{"zhangsan"}, Roles: []string{"admin"}, Scopes: []string{"invite"}},
	{ID: "bare", Name: "Bare", Members: []string{"lisi"}},
}

func TestOrganizationClaims(t *testing.T) {
	l := newLab(t, demo.Config{Organizations: organizations, Roles: map[string][]string{"lisi": {"manager", "buyer"}}})
	data := func(id, name string) any { return map[string]any{"id": id, "name": name, "description": nil} }
	for _, test := range []struct {
		name, person, scope string
		claims, userinfo    map[string]any
	}{
		{"of a member of two", "lisi", organizationsScope,
			map[string]any{"organizations": []any{"acme", "bare"}},
			map[string]any{"organization_data": []any{data("acme", "Acme"), data("bare", "Bare")}}},
		{"of a member of none", "wangxiaoming", organizationsScope + " " + organizationRolesScope + " roles",
			map[string]any{"organizations": []any{}, "organization_roles": []any{}, "roles": []any{}},
			map[string]any{"organization_data": []any{}}},
		{"roles in organizations", "lisi", organizationRolesScope,
			map[string]any{"organization_roles": []any{"acme:admin", "acme:editor"}}, nil},
		{"roles in two", "zhangsan", organizationRolesScope,
			map[string]any{"organization_roles": []any{"acme:admin", "acme:editor", "else:admin"}}, nil},
		{"roles", "lisi", "roles", map[string]any{"roles": []any{"manager", "buyer"}}, nil},
		{"no more than the scopes allow", "lisi", "", map[string]any{}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := l.in(t)
			got := l.signIn(test.person, request{"scope": "openid offline_access " + test.scope, "prompt": "login consent"})
			want := func(name string, claims, more map[string]any) {
				t.Helper()
				for _, always := range []string{"iss", "sub", "aud", "exp", "iat", "nonce"} {
					delete(claims, always)
				}
				expected := make(map[string]any)
				for _, part := range []map[string]any{test.claims, more} {
					for k, v := range part {
						expected[k] = v
					}
				}
				if diff := cmp.Diff(expected, claims); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			want("ID token", part(t, got.IDToken, 1), nil)
			want("refreshed ID token", part(t, l.mustRefresh(got.RefreshToken).IDToken, 1), nil)
			want("userinfo", l.userinfo(got.AccessToken).json(t), test.userinfo)
		})
	}
}

func TestOrganizationTokens(t *testing.T) {
	for _, test := range []struct {
		name     string
		resource string // at authorize
		asked    url.Values
		want     map[string]any
	}{
		{"without the resource there are no permissions", "",
			url.Values{"organization_id": {"acme"}},
			map[string]any{"aud": "urn:logto:organization:acme", "scope": ""}},
		{"another resource gives none", ordersAPI,
			url.Values{"organization_id": {"acme"}},
			map[string]any{"aud": "urn:logto:organization:acme", "scope": ""}},
		{"with it there are those asked for by name", organizationsAPI,
			url.Values{"organization_id": {"acme"}},
			map[string]any{"aud": "urn:logto:organization:acme", "scope": "delete"}},
		{"and fewer where the refresh asks for fewer", organizationsAPI,
			url.Values{"organization_id": {"acme"}, "scope": {"openid"}},
			map[string]any{"aud": "urn:logto:organization:acme", "scope": ""}},
		{"an organization with no permissions", organizationsAPI,
			url.Values{"organization_id": {"bare"}},
			map[string]any{"aud": "urn:logto:organization:bare", "scope": ""}},
		{"for a resource in an organization", ordersAPI + " " + organizationsAPI,
			url.Values{"organization_id": {"acme"}, "resource": {ordersAPI}},
			map[string]any{"aud": ordersAPI, "organization_id": "acme", "scope": "read:orders"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t, demo.Config{Organizations: organizations, Resources: apis})
			first := l.signIn("lisi", request{
				"scope":    "openid offline_access read:orders delete " + organizationsScope,
				"resource": test.resource,
			})
			answer := l.refreshFor(first.RefreshToken, test.asked)
			if answer.status != 200 {
				t.Fatalf("%d %s", answer.status, answer.body)
			}
			got := answer.tokens(t)
			test.want["sub"] = "ls3v9c5t0r8b"
			l.wantAccessToken(got, test.want)
			if got.RefreshToken == first.RefreshToken || got.RefreshToken == "" || got.IDToken == "" {
				t.Errorf("refresh token rotated %t, ID token %t", got.RefreshToken != first.RefreshToken, got.IDToken != "")
			}
			l.wantOpaque(l.mustRefresh(got.RefreshToken), "openid offline_access "+organizationsScope)
		})
	}
}

// FACTS: a bad organization does not consume the token.
func TestOrganizationRefusals(t *testing.T) {
	for _, test := range []struct{ name, scope, organization, want string }{
		{"the scope was not asked for", "openid offline_access", "acme", "insufficient_scope"},
		{"nor for a stranger", "openid offline_access", "nobody", "insufficient_scope"},
		{"a stranger", "openid offline_access " + organizationsScope, "else", "access_denied"},
		{"no such organization", "openid offline_access " + organizationsScope, "nobody", "access_denied"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t, demo.Config{Organizations: organizations})
			first := l.signIn("lisi", request{"scope": test.scope, "resource": organizationsAPI})
			l.refreshFor(first.RefreshToken, url.Values{"organization_id": {test.organization}}).wantError(t, 403, test.want)
			l.clock.advance(demo.ReuseGrace + time.Millisecond)
			l.mustRefresh(first.RefreshToken)
		})
	}
}

// A resource that was not asked for is looked at after the token was consumed,
// in an organization too.
func TestResourceNotAskedForInAnOrganization(t *testing.T) {
	l := newLab(t, demo.Config{Organizations: organizations, Resources: apis})
	first := l.signIn("lisi", request{"scope": "openid offline_access " + organizationsScope})
	l.refreshFor(first.RefreshToken, url.Values{"organization_id": {"acme"}, "resource": {ordersAPI}}).wantError(t, 400, "invalid_target")
	l.clock.advance(demo.ReuseGrace + time.Millisecond)
	l.refresh(first.RefreshToken).wantError(t, 400, "invalid_grant")
}

// What another application's refresh token could do is not told.
func TestOrganizationOfAnothersToken(t *testing.T) {
	l := newLab(t, demo.Config{Organizations: organizations, Web: &demo.WebApplication{ID: "web", Secret: "x", RedirectURI: callback}})
	token := l.signIn("lisi", nil).RefreshToken
	web := l.in(t)
	web.client, web.basic = "web", "x"
	web.refreshFor(token, url.Values{"organization_id": {"nobody"}}).wantError(t, 400, "invalid_grant")
	l.DenyAccess("lisi", true)
	web.refresh(token).wantError(t, 400, "invalid_grant")
}

func TestConfigSpeaksOfPeopleThereAre(t *testing.T) {
	for name, cfg := range map[string]demo.Config{
		"a member":        {Port: -1, Organizations: []demo.Organization{{ID: "acme", Members: []string{"nobody"}}}},
		"somebody's role": {Port: -1, Roles: map[string][]string{"nobody": {"manager"}}},
	} {
		s, err := demo.Start(cfg)
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), `"nobody"`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
