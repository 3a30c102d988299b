package connect_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"doorkey/cmd/internal/connect"
	"doorkey/cmd/internal/network"
	"doorkey/cmd/internal/settings"
)

// It is only known of the application that it was written down with.
func TestTheLifetimeOfASession(t *testing.T) {
	const id = "issuer = \"https://id.example.test/oidc\"\nclient-id = \"app\"\n"
	for _, test := range []struct {
		name  string
		file  string
		flags settings.Flags
		env   map[string]string
		want  time.Duration
	}{
		{"is not known by itself", id, nil, nil, 0},
		{"as the file says", id + `session-lifetime = "30d"`, nil, nil, 30 * 24 * time.Hour},
		{"of another application", id + `session-lifetime = "30d"`, settings.Flags{settings.KeyClientID: "other"}, nil, 0},
		{"of another provider", id + `session-lifetime = "30d"`, nil, map[string]string{"AUTH_LOGTO_ISSUER": "https://other.example.test/oidc"}, 0},
		{"as the environment says, too", id + `session-lifetime = "30d"`, nil,
			map[string]string{"AUTH_LOGTO_ISSUER": "https://other.example.test/oidc", "DOORKEY_SESSION_LIFETIME": "1d"}, 24 * time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			home := t.TempDir()
			for _, name := range []string{"XDG_CONFIG_HOME", "HOME", "AppData"} {
				t.Setenv(name, home)
			}
			path, err := settings.Path()
			if err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(test.file), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := settings.Read(test.flags, func(name string) string { return test.env[name] })
			if err != nil {
				t.Fatal(err)
			}
			if got := connect.Config(s, network.New()).SessionLifetime; got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}
