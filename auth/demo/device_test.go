package demo_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"

	"github.com/google/go-cmp/cmp"
)

// deviceAuthorization is an answer of the device authorization endpoint with
// nothing but what Logto sends.
type deviceAuthorization struct {
	DeviceCode              string `json:"device_code"`
	UserCode                string `json:"user_code"`
	VerificationURI         string `json:"verification_uri"`
	VerificationURIComplete string `json:"verification_uri_complete"`
	ExpiresIn               int    `json:"expires_in"`
}

// device makes a device authorization request.
func (l *lab) device(scope string, more ...string) (d deviceAuthorization) {
	l.t.Helper()
	form := url.Values{"client_id": {demo.DeviceClientID}, "scope": {scope}}
	for i := 0; i < len(more); i += 2 {
		form.Add(more[i], more[i+1])
	}
	got := l.post("/oidc/device/auth", form)
	decoder := json.NewDecoder(strings.NewReader(string(got.body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil || got.status != http.StatusOK {
		l.t.Fatalf("%d %s: %v", got.status, got.body, err)
	}
	return d
}

func (l *lab) poll(d deviceAuthorization) answer {
	l.t.Helper()
	return l.post("/oidc/token", url.Values{
		"client_id": {demo.DeviceClientID}, "device_code": {d.DeviceCode},
		"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"},
	})
}

func (l *lab) scan(d deviceAuthorization, person string) {
	l.t.Helper()
	if err := demotest.Scan(l.t.Context(), l.browser, d.VerificationURIComplete, person); err != nil {
		l.t.Fatal(err)
	}
}

func TestDeviceAuthorizationIsLogtos(t *testing.T) {
	l := newLab(t, demo.Config{})
	got := l.post("/oidc/device/auth", url.Values{"client_id": {demo.DeviceClientID}, "scope": {"openid offline_access profile"}})
	ours, logtos := got.json(t), recorded(t, "device-authorization.json")
	if !slices.Equal(slices.Sorted(maps.Keys(ours)), slices.Sorted(maps.Keys(logtos))) {
		t.Errorf("%s", got.body)
	}
	if ours["expires_in"] != logtos["expires_in"] {
		t.Errorf("expires_in %v", ours["expires_in"])
	}
	code := ours["user_code"].(string)
	if !regexp.MustCompile(`^[B-DF-HJ-NP-TV-Z]{4}-[B-DF-HJ-NP-TV-Z]{4}$`).MatchString(code) {
		t.Errorf("user code %q", code)
	}
	if uri := l.Endpoint() + "/device"; ours["verification_uri"] != uri || ours["verification_uri_complete"] != uri+"?user_code="+code {
		t.Errorf("%s", got.body)
	}
	pending := l.poll(l.device("openid"))
	if diff := cmp.Diff(recorded(t, "device-token-pending.json"), pending.json(t)); pending.status != 400 || diff != "" {
		t.Errorf("%d, not as Logto (-): %s", pending.status, diff)
	}
}

func TestDeviceFlow(t *testing.T) {
	l := newLab(t, demo.Config{})
	l.client = demo.DeviceClientID
	d := l.device("openid offline_access profile", "nonce", "mine")
	l.poll(d).wantError(t, 400, "authorization_pending")
	l.scan(d, demotest.LiSi)
	got := l.poll(d).tokens(t)
	if got.RefreshToken == "" || got.Scope != "openid offline_access profile" {
		t.Errorf("refresh token %t, scope %q", got.RefreshToken != "", got.Scope)
	}
	token := l.verify(got.IDToken)
	if token.Subject != "ls3v9c5t0r8b" || token.Nonce != "" {
		t.Errorf("ID token of %q with nonce %q", token.Subject, token.Nonce)
	}
	next := l.mustRefresh(got.RefreshToken)
	if l.verify(next.IDToken).Nonce != "" {
		t.Error("the next ID token has a nonce")
	}
	l.post("/oidc/token", url.Values{"client_id": {demo.ClientID}, "grant_type": {"refresh_token"}, "refresh_token": {next.RefreshToken}}).wantError(t, 400, "invalid_grant")
	l.mustRefresh(next.RefreshToken) // which nobody else has used up
}

// Measured: who asks with a used code has lost the tokens, or is not who got
// them.
func TestADeviceCodeIsGoodOnce(t *testing.T) {
	l := newLab(t, demo.Config{})
	l.client = demo.DeviceClientID
	d := l.device("openid offline_access")
	l.scan(d, demotest.LiSi)
	got := l.poll(d).tokens(t)
	l.poll(d).wantError(t, 400, "invalid_grant")
	l.refresh(got.RefreshToken).wantError(t, 400, "invalid_grant")
}

func TestADeviceCodeExpires(t *testing.T) {
	l := newLab(t, demo.Config{})
	waiting, confirmed := l.device("openid"), l.device("openid")
	l.scan(confirmed, demotest.LiSi)
	l.clock.advance(10*time.Minute - time.Second)
	l.poll(waiting).wantError(t, 400, "authorization_pending")
	l.clock.advance(2 * time.Second)
	l.poll(waiting).wantError(t, 400, "expired_token")
	l.poll(confirmed).wantError(t, 400, "expired_token")
	if page := l.submit("/device", url.Values{"user_code": {waiting.UserCode}}); page.status != 422 || !strings.Contains(string(page.body), "has expired") {
		t.Errorf("%d %s", page.status, page.body)
	}
}

func TestWhoDeclinesSignsNobodyIn(t *testing.T) {
	l := newLab(t, demo.Config{})
	d := l.device("openid")
	if err := demotest.Decline(t.Context(), l.browser, d.VerificationURIComplete); err != nil {
		t.Fatal(err)
	}
	got := l.poll(d)
	got.wantError(t, 400, "access_denied")
	if got.json(t)["error_description"] != "End-User aborted interaction" {
		t.Errorf("%s", got.body)
	}
	l.poll(d).wantError(t, 400, "invalid_grant")
}

// What the browser's session is worth is the provider's to say: neither prompt
// nor max_age change that in the device flow.
func TestABrowserThatIsSignedInConfirmsOnly(t *testing.T) {
	l := newLab(t, demo.Config{})
	l.authorize(demotest.LiSi, nil)
	d := l.device("openid", "prompt", "login", "max_age", "0")
	l.scan(d, demotest.ZhangSan)
	l.client = demo.DeviceClientID
	if token := l.verify(l.poll(d).tokens(t).IDToken); token.Subject != "ls3v9c5t0r8b" {
		t.Errorf("%q", token.Subject)
	}
}

func TestDeviceFlowGoesStraightToWeCom(t *testing.T) {
	l := newLab(t, demo.Config{})
	d := l.device("openid", "direct_sign_in", "social:wecom", "ui_locales", "ja")
	page := l.get(d.VerificationURIComplete)
	if !strings.Contains(string(page.body), "別のデバイスでサインイン") || !strings.Contains(string(page.body), `value="`+d.UserCode+`"`) {
		t.Errorf("%s", page.body)
	}
	typed := strings.ToLower(strings.ReplaceAll(d.UserCode, "-", " "))
	if to := l.submit("/device", url.Values{"user_code": {typed}}).header.Get("Location"); !strings.HasPrefix(to, "/wecom/qrconnect?") {
		t.Errorf("led to %q", to)
	}
}

func TestEachClientHasItsOwnWayIn(t *testing.T) {
	l := newLab(t, demo.Config{})
	d := l.device("openid")
	for _, test := range []struct {
		path, code, says string
		status           int
		form             url.Values
	}{
		{"/oidc/device/auth", "invalid_request", "urn:ietf:params:oauth:grant-type:device_code is not allowed for this client", 400, url.Values{"client_id": {demo.ClientID}}},
		{"/oidc/device/auth", "invalid_client", "invalid client nobody", 400, url.Values{"client_id": {"nobody"}}},
		{"/oidc/device/auth", "invalid_client", "client authentication failed", 401, url.Values{"client_id": {demo.DeviceClientID}, "client_secret": {"x"}}},
		{"/oidc/device/auth", "invalid_target", "", 400, url.Values{"client_id": {demo.DeviceClientID}, "scope": {"openid"}, "resource": {"https://nowhere.test"}}},
		{"/oidc/token", "invalid_request", "requested grant type is not allowed for this client", 400, url.Values{
			"client_id": {demo.ClientID}, "device_code": {d.DeviceCode}, "grant_type": {"urn:ietf:params:oauth:grant-type:device_code"},
		}},
		{"/oidc/token", "invalid_grant", "", 400, url.Values{
			"client_id": {demo.DeviceClientID}, "device_code": {"bogus"}, "grant_type": {"urn:ietf:params:oauth:grant-type:device_code"},
		}},
	} {
		got := l.post(test.path, test.form)
		got.wantError(t, test.status, test.code)
		if says := got.json(t)["error_description"]; test.says != "" && says != test.says {
			t.Errorf("%v says %q", test.form, says)
		}
	}
	address, _ := l.authorizeURL(request{"client_id": demo.DeviceClientID})
	l.get(address).wantError(t, 400, "invalid_redirect_uri")
	l.poll(d).wantError(t, 400, "authorization_pending") // none of this has ended it
}

// The page that signs a device in works in the browser that has confirmed the
// code only.
func TestADevicePageIsBoundToItsBrowser(t *testing.T) {
	l := newLab(t, demo.Config{})
	d := l.device("openid")
	page := l.submit("/device", url.Values{"user_code": {d.UserCode}}).header.Get("Location")
	l.browser = demotest.NewBrowser()
	l.get(page).wantExpired(t)
	l.poll(d).wantError(t, 400, "authorization_pending")
}
