package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEachCommandHasAPage(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1000000000")
	one, two := t.TempDir(), t.TempDir()
	for _, folder := range []string{one, two} {
		if err := write(folder); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"doorkey.1":                 "Exit status: 0 done",
		"doorkey-signin.1":          "--no-browser",
		"doorkey-token.1":           "exec-credential  what kubectl",
		"doorkey-accounts-switch.1": "WHO",
		"doorkey-setup.1":           "Management API",
		"doorkey-doctor.1":          "keychain",
	} {
		page, err := os.ReadFile(filepath.Join(one, name))
		if err != nil {
			t.Error(err)
			continue
		}
		if text := strings.ReplaceAll(string(page), `\`, ""); !strings.Contains(text, want) || !strings.Contains(text, "Sep 2001") {
			t.Errorf("%s has no %q, or no date:\n%s", name, want, text)
		}
		if again, _ := os.ReadFile(filepath.Join(two, name)); string(again) != string(page) {
			t.Errorf("%s is another one the second time", name)
		}
	}
}
