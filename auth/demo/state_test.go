package demo_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// restart closes a stand-in and starts another with the same folder, reached
// by the same browser at the same time of day.
func (l *lab) restart(cfg demo.Config) *lab {
	l.t.Helper()
	if err := l.Close(); err != nil {
		l.t.Fatal(err)
	}
	next := l.in(l.t)
	cfg.Clock = l.clock.now
	next.Server = demotest.Start(l.t, cfg)
	return next
}

func TestSurvivesARestart(t *testing.T) {
	cfg := demo.Config{StateDir: t.TempDir(), Port: freePort(t)}
	l := newLab(t, cfg)
	first := l.signIn("lisi", nil)
	answer, verifier := l.authorize("lisi", nil)
	keys := l.get("/oidc/jwks").json(t)

	l = l.restart(cfg)
	if diff := cmp.Diff(keys, l.get("/oidc/jwks").json(t)); diff != "" {
		t.Errorf("keys (-before +after):\n%s", diff)
	}
	if !l.signedIn() {
		t.Error("the browser is not signed in any more")
	}
	if got := l.userinfo(first.AccessToken); got.status != 200 {
		t.Errorf("access token: %d %s", got.status, got.body)
	}
	if got := l.redeem(answer.Get("code"), verifier); got.status != 200 {
		t.Errorf("code: %d %s", got.status, got.body)
	}
	second := l.mustRefresh(first.RefreshToken)
	if l.verify(second.IDToken).Nonce != "the-nonce" {
		t.Error("the nonce is forgotten")
	}

	// What was consumed stays so, and what was revoked too.
	l = l.restart(cfg)
	l.clock.advance(demo.ReuseGrace + time.Millisecond)
	l.refresh(first.RefreshToken).wantError(t, 400, "invalid_grant")
	l = l.restart(cfg)
	l.refresh(second.RefreshToken).wantError(t, 400, "invalid_grant")
}

func TestSignOutSurvivesARestart(t *testing.T) {
	cfg := demo.Config{StateDir: t.TempDir(), Port: freePort(t)}
	l := newLab(t, cfg)
	l.signIn("lisi", nil)
	l.get("/oidc/session/end?client_id=" + demo.ClientID)
	if l.restart(cfg).signedIn() {
		t.Error("signed in again by a restart")
	}
}

func TestMemoryIsForgotten(t *testing.T) {
	l := newLab(t, demo.Config{})
	token := l.signIn("lisi", nil).RefreshToken
	l.restart(demo.Config{}).refresh(token).wantError(t, 400, "invalid_grant")
}

func TestStateFileIsPrivateAndHoldsNoSecret(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	l := newLab(t, demo.Config{StateDir: dir})
	first := l.signIn("lisi", nil)
	second := l.mustRefresh(first.RefreshToken)
	answer, _ := l.authorize("lisi", nil)

	if got := files(t, dir); len(got) != 1 || got[0] != "state.json" {
		t.Errorf("the folder has %v", got)
	}
	if runtime.GOOS != "windows" {
		for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "state.json"): 0o600} {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: %v, %v", path, info.Mode(), err)
			}
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "state.json"))
	if err != nil || !json.Valid(data) {
		t.Fatalf("%v: %s", err, data)
	}
	secrets := []string{first.AccessToken, first.RefreshToken, second.AccessToken, second.RefreshToken, answer.Get("code")}
	for _, cookie := range l.browser.Jar.Cookies(l.newRequest("GET", "/oidc/auth", nil).URL) {
		secrets = append(secrets, cookie.Value)
	}
	if len(secrets) != 7 {
		t.Errorf("%d secrets are known to the test", len(secrets))
	}
	for i, secret := range secrets {
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("secret %d is in the file", i)
		}
	}
}

