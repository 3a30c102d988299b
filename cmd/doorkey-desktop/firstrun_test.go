//go:build linux

package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// Where nothing is set, the window asks where to sign in, checks it while it is
// typed, and keeps it.
func TestFirstRun(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	logto := demotest.Start(t, demo.Config{})

	first := d.start(t)
	d.shows(t, "Where do you sign in?", "first-run")
	d.enter(t, logto.Endpoint())
	d.press(t, "Tab")
	d.enter(t, demo.ClientID)
	for _, check := range []string{"This is a Logto", "The App ID is known", "The redirect URI is registered", "WeCom is enabled"} {
		d.shows(t, check, "checked")
	}
	d.press(t, "Return")
	d.shows(t, "Continue with WeCom", "signed-out")
	wrote, err := os.ReadFile(d.settingsPath())
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range settingsFor(logto) {
		if !strings.Contains(string(wrote), line+"\n") {
			t.Errorf("the settings lack %s:\n%s", line, wrote)
		}
	}
	d.press(t, "Return") // the main way to sign in
	d.browser.signInAs(t, demotest.ZhangSan)
	d.titled(t, zhangSanTitle)
	first.quit(t)

	if err := os.Remove(d.settingsPath()); err != nil { // by their session alone nobody is known
		t.Fatal(err)
	}
	d.settings(t, string(wrote))
	second := d.start(t)
	d.titled(t, zhangSanTitle)
	d.press(t, "Tab")
	second.quit(t)
	first.wantSilent(t)
	second.wantSilent(t)
}

// Where an administrator has set it, nothing is asked, and a choice of the
// person's counts more.
func TestAnAdministratorHasSetItUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	logto := demotest.Start(t, demo.Config{})
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "doorkey"), 0o755); err != nil {
		t.Fatal(err)
	}
	file := strings.Join(settingsFor(logto, `theme = "dark"`), "\n")
	if err := os.WriteFile(filepath.Join(folder, "doorkey", "settings.toml"), []byte(file), 0o644); err != nil {
		t.Fatal(err)
	}
	d.env = append(d.env, "XDG_CONFIG_DIRS="+folder)

	p := d.start(t)
	d.shows(t, "Continue with WeCom", "signed-out")
	d.openSettings(t)
	d.choose(t, "Dark", "Light")
	wantInFile(t, d.settingsPath(), `theme = "light"`)
	p.quit(t)
	p.wantSilent(t)
}

// The other way on from there.
func TestFirstRunTriesTheDemo(t *testing.T) {
	t.Parallel()
	needPort(t)
	d := newDesk(t)
	tray := d.startTray(t)
	p := d.start(t)
	d.click(t, "Try the demo")
	d.shows(t, "Continue with WeCom", "signed-out")

	// The icon in the tray is the new window's from then on.
	d.click(t, "Continue with WeCom")
	d.browser.signInAs(t, demotest.ZhangSan)
	icon := tray.item(t)
	icon.says(t, "张三", "Open Doorkey", "Sign out", "Quit")
	icon.choose(t, "Sign out")
	icon.says(t, "Nobody is signed in", "Open Doorkey", "Sign out", "Quit")
	wantStored(t, d.ring, false)
	p.quit(t)
	p.wantClean(t)
	if _, err := os.Stat(d.settingsPath()); err == nil {
		t.Error("the demo is kept as where to sign in")
	}
}

// A setting that cannot work is said at the terminal and in the window, where it
// can be corrected; nothing is signed in to.
func TestSettingsThatCannotWork(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	logto := demotest.Start(t, demo.Config{})
	file := d.settings(t, `theme = "light"`, `langage = "en"`, `client-id = "app"`)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		env, args []string
		says      []string
		shows     string
		overrules string // what was entered
	}{
		"a line of the file":     {says: []string{file + ":2", "langage"}, shows: "settings.toml:2"},
		"one of the environment": {env: []string{"AUTH_LOGTO_ISSUER=http://id.example.test/oidc", "AUTH_LOGTO_ID=app"}, says: []string{"Issuer", "https"}, shows: "The issuer in the settings cannot work", overrules: "AUTH_LOGTO_ISSUER"},
		"a password":             {env: []string{"DOORKEY_PROXY=ftp://me:hunter2@proxy.example.test"}, says: []string{"DOORKEY_PROXY"}, shows: "proxy"},
	} {
		t.Run(name, func(t *testing.T) {
			env := append(d.env, test.env...)
			if name != "a line of the file" {
				env = append(env, "XDG_CONFIG_HOME="+t.TempDir())
			}
			p := start(t, env, buildProgram(t), test.args...)
			d.shows(t, test.shows, strings.ReplaceAll(name, " ", "-"))
			if test.overrules != "" {
				d.press(t, "ctrl+a")
				d.enter(t, logto.Endpoint())
				d.press(t, "Tab", "ctrl+a")
				d.enter(t, demo.ClientID)
				d.press(t, "Return")
				d.shows(t, test.overrules, "overruled")
			}
			p.quit(t)
			p.wantClean(t)
			for _, words := range test.says {
				if !strings.Contains(p.said(), words) {
					t.Errorf("said %q, want %s in it", p.said(), words)
				}
			}
			for line := range strings.Lines(withoutKnown(p.said())) {
				if !strings.HasPrefix(line, "doorkey-desktop: ") {
					t.Errorf("a line is %q", line)
				}
			}
			if strings.Contains(p.said(), "hunter2") {
				t.Errorf("said a password: %q", p.said())
			}
		})
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("the file is now %q, %v", after, err)
	}
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) != 1 {
		t.Errorf("beside the file there are %v, %v", entries, err)
	}
}
