//go:build linux && wine

// Package winetest runs programs for Windows in Wine, in the folder of Wine's
// that .ci/wine makes: its registry, its Credential Manager, its files. Their
// browser is a program of this computer.
//
// There is one such folder, so tests that use it run one after the other.
package winetest

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// need is what is said where .ci/wine has not been at work.
const need = "there is no Wine to test in: make test-wine"

// Build builds a program of this module as it is shipped, and returns its path.
func Build(t testing.TB, folder string, flags ...string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), filepath.Base(folder)+".exe")
	cmd := exec.Command("go", append(append([]string{"build", "-o", program}, flags...), "doorkey/"+folder)...)
	cmd.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0", "GOFLAGS=")
	if contains(flags, "-H windowsgui") {
		// clang takes a tenth of the time of mingw's own compiler, which links.
		cmd.Env = append(cmd.Env, "CGO_ENABLED=1", "CC=clang --target=x86_64-w64-mingw32")
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build %s: %v\n%s", folder, err, out)
	}
	return program
}

func contains(flags []string, word string) bool {
	return strings.Contains(strings.Join(flags, " "), word)
}

// Env returns the variables for a program in Wine, over os.Environ(). opener is
// a program named xdg-open, which Wine has open the addresses that a program
// has Windows open.
func Env(t testing.TB, opener string) []string {
	t.Helper()
	if os.Getenv("WINEPREFIX") == "" {
		t.Fatal(need)
	}
	if filepath.Base(opener) != "xdg-open" {
		t.Fatalf("%s: Wine looks for xdg-open", opener)
	}
	return []string{"PATH=" + filepath.Dir(opener) + ":" + os.Getenv("PATH"), "BROWSER=", "DOORKEY_BROWSER="}
}

// An Item is one secret in the Credential Manager.
type Item struct {
	Name string
	Size int // in bytes
}

var (
	itemName = regexp.MustCompile(`(?m)^HKEY_CURRENT_USER\\.*\\Generic: (.*?)\r?$`)
	password = regexp.MustCompile(`(?m)^ +Password +REG_BINARY +([0-9A-F]*)`)
)

// Items are the secrets there, as the registry has them: Wine encrypts each and
// keeps its length.
func Items(t testing.TB) (items []Item) {
	t.Helper()
	// Wine's own reg, so that nothing of this module is asked about itself.
	out, err := exec.Command("wine", "reg", "query", `HKCU\Software\Wine\Credential Manager`, "/s").Output()
	if err != nil {
		return nil // the key comes with the first secret
	}
	for _, at := range itemName.FindAllSubmatchIndex(out, -1) {
		item := Item{Name: string(out[at[2]:at[3]])}
		if value := password.FindSubmatch(out[at[1]:]); value != nil {
			item.Size = len(value[1]) / 2
		}
		items = append(items, item)
	}
	return items
}

// Largest is the largest of the items.
func Largest(items []Item) (largest Item) {
	for _, item := range items {
		if cmp.Compare(item.Size, largest.Size) > 0 {
			largest = item
		}
	}
	return largest
}
