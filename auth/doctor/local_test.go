package doctor_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/doctor"
	"doorkey/auth/keychain"
	"doorkey/auth/loopback"
)

// local is a computer on which all is well.
func local() doctor.Local {
	return doctor.Local{
		Settings: []doctor.Setting{
			{"issuer", "https://id.example.test/oidc", "AUTH_LOGTO_ISSUER"}, {"theme", "system", ""}, {"client-id", "app", "/etc/xdg/doorkey/settings.toml:2"},
		},
		Browser:  func() (string, error) { return "/usr/bin/xdg-open", nil },
		Keychain: func(context.Context) (keychain.Probed, error) { return probed(time.Millisecond), nil },
		Session:  func(context.Context) (doctor.Session, error) { return doctor.Session{}, nil },
	}
}

func probed(took time.Duration) keychain.Probed {
	return keychain.Probed{Size: 8000, Items: 6, Write: took, Read: took, Delete: took}
}

// onlyHere looks at nothing but this computer.
func onlyHere(t *testing.T, l *doctor.Local) findings {
	t.Helper()
	return examine(t, doctor.Target{Issuer: "https://id.example.test/oidc", ClientID: "app", Local: l, HTTPClient: failing(errors.New("no network"))})
}

// The stand-in and this very computer, with the whole way back from a browser.
func TestAllIsWell(t *testing.T) {
	logto := demotest.Start(t, demo.Config{})
	l := local()
	found := examine(t, doctor.Target{Issuer: logto.Issuer(), ClientID: demo.ClientID, Local: &l})
	const want = "settings.ok reachable.ok discovery.ok jwks.ok client.ok redirect-uri.ok redirect-uri-ipv6.ok refresh-token.ok wecom.ok loopback.ok V6 browser.ok keychain.ok session.none"
	if got := strings.Replace(found.all(), found["loopback-ipv6"].Code, "V6", 1); got != want {
		t.Errorf("found %s\n want %s", got, want)
	}
	if code := found["loopback-ipv6"].Code; code != "loopback-ipv6.ok" && code != "loopback-ipv6.none" {
		t.Errorf("found %s", code)
	}
	if details := strings.Join(found["reachable"].Details, "\n"); !strings.Contains(details, "TCP: connected to 127.0.0.1:") {
		t.Errorf("details: %s", details)
	}
	if found["jwks"].Params["Algorithms"] != "ES384" {
		t.Errorf("it signs with %s", found["jwks"].Params["Algorithms"])
	}
}

