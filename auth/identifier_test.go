package auth

import (
	"slices"
	"testing"
)

func TestIdentifiersAreExactOrLeftOut(t *testing.T) {
	for _, test := range []struct {
		name, told, want string
	}{
		{"plain", "admin", "admin"},
		{"in capitals", "Admin", "Admin"},
		{"with a blank behind it", "admin ", "admin "},
		{"of a language without capitals", "管理员", "管理员"},
		{"with a joiner, which shows", "a\u200db", "a\u200db"},
		{"empty", "", ""},
		{"of blanks", " \u00a0", ""},
		{"with NUL", "ad\x00min", ""},
		{"with a line feed", "admin\n", ""},
		{"with DEL", "admin\x7f", ""},
		{"with a C1 control", "admin\u0085", ""},
		{"with a line separator", "admin\u2028", ""},
		{"that turns the text around it", "\u202eadmin", ""},
		{"of which bytes are lost", "admin\ufffd", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newProfile(map[string]any{
				"sub": "u1", "username": test.told,
				"roles": []any{test.told}, "organizations": []any{test.told},
				"organization_roles": []any{test.told + ":editor"},
				"organization_data":  []any{map[string]any{"id": test.told, "name": " Acme\u202e"}, map[string]any{"id": "admin", "name": "Other"}},
				"identities":         map[string]any{"wecom": map[string]any{"userId": test.told, "details": map[string]any{"name": "\x00Li "}}},
			})
			if p.Username != test.want || p.WeCom.UserID != test.want || p.WeCom.Name != "Li" {
				t.Errorf("username %q, WeCom %+v", p.Username, *p.WeCom)
			}
			var roles []string
			if test.want != "" {
				roles = []string{test.want}
			}
			if !slices.Equal(p.Roles, roles) || len(p.Organizations) != len(roles) {
				t.Fatalf("roles %q, organizations %+v", p.Roles, p.Organizations)
			}
			for _, m := range p.Organizations {
				name := "Acme"
				if test.told == "admin" {
					name = "Other" // the last that is told
				}
				if m.ID != test.want || m.Name != name || !slices.Equal(m.Roles, []string{"editor"}) {
					t.Errorf("organization %+v", m)
				}
			}
		})
	}
}

func TestWhatToCallSomebody(t *testing.T) {
	for _, test := range []struct {
		profile Profile
		want    string
	}{
		{Profile{ID: "u1", Name: " Li\u202e\nSi\u2028 "}, "LiSi"},
		{Profile{ID: "u1", Name: "\u202e", Username: " li "}, "li"},
		{Profile{ID: " u1\u202d "}, "u1"},
		{Profile{ID: "\u202e\u202d"}, `"\u202e\u202d"`},
		{Profile{ID: " "}, `" "`},
		{Profile{}, ""},
	} {
		if got := test.profile.DisplayName(); got != test.want {
			t.Errorf("%+v is called %q, want %q", test.profile, got, test.want)
		}
	}
}

func TestTwoPeopleOfOneNameAreToldApart(t *testing.T) {
	err := &DifferentPersonError{Want: Profile{ID: "mallory"}, Got: Profile{ID: "mallory "}}
	if got := err.Error(); got != `mallory ("mallory ") signed in, where mallory ("mallory") had to: try again as the same person` {
		t.Error(got)
	}
}
