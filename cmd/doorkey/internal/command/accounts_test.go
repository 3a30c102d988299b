package command

import (
	"errors"
	"testing"

	"doorkey/auth"
)

func TestWhoIsMeantIsComparedExactly(t *testing.T) {
	accounts := []accountView{
		{ID: "mallory "}, {ID: "mallory"}, {ID: "\u202emallory", Username: "Mal"}, {ID: "u4", Name: "Li", WeComID: "LiSi"},
	}
	for _, test := range []struct {
		who  string
		want string // the ID; "" for nobody
	}{
		{"mallory", "mallory"},
		{"mallory ", "mallory "},
		{"\u202emallory", "\u202emallory"},
		{"Mal", "\u202emallory"},
		{"LiSi", "u4"},
		{"lisi", ""},
		{" mallory", ""},
		{"Mallory", ""},
		{"", ""}, // which is also the username of those who have none
	} {
		found, err := oneOf(accounts, test.who)
		if found.ID != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%q: %q, %v; want %q", test.who, found.ID, err, test.want)
		}
	}
	if _, err := oneOf([]accountView{{ID: "u1"}}, ""); err == nil || errors.Is(err, auth.ErrNoAccount) {
		t.Errorf("nobody in particular: %v", err)
	}
}

func TestWhoIsPrintedIsFitForATerminal(t *testing.T) {
	for id, want := range map[string]string{
		"u1": "u1", "mallory\u202e": "mallory", "\u202e": `"\u202e"`,
	} {
		if got := (accountView{ID: id}).title(); got != want {
			t.Errorf("%q is printed as %q, want %q", id, got, want)
		}
	}
}
