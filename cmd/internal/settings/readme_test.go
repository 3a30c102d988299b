package settings_test

import (
	"os"
	"strings"
	"testing"

	"doorkey/cmd/internal/settings"
)

// The README has the one table of all settings. DOORKEY_GOLDEN=update writes it
// anew.
func TestTheTableInTheREADME(t *testing.T) {
	const path, from, to = "../../../README.md", "<!-- settings -->\n", "<!-- /settings -->\n"
	readme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(readme), from)
	table, after, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatalf("the README has no %s … %s", from, to)
	}
	if table == settings.Table() {
		return
	}
	if os.Getenv("DOORKEY_GOLDEN") != "update" {
		t.Fatalf("the README says\n%s\nwant\n%s", table, settings.Table())
	}
	if err := os.WriteFile(path, []byte(before+from+settings.Table()+to+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
