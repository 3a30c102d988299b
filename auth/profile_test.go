package auth

import (
	"reflect"
	"testing"
)

func TestProfiles(t *testing.T) {
	for _, test := range []struct {
		name   string
		claims map[string]any
		want   Profile
		call   string // DisplayName
	}{
		{"a WeCom user of whom Logto knows the name",
			map[string]any{"sub": "u1", "name": "张三", "username": nil, "email": nil, "phone_number": nil, "picture": nil},
			Profile{ID: "u1", Name: "张三"}, "张三"},
		{"nothing but an ID", map[string]any{"sub": "u1"}, Profile{ID: "u1"}, "u1"},
		{"a username", map[string]any{"sub": "u1", "username": "zs", "email": "z@example.test"},
			Profile{ID: "u1", Username: "zs", Email: "z@example.test"}, "zs"},
		{"a username by its standard name", map[string]any{"sub": "u1", "preferred_username": "zs"},
			Profile{ID: "u1", Username: "zs"}, "zs"},
		{"an e-mail address", map[string]any{"sub": "u1", "email": "z@example.test", "phone_number": "86100"},
			Profile{ID: "u1", Email: "z@example.test", Phone: "86100"}, "z@example.test"},
		{"claims of the wrong type", map[string]any{"sub": "u1", "name": 42, "email": []any{"x"}, "picture": true},
			Profile{ID: "u1"}, "u1"},
		{"a name that turns the text around it", map[string]any{"sub": "u1", "name": " Eve\u202e\nnimda\u0000 "},
			Profile{ID: "u1", Name: "Evenimda"}, "Evenimda"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := newProfile(test.claims)
			test.want.Claims = test.claims
			if !reflect.DeepEqual(got, test.want) || got.DisplayName() != test.call {
				t.Errorf("got %+v, called %q; want %+v, called %q", got, got.DisplayName(), test.want, test.call)
			}
		})
	}
}
