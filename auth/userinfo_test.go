package auth_test

import (
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

func everything(c *auth.Config) {
	c.Scopes = []string{"offline_access", "profile", "email", "phone", "identities", "roles",
		"urn:logto:scope:organizations", "urn:logto:scope:organization_roles"}
}

func TestUserInfo(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(everything)
	session := p.signIn(demotest.LiSi)
	if got := session.Profile; !slices.Equal(got.Roles, []string{"admin"}) || len(got.Organizations) != 1 ||
		got.Organizations[0].ID != acme || !slices.Equal(got.Organizations[0].Roles, []string{"editor"}) {
		t.Errorf("the ID token tells roles %q, organizations %+v", got.Roles, got.Organizations)
	}
	if session.Profile.WeCom != nil {
		t.Errorf("WeCom = %+v before UserInfo", session.Profile.WeCom)
	}
	profile, err := p.UserInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wecom := auth.WeComIdentity{UserID: "LiSi", Name: "李四", Email: "lisi@example.test", Phone: "8613800000000", Avatar: profile.Picture}
	if profile.WeCom == nil || *profile.WeCom != wecom || wecom.Avatar == "" {
		t.Errorf("WeCom = %+v, want %+v", profile.WeCom, wecom)
	}
	if got := profile.Organizations; len(got) != 1 || got[0].Name != "Acme" {
		t.Errorf("organizations = %+v", got)
	}
	if profile.CreatedAt.UTC() != time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC) {
		t.Errorf("created %v", profile.CreatedAt)
	}

	// It is kept: for watchers, for a start without a network, over a refresh.
	if got := p.State().Session.Profile; !reflect.DeepEqual(got, profile) {
		t.Errorf("state = %+v", got)
	}
	if after, err := w.program(nil).Session(t.Context()); err != nil || !reflect.DeepEqual(after.Profile, profile) {
		t.Errorf("stored: %+v, %v", after.Profile, err)
	}
	w.clock.advance(2 * time.Hour)
	p.mustToken()
	w.faults.Always("", demotest.Status(503))
	after, err := w.program(nil).Session(t.Context())
	if err != nil || !reflect.DeepEqual(after.Profile, profile) {
		t.Errorf("after a restart: %+v, %v", after.Profile, err)
	}
}

func TestUserInfoThatIsNoGood(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault demotest.Fault
		away  bool
		says  string
	}{
		{"about somebody else", demotest.Edit(func(m map[string]any) { m["sub"], m["name"] = "eve", "Eve" }), false, "somebody else"},
		{"about nobody", demotest.Edit(func(m map[string]any) { delete(m, "sub") }), false, "somebody else"},
		{"a web page", demotest.HTML(), true, "200"},
		{"503", demotest.Status(503), true, "503"},
		{"403", demotest.Refuse("insufficient_scope", 403), false, "403"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, demo.Config{})
			p := w.program(everything)
			before := p.signIn(demotest.LiSi)
			w.faults.Always("/oidc/me", test.fault)
			_, err := p.UserInfo(t.Context())
			var away *auth.UnreachableError
			if err == nil || errors.As(err, &away) != test.away || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error = %v, want one that says %q", err, test.says)
			}
			if got := p.State().Session.Profile; !reflect.DeepEqual(got, before.Profile) {
				t.Errorf("the profile was changed: %+v", got)
			}
		})
	}
	t.Run("with a token that was revoked, once", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		p := w.program(everything)
		p.signIn(demotest.LiSi)
		w.clock.advance(time.Minute)
		w.faults.Next("/oidc/me", demotest.Refuse("invalid_token", http.StatusUnauthorized))
		if _, err := p.UserInfo(t.Context()); err != nil {
			t.Error(err)
		}
	})
	t.Run("of somebody whose session has ended", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		p := w.program(everything)
		p.signIn(demotest.LiSi)
		w.clock.advance(time.Minute)
		w.Suspend(demotest.LiSi, true)
		w.faults.Next("/oidc/me", demotest.Refuse("invalid_token", http.StatusUnauthorized))
		if _, err := p.UserInfo(t.Context()); !errors.Is(err, auth.ErrSignedOut) {
			t.Errorf("error = %v", err)
		}
	})
	t.Run("for which there is no token", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		p := w.program(everything)
		p.signIn(demotest.LiSi)
		w.DenyAccess(demotest.LiSi, true)
		w.clock.advance(2 * time.Hour)
		_, err := p.UserInfo(t.Context())
		var denied *auth.AccessDeniedError
		var away *auth.UnreachableError
		if !errors.As(err, &denied) || errors.As(err, &away) {
			t.Errorf("error = %v, want an AccessDeniedError and no outage", err)
		}
	})
	t.Run("of nobody", func(t *testing.T) {
		if _, err := newWorld(t, demo.Config{}).program(nil).UserInfo(t.Context()); !errors.Is(err, auth.ErrSignedOut) {
			t.Errorf("error = %v", err)
		}
	})
}

type employee struct {
	ID    string   `json:"sub"`
	Email string   `json:"email"`
	Roles []string `json:"roles"`
}

func TestProfileMapper(t *testing.T) {
	w := newWorld(t, demo.Config{})
	mapped := func(c *auth.Config) {
		everything(c)
		c.ProfileMapper = func(p auth.Profile) (any, error) {
			if len(p.Roles) == 0 {
				return nil, errors.New("has no role here")
			}
			var e employee
			return &e, p.Decode(&e)
		}
	}
	p := w.program(mapped)
	session := p.signIn(demotest.LiSi)
	want := &employee{ID: session.Profile.ID, Email: "lisi@example.test", Roles: []string{"admin"}}
	if !reflect.DeepEqual(session.User, want) {
		t.Errorf("user = %+v, want %+v", session.User, want)
	}
	if session, err := w.program(mapped).Session(t.Context()); err != nil || !reflect.DeepEqual(session.User, want) {
		t.Errorf("after a restart: %+v, %v", session.User, err)
	}
	w.clock.advance(2 * time.Hour)
	p.mustToken()
	if got := p.State().Session.User; !reflect.DeepEqual(got, want) {
		t.Errorf("after a refresh: %+v", got)
	}

	p.browser = demotest.NewBrowser()
	w.faults.Reset()
	err := p.signInFails(demotest.ZhangSan)
	var refused *auth.ProfileError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "has no role here") {
		t.Errorf("error = %v", err)
	}
	if session, err := p.Session(t.Context()); err != nil || session.Profile.Name != "李四" {
		t.Errorf("the session before: %q, %v", session.Profile.Name, err)
	}
	until(t, "what was refused to be revoked", func() bool { return w.faults.Requests("/oidc/token/revocation") == 1 })
	p.mustToken()
}
