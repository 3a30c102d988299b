package app

import (
	"strings"
	"testing"

	"doorkey/auth"
)

// What is shown of an ID is fit to be shown, and does not make two people one.
func TestPeopleWhoseIDsLookTheSame(t *testing.T) {
	people := []auth.Session{{Profile: auth.Profile{ID: "mallory", Name: "M"}}, {Profile: auth.Profile{ID: "mallory\u202e", Name: "M"}}}
	for i, line := range secondLines(people) {
		if line != "mallory" {
			t.Errorf("person %d has the second line %q", i, line)
		}
	}
	if nameless(people[0]) == nameless(people[1]) {
		t.Error("they share what is kept of them")
	}
	if a, b := apart(people[0].Profile, auth.Profile{ID: "\u202e", Name: "M"}); a == b || strings.Contains(a+b, "\u202e") {
		t.Errorf("called %q and %q", a, b)
	}
}

func TestAnIDIsRedactedAsItIsShown(t *testing.T) {
	var p private
	p.add(auth.Profile{ID: "mallory\u202e"})
	for _, text := range []string{"of mallory.", "of mallory\u202e."} {
		if got := p.redact(text); strings.Contains(got, "mallory") {
			t.Errorf("%q", got)
		}
	}
}
