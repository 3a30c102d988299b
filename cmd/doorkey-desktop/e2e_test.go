//go:build linux

package main_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"doorkey/auth/demo"
	"doorkey/auth/keychain/keychaintest"

	"github.com/chromedp/chromedp"
)

// The whole way, with nothing stood in for but the person: the built program
// in a real window, a real browser, a real keychain. Only Logto and WeCom are
// the demo's.
func TestSignInEndToEnd(t *testing.T) {
	needPort(t, demo.DefaultPort)
	program := buildProgram(t)
	screen := startScreen(t)
	ring := keychaintest.Start(t)
	browser := newBrowser(t)
	env := append(ring.Env(), "DISPLAY="+screen.display, "BROWSER="+browser.command, "LANG=en_US.UTF-8", "LC_ALL=", "LANGUAGE=", "FYNE_THEME=light", "WAYLAND_DISPLAY=")

	first := start(t, env, program, "--demo", "--sign-in=wecom")
	tab := browser.goes(t)
	forge(t, browser.url(t).Query().Get("redirect_uri"))
	tab.pick(t, "zhangsan")
	heading, body := tab.text(t, "h1"), tab.text(t, "body")
	if heading != "Return to Doorkey" {
		t.Errorf("the browser ends on %q", heading)
	}
	if regexp.MustCompile(`(?i)signed in|success|welcome`).MatchString(body) {
		t.Errorf("the page claims what is not known yet: %q", body)
	}
	if address := tab.address(t); !regexp.MustCompile(`^http://127\.0\.0\.1:\d+/callback$`).MatchString(address) {
		t.Errorf("the address bar shows %q, want the callback without code and state", address)
	}
	if radius := do(t, tab, chromedp.Evaluate[string](`getComputedStyle(document.querySelector("main")).borderRadius`)); radius != "12px" {
		t.Errorf("the page's own style was not applied (radius %q)", radius)
	}
	screen.shows(t, "张三", "signed-in")
	wantStored(t, ring, true)
	browser.forget(t)
	first.quit(t)

	second := start(t, env, program, "--demo", "--sign-in=wecom")
	screen.shows(t, "张三", "restarted")
	if browser.wasOpened() {
		t.Error("the second start opened a browser")
	}

	screen.press(t, "Tab", "space") // Sign out is the one button there
	screen.shows(t, "More ways to sign in", "signed-out")
	wantStored(t, ring, false)
	second.quit(t)
	for _, run := range []*process{first, second} {
		run.wantClean(t)
	}
}

// forge sends what any web page or program on this computer could send to the
// program while it waits. None of it may end the sign-in.
func forge(t *testing.T, redirectURI string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	for _, request := range []string{
		redirectURI,
		redirectURI + "?error=access_denied",
		redirectURI + "?code=stolen&state=guess",
		strings.TrimSuffix(redirectURI, "callback"),
		strings.TrimSuffix(redirectURI, "callback") + "?error=x",
	} {
		resp, err := client.Get(request)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode < 400 || resp.StatusCode > 499 {
			t.Errorf("GET %s was answered %s", request, resp.Status)
		}
	}
}

// needPort fails where another demo runs: the second start would then be at
// another issuer, and rightly know nobody.
func needPort(t *testing.T, port int) {
	t.Helper()
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatalf("port %d is in use: close the other doorkey-desktop --demo, then run this test again", port)
	}
	l.Close()
}

func wantStored(t *testing.T, ring *keychaintest.Keyring, want bool) {
	t.Helper()
	var names []string
	limit := time.Now().Add(10 * time.Second)
	for {
		names = nil
		for _, item := range ring.Items(t) {
			if item.Service != "doorkey" {
				continue // a browser may keep a key of its own there
			}
			names = append(names, item.Name)
			if item.Size > 2000 {
				t.Errorf("%s has %d bytes, more than fit everywhere", item.Name, item.Size)
			}
		}
		if len(names) > 0 == want || time.Now().After(limit) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if len(names) > 0 != want {
		t.Errorf("the keychain holds %q, want a session: %v", names, want)
	}
}

func TestWithoutADisplay(t *testing.T) {
	program := buildProgram(t)
	for name, env := range map[string][]string{
		"none":               {"DISPLAY=", "WAYLAND_DISPLAY="},
		"one that is gone":   {"DISPLAY=:4711", "WAYLAND_DISPLAY="},
		"one that is broken": {"DISPLAY=nonsense", "WAYLAND_DISPLAY="},
		"Wayland that died":  {"DISPLAY=", "WAYLAND_DISPLAY=/nowhere/wayland-0"},
	} {
		t.Run(name, func(t *testing.T) {
			env = append(env, "HOME="+t.TempDir(), "XDG_RUNTIME_DIR="+t.TempDir()) // libwayland complains without one
			run := start(t, env, program, "--demo")
			if status := run.wait(t); status != 2 {
				t.Errorf("exit status %d, want 2", status)
			}
			if said := run.said(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "display") {
				t.Errorf("said %q, want one line about the display", said)
			}
		})
	}
}

func TestCommandLine(t *testing.T) {
	program := buildProgram(t)
	for _, test := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"--version"}, 0, "Doorkey 0.1.0"},
		{[]string{"--help"}, 0, "--sign-in[=wecom]"},
		{[]string{"--nonsense"}, 2, "--nonsense"},
		{[]string{"nonsense"}, 2, "nonsense"},
	} {
		run := start(t, []string{"DISPLAY=", "WAYLAND_DISPLAY="}, program, test.args...)
		if status := run.wait(t); status != test.status || !strings.Contains(strings.ReplaceAll(run.said(), "-nonsense", "--nonsense"), test.says) {
			t.Errorf("%q: exit status %d, said %q", test.args, status, run.said())
		}
	}
}

// A setting that cannot work is said in one line, and nothing is opened.
func TestSettingsThatCannotWork(t *testing.T) {
	program := buildProgram(t)
	screen := startScreen(t)
	run := start(t, []string{"DISPLAY=" + screen.display, "WAYLAND_DISPLAY=", "HOME=" + t.TempDir(), "AUTH_LOGTO_ISSUER=http://id.example.test/oidc", "AUTH_LOGTO_ID=app"}, program)
	if status := run.wait(t); status != 1 {
		t.Errorf("exit status %d, want 1", status)
	}
	if said := run.said(); !strings.Contains(said, "Issuer") || !strings.Contains(said, "https") {
		t.Errorf("said %q", said)
	}
}

// The version stands in FyneApp.toml for fyne's packager, and in the program.
func TestVersionIsTheSameEverywhere(t *testing.T) {
	toml, err := os.ReadFile(filepath.Join("..", "..", "FyneApp.toml"))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ID", "Name", "Version"} {
		want := regexp.MustCompile(`(?m)^` + name + ` = "(.*)"`).FindSubmatch(toml)
		got := regexp.MustCompile(`(?m)^\s*app` + name + `\s*= "(.*)"`).FindSubmatch(source)
		if want == nil || got == nil || string(want[1]) != string(got[1]) {
			t.Errorf("%s: FyneApp.toml has %q, main.go %q", name, want, got)
		}
	}
}
