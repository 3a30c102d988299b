package settings_test

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"doorkey/cmd/internal/settings"
)

func TestWhereTheMachinesFileIs(t *testing.T) {
	for _, test := range []struct {
		name, goos string
		env        map[string]string
		want       []string
	}{
		{"Linux", "linux", nil, []string{"/etc/xdg/doorkey/settings.toml"}},
		{"FreeBSD", "freebsd", nil, []string{"/etc/xdg/doorkey/settings.toml"}},
		{"several folders", "linux", map[string]string{"XDG_CONFIG_DIRS": "/etc/xdg/kiosk:/usr/local/etc/xdg/"},
			[]string{"/etc/xdg/kiosk/doorkey/settings.toml", "/usr/local/etc/xdg/doorkey/settings.toml"}},
		{"folders that are none", "linux", map[string]string{"XDG_CONFIG_DIRS": ":.:etc:/etc/xdg:~/xdg"}, []string{"/etc/xdg/doorkey/settings.toml"}},
		{"macOS", "darwin", map[string]string{"XDG_CONFIG_DIRS": "/x"}, []string{"/Library/Application Support/doorkey/settings.toml"}},
		{"Windows", "windows", map[string]string{"ProgramData": `C:\ProgramData`}, []string{`C:\ProgramData\doorkey\settings.toml`}},
		{"Windows, as a service without an environment", "windows", nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := settings.MachinePaths(test.goos, env(test.env)); !slices.Equal(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// machine has files for everybody, the first of which counts most.
func machine(t *testing.T, files ...string) (getenv func(string) string, paths []string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("a list of folders with colons in their names")
	}
	var dirs []string
	for _, text := range files {
		dir := t.TempDir()
		path := filepath.Join(dir, "doorkey", "settings.toml")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		dirs, paths = append(dirs, dir), append(paths, path)
	}
	return env(map[string]string{"XDG_CONFIG_DIRS": strings.Join(dirs, ":")}), paths
}

// Each place counts more than those below it, setting by setting.
func TestTheOrderOfThePlaces(t *testing.T) {
	const key = settings.KeyClientID
	user := homeWith(t, "# x\nclient-id = \"user\"\n")
	getenv, paths := machine(t, "theme = \"dark\"\n", "theme = \"light\"\n\nclient-id = \"machine\"\n")
	withVariable := func(name string) string {
		if name == "AUTH_LOGTO_ID" {
			return "variable"
		}
		return getenv(name)
	}
	baked := settings.Baked("language = \"ja\"\nclient-id = \"baked\"")
	empty := func() { homeWith(t, "") }
	for _, step := range []struct {
		without func() // the place above
		flags   settings.Flags
		getenv  func(string) string
		baked   settings.Option
		want    string
		source  settings.Source
		fixed   bool
		preset  bool
	}{
		{func() {}, settings.Flags{key: "flag"}, withVariable, baked, "flag", settings.Source{Layer: settings.Flag, Where: "--client-id"}, true, true},
		{func() {}, nil, withVariable, baked, "variable", settings.Source{Layer: settings.Environment, Where: "AUTH_LOGTO_ID"}, true, true},
		{func() {}, nil, getenv, baked, "user", settings.Source{Layer: settings.UserFile, Where: user + ":2"}, false, true},
		{empty, nil, getenv, baked, "machine", settings.Source{Layer: settings.MachineFile, Where: paths[1] + ":3"}, false, true},
		{empty, nil, nothing, baked, "baked", settings.Source{Layer: settings.BakedIn, Where: "built in:2"}, false, true},
		{empty, nil, nothing, settings.Baked(""), "", settings.Source{}, false, false},
	} {
		step.without()
		s, err := settings.Read(step.flags, step.getenv, step.baked, settings.On("linux"))
		if err != nil {
			t.Fatal(err)
		}
		if s.ClientID != step.want || s.Source(key) != step.source || s.Source(key).Fixed() != step.fixed || s.Preset(key) != step.preset {
			t.Errorf("%q from %v (fixed %v, preset %v); want %+v", s.ClientID, s.Source(key), s.Source(key).Fixed(), s.Preset(key), step)
		}
		if step.want == "machine" && (s.Theme != "dark" || s.Source(settings.KeyTheme).Where != paths[0]+":1" || s.Language != "ja") {
			t.Errorf("the first folder and the program set %s, %s", s.Theme, s.Language)
		}
	}
}

func TestEverySettingOfTheMachineAndOfTheProgram(t *testing.T) {
	home(t)
	getenv, _ := machine(t, all)
	for name, read := range map[string]func() (settings.Settings, error){
		"machine": func() (settings.Settings, error) { return settings.Read(nil, getenv, settings.On("linux")) },
		"program": func() (settings.Settings, error) { return settings.Read(nil, nothing, settings.Baked(all)) },
	} {
		t.Run(name, func(t *testing.T) {
			s, err := read()
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range s.Redacted() {
				if line.Key != settings.KeyClientSecret && (line.Value == "" || line.Source.Layer == settings.Default || !s.Preset(line.Key)) {
					t.Errorf("%s = %q from %s", line.Key, line.Value, line.Source)
				}
			}
			if !s.Complete() {
				t.Error("there is something left to ask for")
			}
		})
	}
}

// What is wrong in them is told with its line, and a secret is in none.
func TestMistakesOfAnAdministrator(t *testing.T) {
	for name, test := range map[string]struct{ text, says string }{
		"an unknown key": {"theme = \"dark\"\nisuer = \"x\"\n", ":2: isuer: is not a setting"},
		"a wrong type":   {"\n\ntray = \"yes\"", ":3: tray: must be true or false"},
		"a wrong value":  {"proxy = \"http://zhang:s3cret@:1\"", ":1: proxy: "},
		"no TOML":        {"theme = \"dark\"\ntheme = dark", ":2: cannot be understood"},
		"the secret":     {"client-secret = \"s3cret\"", ":1: client-secret: a secret is not kept in this file"},
		"a section":      {"[Release]\nissuer = \"x\"", ":1: [ ] begins a section"},
		"not UTF-8":      {"# x\n\xff", ":2: is not text in UTF-8"},
		"a line break":   {"client-id = \"a\\nb\"", ":1: client-id: has characters that cannot be seen"},
	} {
		t.Run(name, func(t *testing.T) {
			home(t)
			getenv, paths := machine(t, test.text)
			_, machineErr := settings.Read(nil, getenv, settings.On("linux"))
			_, bakedErr := settings.Read(nil, nothing, settings.Baked(test.text))
			for where, err := range map[string]error{paths[0]: machineErr, "built in": bakedErr} {
				if err == nil || !strings.HasPrefix(err.Error(), "settings: "+where+test.says) {
					t.Errorf("%v\nlacks %q", err, where+test.says)
				}
				if err != nil && strings.Contains(err.Error(), "s3cret") {
					t.Errorf("%v\nshows the secret", err)
				}
			}
			if err := settings.Save(func(f *settings.File) { f.Theme = "dark" }); err != nil {
				t.Errorf("the person cannot save any more: %v", err)
			}
		})
	}
}

// Whoever may write the file could have programs run as somebody else.
func TestAFileOfNoAdministrator(t *testing.T) {
	home(t)
	getenv, paths := machine(t, "browser = \"evil\"\n")
	wantRefused := func(says string) {
		t.Helper()
		s, err := settings.Read(nil, getenv, settings.On("linux"))
		if err == nil || !strings.Contains(err.Error(), paths[0]+": "+says) || s.Browser != "" {
			t.Errorf("%q, %v; want %q", s.Browser, err, says)
		}
	}
	if err := os.Chmod(paths[0], 0o666); err != nil {
		t.Fatal(err)
	}
	wantRefused("is not used, since others than an administrator can write it")
	if err := os.Chmod(paths[0], 0o644); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	if err := os.Chown(paths[0], 4711, 4711); err != nil {
		t.Fatal(err)
	}
	wantRefused("is not used")
}

func TestAMachinesFileThatCannotBeRead(t *testing.T) {
	home(t)
	getenv, paths := machine(t, "")
	if err := os.Remove(paths[0]); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(paths[0], 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := settings.Read(nil, getenv, settings.On("linux")); err == nil || !strings.Contains(err.Error(), paths[0]+": cannot be read: is not a file") {
		t.Errorf("error = %v", err)
	}
}

// The person can have it as the system does, whatever an administrator has set.
func TestSystemAgainstAnAdministrator(t *testing.T) {
	homeWith(t, "browser = \"system\"\nca-file = \"system\"\nproxy = \"system\"\n")
	getenv, _ := machine(t, "browser = \"firefox\"\nproxy = \"none\"\nca-file = "+rootFile)
	s, err := settings.Read(nil, getenv, settings.On("linux"))
	if err != nil || s.Browser != "" || s.CAFile != "" || s.Proxy != "system" {
		t.Errorf("%v, %v", s, err)
	}
	if s.Source(settings.KeyBrowser).Layer != settings.UserFile {
		t.Errorf("the browser comes from %v", s.Source(settings.KeyBrowser))
	}
}
