package settings_test

import (
	"flag"
	"io"
	"strings"
	"testing"

	"doorkey/cmd/internal/settings"
)

// A setting comes from a flag, or else the environment, or else the user file,
// or else it is the default; and one can see which.
func TestWhereASettingComesFrom(t *testing.T) {
	for _, test := range []struct {
		name      string
		flags     settings.Flags
		env       map[string]string
		file      string
		key       settings.Key
		value     string
		source    string // PATH stands for that of the file
		fixedThen bool
	}{
		{name: "nobody sets it", key: settings.KeyTheme, value: "system", source: "default"},
		{name: "the file", file: "# mine\n\ntheme = \"dark\"\n", key: settings.KeyTheme, value: "dark", source: "PATH:3"},
		{name: "the environment over the file", env: map[string]string{"DOORKEY_THEME": "light"}, file: `theme = "dark"`,
			key: settings.KeyTheme, value: "light", source: "DOORKEY_THEME", fixedThen: true},
		{name: "a flag over both", flags: settings.Flags{settings.KeyTheme: "dark"}, env: map[string]string{"DOORKEY_THEME": "light"},
			file: `theme = "light"`, key: settings.KeyTheme, value: "dark", source: "--theme", fixedThen: true},
		{name: "an empty flag is no flag", flags: settings.Flags{settings.KeyTheme: ""}, env: map[string]string{"DOORKEY_THEME": "light"},
			key: settings.KeyTheme, value: "light", source: "DOORKEY_THEME", fixedThen: true},
		{name: "empty in the file is not in it", file: `theme = ""`, key: settings.KeyTheme, value: "system", source: "default"},
		{name: "the secret", env: map[string]string{"AUTH_LOGTO_SECRET": "s3cret"}, key: settings.KeyClientSecret, value: "[redacted]",
			source: "AUTH_LOGTO_SECRET", fixedThen: true},
		{name: "true", file: "tray = true", key: settings.KeyTray, value: "true", source: "PATH:1"},
		{name: "false over true", env: map[string]string{"DOORKEY_TRAY": "0"}, file: "tray = true", key: settings.KeyTray, value: "false",
			source: "DOORKEY_TRAY", fixedThen: true},
		{name: "neither", key: settings.KeyTray, value: "false", source: "default"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := homeWith(t, test.file)
			s, err := settings.Read(test.flags, env(test.env))
			if err != nil {
				t.Fatal(err)
			}
			line := lineOf(t, s, test.key)
			source := s.Source(test.key)
			if line.Value != test.value || line.Source != source {
				t.Errorf("%s = %q from %v, want %q", test.key, line.Value, line.Source, test.value)
			}
			if want := strings.Replace(test.source, "PATH", path, 1); source.String() != want {
				t.Errorf("it comes from %s, want %s", source, want)
			}
			if source.Fixed() != test.fixedThen {
				t.Errorf("fixed: %v", source.Fixed())
			}
		})
	}
}

func lineOf(t *testing.T, s settings.Settings, key settings.Key) settings.Line {
	t.Helper()
	for _, line := range s.Redacted() {
		if line.Key == key {
			return line
		}
	}
	t.Fatalf("%s is not listed", key)
	return settings.Line{}
}

// all has every setting of the file, in each layer its own.
var all = `issuer = "https://id.example.test/oidc"
client-id = "app"
device-client-id = "device-app"
redirect-uri = "http://127.0.0.1:4711/callback"
scopes = "custom_data  urn:logto:scope:sessions"
resources = "https://api.example.test urn:x"
session-lifetime = "30d"
language = "zh-Hans"
theme = "dark"
tray = true
browser = "firefox --private-window"
proxy = "socks5://proxy.example.test:1080"
ca-file = ` + rootFile + `
storage = "file"
storage-folder = ` + rootFile + `
storage-key-file = ` + rootFile + `
storage-key-command = "pass show doorkey"
`

