package doctor_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"go.uber.org/goleak"

	"doorkey/auth/doctor"
)

// seen are the codes that any test has had from a Check.
var seen sync.Map

// TestMain looks for goroutines left behind, and after all tests for codes
// that none of them has seen: a sentence nobody has read.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(exit int) {
		if exit == 0 && flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == "" {
			for _, code := range doctor.Codes() {
				if _, ok := seen.Load(code); !ok {
					fmt.Println("no test has seen", code)
					exit = 1
				}
			}
		}
		os.Exit(exit)
	}))
}

// findings are the checks of one Run by their ID.
type findings map[string]doctor.Check

// examine runs all checks and looks at what must be true of each.
func examine(t *testing.T, target doctor.Target) findings {
	t.Helper()
	return examineWithin(t, 10*time.Second, target)
}

// examineWithin is examine for servers that keep one waiting.
func examineWithin(t *testing.T, timeout time.Duration, target doctor.Target) findings {
	t.Helper()
	var reported []doctor.Check
	checks := doctor.RunWithin(t.Context(), target, timeout, func(c doctor.Check) { reported = append(reported, c) })
	if len(reported) != len(checks) {
		t.Errorf("%d checks were reported, %d returned", len(reported), len(checks))
	}
	var ids []string
	found := findings{}
	for i, c := range checks {
		if fmt.Sprint(c) != fmt.Sprint(reported[i]) {
			t.Errorf("reported %v, returned %v", reported[i], c)
		}
		sane(t, c)
		ids = append(ids, c.ID)
		found[c.ID] = c
	}
	if !slices.Equal(ids, target.IDs()) {
		t.Errorf("checks %q, want all of %q in this order", ids, target.IDs())
	}
	return found
}

// sane is what must be true of every Check.
func sane(t *testing.T, c doctor.Check) {
	t.Helper()
	seen.Store(c.Code, true)
	if !slices.Contains(doctor.Codes(), c.Code) {
		t.Errorf("%s: the code %q is not among Codes", c.ID, c.Code)
	}
	if names := slices.Sorted(maps.Keys(c.Params)); !slices.Equal(names, doctor.ParamNames(c.Code)) {
		t.Errorf("%s: parameters %q, want %q", c.Code, names, doctor.ParamNames(c.Code))
	}
	texts := map[string]string{"Found": c.Found, "Remedy": c.Remedy, "Looked": c.Looked}
	for name, value := range c.Params {
		texts[name] = value
		if value == "" {
			t.Errorf("%s: the parameter %s is empty", c.Code, name)
		}
	}
	for name, text := range texts {
		if strings.ContainsFunc(text, func(r rune) bool { return r != ' ' && !unicode.IsGraphic(r) }) || strings.Contains(text, "{{") {
			t.Errorf("%s: %s is not fit for one line: %q", c.Code, name, text)
		}
		if len([]rune(text)) > 900 {
			t.Errorf("%s: %s has %d characters", c.Code, name, len([]rune(text)))
		}
	}
	for _, line := range c.Details {
		if line == "" || strings.ContainsFunc(line, func(r rune) bool { return r != ' ' && !unicode.IsGraphic(r) }) {
			t.Errorf("%s: the detail %q is not fit for one line", c.Code, line)
		}
	}
	if troubled := c.Status == doctor.Failed || c.Status == doctor.Warning; troubled != (c.Remedy != "") {
		t.Errorf("%s is %v, and the remedy is %q", c.Code, c.Status, c.Remedy)
	}
	if c.Found == "" || c.Looked == "" && c.Code != "skipped" {
		t.Errorf("%s: looked at %q, found %q", c.Code, c.Looked, c.Found)
	}
}

// want compares the codes of checks, given as "id code".
func (f findings) want(t *testing.T, pairs ...string) {
	t.Helper()
	for _, pair := range pairs {
		id, code, _ := strings.Cut(pair, " ")
		if got := f[id]; got.Code != code {
			t.Errorf("%s: found %s: %s (%v), want %s", id, got.Code, got.Found, got.Err, code)
		}
	}
}

// all are the codes in order, for a person to read.
func (f findings) all() string {
	var codes []string
	for _, id := range doctor.IDs() {
		if c, is := f[id]; is {
			codes = append(codes, c.Code)
		}
	}
	return strings.Join(codes, " ")
}
