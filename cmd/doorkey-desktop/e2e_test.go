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
	"sync"
	"testing"
	"time"

	"doorkey/auth/demo"
	"doorkey/cmd/internal/baked"

	"github.com/chromedp/chromedp"
)

// The whole way, with nothing stood in for but the person: the built program
// in a real window, a real browser, a real keychain. Only Logto and WeCom are
// the demo's.
func TestSignInEndToEnd(t *testing.T) {
	t.Parallel()
	needPort(t)
	d := newDesk(t)
	browser := newBrowser(t)
	d.env = append(d.env, "BROWSER="+browser.command)

	first := d.start(t, "--demo", "--sign-in=wecom")
	tab := browser.goes(t)
	wantLoopback(t, first)
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
	d.shows(t, "张三", "signed-in")
	wantStored(t, d.ring, true)
	browser.forget(t)
	first.quit(t)

	second := d.start(t, "--demo", "--sign-in=wecom")
	d.shows(t, "张三", "restarted")
	if browser.wasOpened() {
		t.Error("the second start opened a browser")
	}

	d.click(t, "Sign out")
	d.shows(t, "More ways to sign in", "signed-out")
	wantStored(t, d.ring, false)
	second.quit(t)
	for _, run := range []*process{first, second} {
		run.wantClean(t)
	}
}

// forge sends what any web page or program on this computer could send to the
// program while it waits. None of it may end the sign-in.
func forge(t testing.TB, redirectURI string) {
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

// demoPort is had by one test at a time.
var demoPort sync.Mutex

// needPort waits for the tests before that use the demo's port. It fails where
// another demo runs: the second start would then be at another issuer, and
// rightly know nobody.
func needPort(t testing.TB) {
	t.Helper()
	demoPort.Lock()
	t.Cleanup(demoPort.Unlock)
	for limit := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) { // another package's tests end
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", demo.DefaultPort))
		if err == nil {
			l.Close()
			return
		}
		if time.Now().After(limit) {
			t.Fatalf("port %d is in use: close the other doorkey-desktop --demo, then run this test again", demo.DefaultPort)
		}
	}
}

func TestWithoutADisplay(t *testing.T) {
	t.Parallel()
	program := buildProgram(t)
	for name, env := range map[string][]string{
		"none":               {"DISPLAY=", "WAYLAND_DISPLAY="},
		"one that is gone":   {"DISPLAY=:4711", "WAYLAND_DISPLAY="},
		"one that is broken": {"DISPLAY=nonsense", "WAYLAND_DISPLAY="},
		"Wayland that died":  {"DISPLAY=", "WAYLAND_DISPLAY=/nowhere/wayland-0"},
	} {
		for _, args := range [][]string{nil, {"--demo"}, {"--demo", "--background"}} {
			t.Run(strings.Join(append(args, name), " "), func(t *testing.T) {
				env := append(env, "HOME="+t.TempDir(), "XDG_RUNTIME_DIR="+t.TempDir(), // libwayland complains without one
					"XDG_CONFIG_HOME=", "XDG_CACHE_HOME=", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere/bus")
				run := start(t, env, program, args...)
				if status := run.wait(t); status != 2 {
					t.Errorf("exit status %d, want 2", status)
				}
				if said := run.said(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "display") {
					t.Errorf("said %q, want one line about the display", said)
				}
			})
		}
	}
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	program := buildProgram(t)
	for _, test := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"--version"}, 0, "Doorkey 0.1.0"},
		{[]string{"--help"}, 0, "--sign-in[=wecom]"},
		{[]string{"--nonsense"}, 2, "-nonsense"},
		{[]string{"nonsense"}, 2, `unexpected "nonsense"`},
		{[]string{"--theme=loud"}, 2, `--theme: "loud" is not known`},
		{[]string{"--tray=maybe"}, 2, "--tray: "},
		{[]string{"--client-secret=hunter2"}, 2, "-client-secret"},
		{[]string{"--proxy=ftp://me:hunter2@proxy.example.test"}, 2, "--proxy: "},
	} {
		run := start(t, []string{"DISPLAY=", "WAYLAND_DISPLAY="}, program, test.args...)
		if status := run.wait(t); status != test.status || !strings.Contains(run.said(), test.says) {
			t.Errorf("%q: exit status %d, said %q", test.args, status, run.said())
		}
		if strings.Contains(run.said(), "hunter2") {
			t.Errorf("%q: said a secret: %q", test.args, run.said())
		}
		if status := run.wait(t); status != 0 && strings.Count(run.said(), "\n") != 2 {
			t.Errorf("%q: said %q, want one line and where to find help", test.args, run.said())
		}
	}
}

// The version stands in FyneApp.toml for fyne's packager, and in the program.
func TestVersionIsTheSameEverywhere(t *testing.T) {
	toml, err := os.ReadFile(filepath.Join("..", "..", "FyneApp.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{"ID": baked.ID(), "Name": baked.Name(), "Version": baked.Version()} {
		want := regexp.MustCompile(`(?m)^` + name + ` = "(.*)"`).FindSubmatch(toml)
		if want == nil || string(want[1]) != got {
			t.Errorf("%s: FyneApp.toml has %q, the program %q", name, want, got)
		}
	}
}
