package loopback_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"doorkey/auth/loopback"
)

// Windows has cmd.exe run a batch file, to which the & of every query begins a
// command.
func TestNoBatchFileIsABrowser(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"browser.bat", "browser.CMD"} {
		program := filepath.Join(dir, name)
		if err := os.WriteFile(program, []byte("@echo %1 >"+filepath.Join(dir, "ran")+"\r\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("BROWSER", program)
		if err := loopback.OpenBrowser(t.Context(), hostile); err == nil || !strings.Contains(err.Error(), "batch file") {
			t.Errorf("%s: error = %v", name, err)
		}
		if _, err := loopback.Browser(); err == nil {
			t.Errorf("%s would be opened", name)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "ran")); err == nil {
		t.Error("a batch file ran")
	}
}
