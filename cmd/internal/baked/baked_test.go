package baked_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"doorkey/cmd/internal/baked"
	"doorkey/cmd/internal/settings"
)

// childVariable makes the test binary tell what it was built with.
const childVariable = "BAKED_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		_, _ = os.Stdout.WriteString(baked.Settings())
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestNothingIsBakedInByItself(t *testing.T) {
	if text := baked.Settings(); text != "" {
		t.Errorf("%q", text)
	}
}

// What the package's comment says is what works.
func TestTheReleaseSectionOfFyneAppToml(t *testing.T) {
	if testing.Short() || runtime.GOOS == "windows" {
		t.Skip("builds a program, with a shell")
	}
	dir := t.TempDir()
	const fyneApp = `[Details]
Name = "Doorkey"
ID = "dev.doorkey.desktop"

[Release]
# The company's.
issuer = "https://id.example.test/oidc"
client-id = "app"

[LinuxAndBSD]
GenericName = "Sign-in"
`
	if err := os.WriteFile(filepath.Join(dir, "FyneApp.toml"), []byte(fyneApp), 0o600); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "program")
	build := exec.CommandContext(t.Context(), "sh", "-c", `
		baked=$(awk '/^\[/ { in_it = $0 == "[Release]"; next } in_it && !/^#/' "$1/FyneApp.toml")
		go test -c -vet=off -o "$2" -ldflags "-X 'doorkey/cmd/internal/baked.settings=$baked'" .`, "sh", dir, program)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	run := exec.CommandContext(t.Context(), program)
	run.Env = append(os.Environ(), childVariable+"=1")
	text, err := run.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData"} {
		t.Setenv(name, dir)
	}
	s, err := settings.Read(nil, func(string) string { return "" }, settings.Baked(string(text)))
	if err != nil || s.Issuer != "https://id.example.test/oidc" || s.ClientID != "app" {
		t.Errorf("%q: %v, %v", text, s, err)
	}
	if from := s.Source(settings.KeyClientID).String(); !strings.HasPrefix(from, "built in") {
		t.Errorf("it comes from %s", from)
	}
}
