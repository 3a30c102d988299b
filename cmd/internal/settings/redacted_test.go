package settings_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"doorkey/cmd/internal/settings"
)

var secretive = settings.Settings{
	Issuer: "https://zhang:s3cret@id.example.test/oidc", ClientID: "app", ClientSecret: "s3cret", RedirectURI: "http://127.0.0.1/callback",
	Proxy: "http://zhang:s3@cret@proxy.example.test:8080", Theme: "dark", StorageKeyCommand: "echo s3cret",
}

func TestRedacted(t *testing.T) {
	var keys []string
	values := map[settings.Key]string{}
	for _, line := range secretive.Redacted() {
		keys = append(keys, string(line.Key))
		values[line.Key] = line.Value
		if line.Source.String() != "default" {
			t.Errorf("%s comes from %s", line.Key, line.Source)
		}
	}
	if got, want := strings.Join(keys, " "), "issuer client-id client-secret device-client-id redirect-uri scopes resources session-lifetime language theme tray browser proxy ca-file storage storage-folder storage-key-file storage-key-command"; got != want {
		t.Errorf("listed are %s", got)
	}
	for key, want := range map[settings.Key]string{
		settings.KeyIssuer: "https://[redacted]@id.example.test/oidc", settings.KeyClientID: "app", settings.KeyClientSecret: "[redacted]",
		settings.KeyProxy: "http://[redacted]@proxy.example.test:8080", settings.KeyTheme: "dark", settings.KeyTray: "false",
		settings.KeyRedirectURI: "http://127.0.0.1/callback", settings.KeyStorageKeyCommand: "echo [redacted]",
	} {
		if values[key] != want {
			t.Errorf("%s = %q, want %q", key, values[key], want)
		}
	}
	for _, line := range (settings.Settings{}).Redacted() {
		if line.Key == settings.KeyClientSecret && line.Value != "" {
			t.Error("a secret that is not set looks as if it were")
		}
	}
}

// However settings are printed, secrets are not.
func TestSettingsArePrintedWithoutSecrets(t *testing.T) {
	asJSON, err := json.Marshal(map[string]any{"s": secretive, "p": &secretive})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "s", secretive, "p", &secretive)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "s", secretive)
	for _, text := range []string{
		string(asJSON), log.String(), secretive.String(), secretive.GoString(),
		fmt.Sprintf("%v %+v %#v %s %q %d %x", secretive, secretive, secretive, secretive, secretive, secretive, secretive),
		fmt.Sprint(&secretive), secretive.LogValue().String(), fmt.Sprintf("%v", []settings.Settings{secretive}),
	} {
		if strings.Contains(text, "s3") || strings.Contains(text, fmt.Sprintf("%x", "s3")) || strings.Contains(text, "zhang") {
			t.Errorf("shows a secret: %s", text)
		}
		if !strings.Contains(text, "proxy.example.test") {
			t.Errorf("shows nothing: %s", text)
		}
	}
}
