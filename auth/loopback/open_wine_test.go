//go:build windows && wine

package loopback_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"doorkey/auth/loopback"

	"golang.org/x/sys/windows/registry"
)

// Under Wine the test may name the browser of the system. (In Windows itself
// only the person can.)
func TestTheSystemsBrowserGetsTheURLAsItIs(t *testing.T) {
	program, args := browser(t, "browser")
	t.Setenv("BROWSER", "")
	for _, scheme := range []string{"https", "http"} {
		key, _, err := registry.CreateKey(registry.CLASSES_ROOT, scheme+`\shell\open\command`, registry.ALL_ACCESS)
		if err != nil {
			t.Fatal(err)
		}
		before, _, _ := key.GetStringValue("")
		if err := key.SetStringValue("", `"`+program+`" -- "%1"`); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = key.SetStringValue("", before)
			_ = key.Close()
		})
	}
	if err := loopback.OpenBrowser(t.Context(), hostile); err != nil {
		t.Fatal(err)
	}
	for range 100 { // it is not waited for
		if _, err := os.Stat(filepath.Join(filepath.Dir(program), "args")); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if got := args(); len(got) != 2 || got[0] != "--" || got[1] != safe {
		t.Errorf("arguments = %q, want %q", got, safe)
	}
}