// What is not given is not looked at.
func TestWhatIsLeftOut(t *testing.T) {
	setUp := "reachable discovery client redirect-uri redirect-uri-ipv6 wecom"
	always := "reachable discovery jwks client redirect-uri redirect-uri-ipv6 refresh-token wecom loopback loopback-ipv6 browser"
	l := local()
	for name, test := range map[string]struct {
		local *doctor.Local
		want  string
	}{
		"a first run":                 {nil, setUp},
		"a program without any of it": {new(doctor.Local), always},
		"broken settings":             {&doctor.Local{SettingsErr: errors.New("x")}, "settings " + always},
		"all":                         {&l, strings.Join(doctor.IDs(), " ")},
	} {
		if got := strings.Join(doctor.Target{Local: test.local}.IDs(), " "); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestSettings(t *testing.T) {
	for name, test := range map[string]struct {
		change  func(*doctor.Target)
		want    string
		telling []string
	}{
		"right": {func(*doctor.Target) {}, "settings.ok", []string{"issuer, client-id", "issuer = https://id.example.test/oidc (AUTH_LOGTO_ISSUER)", "client-id = app (/etc/xdg/doorkey/settings.toml:2)"}},
		"wrong": {func(t *doctor.Target) {
			t.Local.SettingsErr = errors.Join(errors.New(`settings: /home/x/settings.toml:2: isuer: is not a setting`), errors.New("settings: --proxy: no"))
		}, "settings.wrong", []string{"settings.toml:2", "also wrong: settings: --proxy: no"}},
		"missing":     {func(t *doctor.Target) { t.Issuer, t.ClientID = "", "" }, "settings.incomplete", []string{"issuer, client-id"}},
		"half":        {func(t *doctor.Target) { t.ClientID = "" }, "settings.incomplete", []string{"client-id"}},
		"a secret":    {func(t *doctor.Target) { t.HasSecret = true }, "settings.secret", []string{"Native"}},
		"nothing set": {func(t *doctor.Target) { t.Local.Settings = []doctor.Setting{{"theme", "system", ""}} }, "settings.default", nil},
		"words of a stranger": {func(t *doctor.Target) {
			t.Local.Settings = []doctor.Setting{{"browser", "a\n\u202eb" + strings.Repeat("x", 500), "/tmp/\x1b[31m"}}
		}, "settings.ok", []string{"a bxxx"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := local()
			target := doctor.Target{Issuer: "https://id.example.test/oidc", ClientID: "app", Local: &l, HTTPClient: failing(errors.New("no network"))}
			test.change(&target)
			c := examine(t, target)["settings"]
			told := c.Found + c.Remedy + strings.Join(c.Details, "\n")
			if c.Code != test.want {
				t.Errorf("found %s", c.Code)
			}
			for _, want := range test.telling {
				if !strings.Contains(told, want) {
					t.Errorf("%s\nlacks %q", told, want)
				}
			}
			if strings.Contains(told, "theme") && name == "right" {
				t.Errorf("%s\ntells what nobody has set", told)
			}
		})
	}
}

func TestLoopback(t *testing.T) {
	listen := func(number syscall.Errno) error {
		return &net.OpError{Op: "listen", Net: "tcp", Err: os.NewSyscallError("bind", number)}
	}
	for _, test := range []struct {
		name       string
		registered string
		v4, v6     error
		want       string
	}{
		{"all is well", "", nil, nil, "loopback.ok loopback-ipv6.ok"},
		{"a redirect URI of one's own", "http://127.0.0.1:8765/callback", nil, errors.New("not asked for"), "loopback.ok loopback-ipv6.not-needed"},
		{"no IPv6", "", nil, listen(syscall.EADDRNOTAVAIL), "loopback.ok loopback-ipv6.none"},
		{"no IPv6 on Windows", "", nil, listen(10049), "loopback.ok loopback-ipv6.none"},
		{"no IPv4", "", listen(syscall.EAFNOSUPPORT), nil, "loopback.no-ipv4 loopback-ipv6.ok"},
		{"neither", "", listen(syscall.EADDRNOTAVAIL), listen(syscall.EADDRNOTAVAIL), "loopback.none loopback-ipv6.none"},
		{"no IPv4, which is asked for", "http://127.0.0.1:8765/callback", listen(syscall.EADDRNOTAVAIL), nil, "loopback.none loopback-ipv6.not-needed"},
		{"a port that is taken", "http://localhost:3000/api/auth/callback/logto", listen(syscall.EADDRINUSE), nil, "loopback.taken loopback-ipv6.not-needed"},
		{"the same on Windows", "http://localhost:3000/cb", listen(10048), nil, "loopback.taken loopback-ipv6.not-needed"},
		{"a port that Windows has reserved", "http://127.0.0.1:50000/cb", listen(10013), nil, "loopback.reserved loopback-ipv6.not-needed"},
		{"a port for root only", "http://127.0.0.1:80/cb", &loopback.PortError{RedirectURI: "http://127.0.0.1:80/cb"}, nil, "loopback.denied loopback-ipv6.not-needed"},
		{"a firewall", "", loopback.ErrTimeout, context.DeadlineExceeded, "loopback.blocked loopback-ipv6.blocked"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := local().On(func(_ context.Context, redirectURI string) error {
				if strings.Contains(redirectURI, "[::1]") {
					return test.v6
				}
				return test.v4
			})
			found := examine(t, doctor.Target{RedirectURI: test.registered, Local: l, HTTPClient: failing(errors.New("no network"))})
			if got := found["loopback"].Code + " " + found["loopback-ipv6"].Code; got != test.want {
				t.Errorf("found %s, want %s", got, test.want)
			}
		})
	}
}

// The real one, where another program listens already.
func TestAFixedPortThatIsTaken(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	_, port, _ := net.SplitHostPort(other.Addr().String())
	l := local()
	target := doctor.Target{RedirectURI: "http://localhost:" + port + "/api/auth/callback/logto", Local: &l, HTTPClient: failing(errors.New("no network"))}
	c := examine(t, target)["loopback"]
	if c.Code != "loopback.taken" || c.Params["Port"] != port {
		t.Errorf("found %s: %s", c.Code, c.Found)
	}
	other.Close()
	if c := examine(t, target)["loopback"]; c.Code != "loopback.ok" {
		t.Errorf("found %s: %s (%v)", c.Code, c.Found, c.Err)
	}
}

func TestBrowser(t *testing.T) {
	l := local()
	onlyHere(t, &l).want(t, "browser browser.ok")
	l.Browser = func() (string, error) { return "", errors.New("there is no xdg-open") }
	onlyHere(t, &l).want(t, "browser browser.none")
	t.Setenv("BROWSER", "no-such-browser")
	l.Browser = nil
	if c := onlyHere(t, &l)["browser"]; c.Code != "browser.none" || !strings.Contains(c.Found, "no-such-browser") {
		t.Errorf("found %s: %s", c.Code, c.Found)
	}
}

func TestKeychain(t *testing.T) {
	for name, test := range map[string]struct {
		probed keychain.Probed
		err    error
		want   string
	}{
		"well":      {probed(20 * time.Millisecond), nil, "keychain.ok"},
		"slow":      {probed(1500 * time.Millisecond), nil, "keychain.slow"},
		"none":      {keychain.Probed{}, fmt.Errorf("keychain: probe: %w: no D-Bus", keychain.ErrUnavailable), "keychain.unavailable"},
		"locked":    {keychain.Probed{}, fmt.Errorf("keychain: probe: %w", keychain.ErrLocked), "keychain.locked"},
		"stuck":     {keychain.Probed{}, fmt.Errorf("keychain: probe: %w", keychain.ErrTimeout), "keychain.timeout"},
		"forgetful": {keychain.Probed{}, errors.New("keychain: probe: it has lost what was stored in it"), "keychain.failed"},
	} {
		t.Run(name, func(t *testing.T) {
			l := local()
			l.Keychain = func(context.Context) (keychain.Probed, error) { return test.probed, test.err }
			onlyHere(t, &l).want(t, "keychain "+test.want)
		})
	}
}

func TestSession(t *testing.T) {
	for name, test := range map[string]struct {
		session doctor.Session
		err     error
		want    string
	}{
		"somebody":        {doctor.Session{SignedIn: true, Until: time.Now()}, nil, "session.ok"},
		"for how long":    {doctor.Session{SignedIn: true}, nil, "session.known"},
		"nobody":          {doctor.Session{}, nil, "session.none"},
		"ended":           {doctor.Session{Ended: "invalid_grant"}, nil, "session.ended"},
		"no access":       {doctor.Session{SignedIn: true, Denied: errors.New("access_denied")}, nil, "session.denied"},
		"in memory":       {doctor.Session{SignedIn: true, Memory: keychain.ErrLocked}, nil, "session.memory"},
		"cannot be known": {doctor.Session{}, errors.New("the session is damaged"), "session.unreadable"},
	} {
		t.Run(name, func(t *testing.T) {
			l := local()
			l.Session = func(context.Context) (doctor.Session, error) { return test.session, test.err }
			onlyHere(t, &l).want(t, "session "+test.want)
		})
	}
}

func TestACheckAsJSON(t *testing.T) {
	l := local()
	l.Keychain = func(context.Context) (keychain.Probed, error) { return keychain.Probed{}, keychain.ErrLocked }
	data, err := json.Marshal(onlyHere(t, &l)["keychain"])
	const want = `{"id":"keychain","status":"failed","code":"keychain.locked","looked":"write, read, delete in the system's keychain",` +
		`"found":"the keychain is locked, and was not unlocked","remedy":"Unlock it in the program that keeps it, such as Passwords and Keys, KDE Wallet, KeePassXC or Keychain Access, then try again.","error":"the store is locked"}`
	if err != nil || string(data) != want {
		t.Errorf("%s, %v\nwant %s", data, err, want)
	}
}

func TestFilesInPlaceOfTheKeychain(t *testing.T) {
	for want, wrong := range map[string]error{"keychain.files": nil, "keychain.files-failed": errors.New("other users can read it")} {
		t.Run(want, func(t *testing.T) {
			l := local()
			l.Keychain = func(context.Context) (keychain.Probed, error) {
				t.Error("the keychain was looked at")
				return keychain.Probed{}, nil
			}
			l.Files = func(context.Context) (string, error) { return "/data/doorkey", wrong }
			onlyHere(t, &l).want(t, "keychain "+want)
		})
	}
}