// What somebody tried out yesterday is still there after an upgrade. The file
// was written before there were resources and organizations; only its signing
// key was taken out.
func TestReadsTheFileOfAnEarlierVersion(t *testing.T) {
	const (
		consumed = "REeXTQR7lI6Gjwv0czTk1aW5nvix62dGRKxurUs9xaQ"
		lisi     = "_EJ4PbU9lOsQkE8dyA-1Taf2MSFsog3cPSsPoEI-W1k"
		access   = "Xq71mkv1kMhydZWin0Fi1WDE_u4iATP4PpFtY459yB0"
		zhangsan = "SmBFXJSrqRI_n8VKCtpMBC7ntrbKWpKKiTuufxocdAY" // asked for the organizations' resource
	)
	kept, err := os.ReadFile(filepath.Join("testdata", "state-v1.json"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "state.json"), kept, 0o600); err != nil {
		t.Fatal(err)
	}
	l := newLab(t, demo.Config{})
	l.clock = &clock{start: time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)}
	l.Server = demotest.Start(t, demo.Config{StateDir: dir, Clock: l.clock.now, Resources: apis, Organizations: organizations})

	if got := l.userinfo(access); got.status != 200 {
		t.Errorf("access token: %d %s", got.status, got.body)
	}
	token := part(t, l.mustRefresh(lisi).IDToken, 1)
	if token["sub"] != "ls3v9c5t0r8b" || token["nonce"] != "the-nonce" || token["auth_time"] == nil {
		t.Errorf("ID token %v", token)
	}
	got := l.refreshFor(zhangsan, url.Values{"organization_id": {"else"}}).tokens(t)
	l.wantAccessToken(got, map[string]any{"aud": "urn:logto:organization:else", "sub": "zs8k2m4x7q1a", "scope": ""})
	l.refreshFor(lisi, url.Values{"resource": {ordersAPI}}).wantError(t, 400, "invalid_target") // it never asked

	l.refresh(consumed).wantError(t, 400, "invalid_grant")
	l.refresh(lisi).wantError(t, 400, "invalid_grant")
	if l.Revoked() != 1 {
		t.Errorf("%d grants revoked", l.Revoked())
	}
}

func TestDamagedStateIsPutAside(t *testing.T) {
	for name, damaged := range map[string]string{
		"half a file":          `{"version":1,"keys":[`,
		"no JSON":              "\x00\x00",
		"nothing":              "",
		"another version":      `{"version":2,"keys":[],"grants":{},"sessions":{}}`,
		"a grant that is null": `{"version":1,"keys":[],"grants":{"x":null},"sessions":{}}`,
		"a grant without maps": `{"version":1,"keys":[],"grants":{"x":{}},"sessions":{}}`,
		"no grants":            `{"version":1,"keys":[],"grants":null,"sessions":{}}`,
		"a public key":         `{"version":1,"keys":[{"kty":"EC","alg":"ES384","crv":"P-384","kid":"x","x":"E3hrK1eUt4CcYNxFdJnJ3h-G_YvtyqEmHVAoddSxaseODs7gdzdQf_1wFiudf13q","y":"sqhVl8k9SwBrN4eKxSlRdQIREvw1ZAYHTzc7lt9b4sSNtEqKWai_AnVQ6y8-Guau"}],"grants":{},"sessions":{}}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "state.json")
			if err := os.WriteFile(path, []byte(damaged), 0o600); err != nil {
				t.Fatal(err)
			}
			var log bytes.Buffer
			l := newLab(t, demo.Config{StateDir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			l.signIn("lisi", nil)
			if aside, err := os.ReadFile(path + ".damaged"); err != nil || string(aside) != damaged {
				t.Errorf("put aside: %q, %v", aside, err)
			}
			if strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), "starting afresh") {
				t.Errorf("log %q", log.String())
			}
		})
	}
}

func TestStateDirThatCannotBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := demo.Start(demo.Config{Port: -1, StateDir: file}); err == nil {
		s.Close()
		t.Error("no error")
	}
}

// A demo left running forgets what nobody can use any more.
func TestStateDoesNotGrowForEver(t *testing.T) {
	dir := t.TempDir()
	l := newLab(t, demo.Config{StateDir: dir})
	wantKept := func(grants, sessions int) {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(dir, "state.json"))
		if err != nil {
			t.Fatal(err)
		}
		var kept struct{ Grants, Sessions map[string]any }
		if err := json.Unmarshal(data, &kept); err != nil || len(kept.Grants) != grants || len(kept.Sessions) != sessions {
			t.Errorf("%d grants and %d sessions are kept, not %d and %d: %v", len(kept.Grants), len(kept.Sessions), grants, sessions, err)
		}
	}
	const signIns = 5
	for range signIns {
		l.signIn("lisi", request{"prompt": "login consent"})
	}
	wantKept(signIns, 1) // in one browser

	l.clock.advance(15 * 24 * time.Hour)
	l.signIn("lisi", nil)
	wantKept(1, 1)
}

func files(t testing.TB, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}