func TestEverySettingFromEachPlace(t *testing.T) {
	env := env(map[string]string{
		"AUTH_LOGTO_ISSUER": "https://id.example.test/oidc", "AUTH_LOGTO_ID": "app", "AUTH_LOGTO_REDIRECT_URI": "http://127.0.0.1:4711/callback",
		"AUTH_LOGTO_DEVICE_ID": "device-app", "AUTH_LOGTO_SCOPES": "custom_data  urn:logto:scope:sessions", "AUTH_LOGTO_RESOURCES": "https://api.example.test urn:x",
		"DOORKEY_SESSION_LIFETIME": "30d",
		"DOORKEY_LANGUAGE":         "zh-Hans", "DOORKEY_THEME": "dark", "DOORKEY_TRAY": "true", "DOORKEY_BROWSER": "firefox --private-window",
		"DOORKEY_PROXY": "socks5://proxy.example.test:1080", "DOORKEY_CA_FILE": strings.Trim(rootFile, "'"),
		"DOORKEY_STORAGE": "file", "DOORKEY_STORAGE_FOLDER": strings.Trim(rootFile, "'"), "DOORKEY_STORAGE_KEY_FILE": strings.Trim(rootFile, "'"),
		"DOORKEY_STORAGE_KEY_COMMAND": "pass show doorkey",
	})
	flags := settings.Flags{}
	command := flag.NewFlagSet("doorkey", flag.ContinueOnError)
	command.SetOutput(io.Discard)
	for _, line := range (settings.Settings{}).Redacted() {
		if line.Key == settings.KeyTray {
			command.BoolFunc(string(line.Key), "", flags.Setter(line.Key))
		} else {
			command.Func(string(line.Key), "", flags.Setter(line.Key))
		}
	}
	if err := command.Parse([]string{
		"--issuer=https://id.example.test/oidc", "--client-id=app", "--device-client-id=device-app", "--scopes=custom_data  urn:logto:scope:sessions",
		"--resources=https://api.example.test urn:x", "--session-lifetime=30d", "--redirect-uri=http://127.0.0.1:4711/callback", "--language=zh-Hans", "--theme=dark",
		"--tray", "--browser=firefox --private-window", "--proxy=socks5://proxy.example.test:1080", "--ca-file=" + strings.Trim(rootFile, "'"),
		"--storage=file", "--storage-folder=" + strings.Trim(rootFile, "'"), "--storage-key-file=" + strings.Trim(rootFile, "'"),
		"--storage-key-command=pass show doorkey",
	}); err != nil {
		t.Fatal(err)
	}
	want := `issuer="https://id.example.test/oidc" client-id="app" device-client-id="device-app" redirect-uri="http://127.0.0.1:4711/callback" ` +
		`scopes="custom_data  urn:logto:scope:sessions" resources="https://api.example.test urn:x" session-lifetime="30d" language="zh-Hans" theme="dark" ` +
		`tray="true" browser="firefox --private-window" proxy="socks5://proxy.example.test:1080" ca-file=`
	for _, place := range []struct {
		name  string
		flags settings.Flags
		env   func(string) string
		file  string
		layer settings.Layer
	}{
		{"flags", flags, nothing, "", settings.Flag},
		{"environment", nil, env, "", settings.Environment},
		{"file", nil, nothing, all, settings.UserFile},
	} {
		t.Run(place.name, func(t *testing.T) {
			homeWith(t, place.file)
			s, err := settings.Read(place.flags, place.env)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.String(); !strings.HasPrefix(got, want) || s.CAFile != strings.Trim(rootFile, "'") || !s.Tray ||
				s.Storage != "file" || s.StorageFolder != s.CAFile || s.StorageKeyFile != s.CAFile || s.StorageKeyCommand != "pass show doorkey" {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			for _, line := range s.Redacted() {
				if line.Key != settings.KeyClientSecret && line.Source.Layer != place.layer {
					t.Errorf("%s comes from %s", line.Key, line.Source)
				}
			}
		})
	}
}

func TestASecretIsNoFlag(t *testing.T) {
	home(t)
	if err := (settings.Flags{}).Setter(settings.KeyClientSecret)("s3cret"); err == nil || !strings.Contains(err.Error(), "AUTH_LOGTO_SECRET") {
		t.Errorf("error = %v", err)
	}
	s, err := settings.Read(settings.Flags{settings.KeyClientSecret: "s3cret"}, nothing)
	if err == nil || s.ClientSecret != "" || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("%q, %v", s.ClientSecret, err)
	}
}

func TestAFlagIsCheckedAtOnce(t *testing.T) {
	flags := settings.Flags{}
	if err := flags.Setter(settings.KeyTheme)("purple"); err == nil || len(flags) > 0 {
		t.Errorf("%v, %v", flags, err)
	}
}

func TestComplete(t *testing.T) {
	if (settings.Settings{Issuer: "x"}).Complete() || (settings.Settings{ClientID: "y"}).Complete() {
		t.Error("complete with half")
	}
	if !(settings.Settings{Issuer: "x", ClientID: "y"}).Complete() {
		t.Error("not complete with both")
	}
}

// Load is for who wants nothing but to sign in.
func TestLoadTakesFlagsBeforeTheEnvironment(t *testing.T) {
	homeWith(t, `client-id = "file-id"`)
	env := env(map[string]string{
		"AUTH_LOGTO_ISSUER":       "https://env.example.test/oidc",
		"AUTH_LOGTO_ID":           "env-id",
		"AUTH_LOGTO_SECRET":       "env-secret",
		"AUTH_LOGTO_REDIRECT_URI": "http://localhost:3000/cb",
	})
	got := settings.Load(settings.Settings{Issuer: "https://flag.example.test/oidc", ClientSecret: "on the command line"}, env)
	if got.Issuer != "https://flag.example.test/oidc" || got.ClientID != "env-id" || got.ClientSecret != "env-secret" || got.RedirectURI != "http://localhost:3000/cb" {
		t.Errorf("got %v", got)
	}
	if got := settings.Load(settings.Settings{}, nothing); got.ClientID != "" {
		t.Errorf("got %v", got)
	}
}

// A service may have no home at all.
func TestWithoutAHome(t *testing.T) {
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData"} {
		t.Setenv(name, "")
	}
	s, err := settings.Read(nil, env(map[string]string{"AUTH_LOGTO_ISSUER": "https://id.example.test/oidc"}))
	if err != nil || s.Issuer == "" {
		t.Errorf("%v, %v", s, err)
	}
	if err := settings.Save(func(f *settings.File) { f.Theme = "dark" }); err == nil || !strings.Contains(err.Error(), "folder") {
		t.Errorf("saved: %v", err)
	}
}
