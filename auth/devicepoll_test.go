package auth_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"doorkey/auth"
	"doorkey/auth/keychain"
)

// scripted is a provider without a network: it says what a test tells it to,
// and notes when it was asked for tokens.
type scripted struct {
	device string   // the device authorization response
	status int      // of that; 0 is 200
	kind   string   // its Content-Type; "" is JSON
	tokens []string // answers of the token endpoint in turn; the last one again and again
	begun  time.Time
	polls  []time.Duration // when they came
}

const goodDevice = `{"device_code":"the-device-code","user_code":"DMGM-WKGB","verification_uri":"https://id.test/device","verification_uri_complete":"https://id.test/device?user_code=DMGM-WKGB","expires_in":600}`

func (s *scripted) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := func(status int, kind, body string) (*http.Response, error) {
		return &http.Response{
			StatusCode: status, Header: http.Header{"Content-Type": {kind}}, Request: r,
			Body: io.NopCloser(strings.NewReader(body)),
		}, nil
	}
	const asJSON = "application/json"
	switch r.URL.Path {
	case "/oidc/.well-known/openid-configuration":
		endpoint := `,"device_authorization_endpoint":"https://id.test/oidc/device/auth"`
		if s.device == "" {
			endpoint = ""
		}
		return answer(200, asJSON, `{"issuer":"https://id.test/oidc","authorization_endpoint":"https://id.test/oidc/auth","token_endpoint":"https://id.test/oidc/token","jwks_uri":"https://id.test/oidc/jwks"`+endpoint+`}`)
	case "/oidc/device/auth":
		kind := s.kind
		if kind == "" {
			kind = asJSON
		}
		return answer(max(s.status, 200), kind, s.device)
	case "/oidc/token":
		s.polls = append(s.polls, time.Since(s.begun))
		next := s.tokens[0]
		if len(s.tokens) > 1 {
			s.tokens = s.tokens[1:]
		}
		if next == "" {
			return nil, errors.New("no route to host")
		}
		if next == "hang" {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		return answer(400, asJSON, `{"error":"`+next+`","error_description":"no"}`)
	}
	return answer(404, asJSON, "{}")
}

// signIn signs in on another device, in a bubble of its own time.
func (s *scripted) signIn(t *testing.T, change func(*auth.Config), meanwhile func(*auth.Client)) (took time.Duration, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		config := auth.Config{
			Issuer: "https://id.test/oidc", ClientID: "app", DeviceClientID: "device", Store: keychain.NewMemory(),
			HTTPClient: &http.Client{Transport: s}, RefreshAhead: -1,
		}
		if change != nil {
			change(&config)
		}
		client, newErr := auth.New(config)
		if newErr != nil {
			t.Fatal(newErr)
		}
		defer client.Close()
		s.begun = time.Now()
		if meanwhile != nil {
			go meanwhile(client)
		}
		_, err = client.SignIn(t.Context(), auth.Device())
		took = time.Since(s.begun)
	})
	return took, err
}

func TestHowOftenAProviderIsAsked(t *testing.T) {
	const pending, slow = "authorization_pending", "slow_down"
	withInterval := func(seconds string) string {
		return strings.Replace(goodDevice, `"expires_in"`, `"interval":`+seconds+`,"expires_in"`, 1)
	}
	for _, test := range []struct {
		name, device string
		tokens       []string
		want         []int // seconds
	}{
		{"5 s where it does not say", goodDevice, []string{pending, pending, "access_denied"}, []int{5, 10, 15}},
		{"as it says", withInterval("2"), []string{pending, pending, "access_denied"}, []int{2, 4, 6}},
		{"as it says in quotes", withInterval(`"7"`), []string{pending, "access_denied"}, []int{7, 14}},
		{"not without a pause", withInterval("0"), []string{pending, "access_denied"}, []int{1, 2}},
		{"not without a pause, either", withInterval("-3"), []string{pending, "access_denied"}, []int{1, 2}},
		{"slower from then on", goodDevice, []string{pending, slow, pending, slow, pending, "access_denied"}, []int{5, 10, 20, 30, 45, 60}},
		{"less often without a network", goodDevice, []string{"", "", "", "", "", pending, "access_denied"}, []int{5, 15, 35, 65, 95, 125, 130}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &scripted{device: test.device, tokens: test.tokens}
			if _, err := s.signIn(t, nil, nil); !isRefusal(err, "access_denied") {
				t.Errorf("%v", err)
			}
			var got []int
			for _, at := range s.polls {
				got = append(got, int(at.Round(time.Second).Seconds()))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("asked after %v s, want %v", got, test.want)
			}
		})
	}
}

func TestHowLongADeviceSignInWaits(t *testing.T) {
	lasting := func(seconds string) string {
		return strings.Replace(goodDevice, `"expires_in":600`, `"expires_in":`+seconds, 1)
	}
	for _, test := range []struct {
		name, device, token string
		timeout, want       time.Duration
	}{
		{"as long as the code is good", goodDevice, "authorization_pending", 0, 10 * time.Minute},
		{"no longer than that", goodDevice, "authorization_pending", time.Hour, 10 * time.Minute},
		{"as long as the program wants", goodDevice, "authorization_pending", 2 * time.Minute, 2 * time.Minute},
		{"no more than an hour", lasting("86400"), "authorization_pending", 0, time.Hour},
		{"without a network all the time", goodDevice, "", 0, 10 * time.Minute},
		{"until the provider says that it has expired", goodDevice, "expired_token", 0, 5 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &scripted{device: test.device, tokens: []string{test.token}}
			took, err := s.signIn(t, func(c *auth.Config) { c.SignInTimeout = test.timeout }, nil)
			if !errors.Is(err, auth.ErrTimeout) || !errors.Is(err, auth.ErrCodeExpired) || took.Round(time.Second) != test.want {
				t.Errorf("%v after %v, want a timeout after %v", err, took, test.want)
			}
		})
	}
}

func TestGivingUpWhileTheProviderIsAsked(t *testing.T) {
	s := &scripted{device: goodDevice, tokens: []string{"hang"}}
	took, err := s.signIn(t, nil, func(c *auth.Client) {
		time.Sleep(6 * time.Second)
		c.CancelSignIn()
	})
	if !errors.Is(err, context.Canceled) || took != 6*time.Second {
		t.Errorf("%v after %v", err, took)
	}
}

func TestHostileDeviceAuthorizations(t *testing.T) {
	with := func(old, changed string) string {
		if !strings.Contains(goodDevice, old) {
			t.Fatalf("no %s", old)
		}
		return strings.ReplaceAll(goodDevice, old, changed)
	}
	for _, test := range []struct {
		name, device string
		status       int
		kind, says   string
	}{
		{"no endpoint", "", 0, "", "device_authorization_endpoint"},
		{"not JSON", "DMGM-WKGB", 0, "", "JSON"},
		{"a list", "[]", 0, "", "JSON"},
		{"a web page", "<h1>Welcome</h1>", 0, "text/html; charset=utf-8", "web page"},
		{"too long", `{"device_code":"` + strings.Repeat("x", 2<<20) + `"}`, 0, "", "longer than"},
		{"nothing in it", "{}", 0, "", "device_code"},
		{"no device code", with("the-device-code", ""), 0, "", "device_code"},
		{"no user code", with(`"user_code":"DMGM-WKGB"`, `"user_code":""`), 0, "", "user_code"},
		{"a user code of several lines", with(`"user_code":"DMGM-WKGB"`, `"user_code":"DMGM\nWKGB"`), 0, "", "user_code"},
		{"a user code that is turned around", with(`"user_code":"DMGM-WKGB"`, `"user_code":"\u202eDMGM"`), 0, "", "user_code"},
		{"a user code for a terminal", with(`"user_code":"DMGM-WKGB"`, `"user_code":"\u001b[2J"`), 0, "", "user_code"},
		{"an endless user code", with(`"user_code":"DMGM-WKGB"`, `"user_code":"`+strings.Repeat("D", 33)+`"`), 0, "", "user_code"},
		{"no address", with(`"verification_uri":"https://id.test/device",`, ""), 0, "", "verification_uri is missing"},
		{"an address in the clear", with("https://", "http://"), 0, "", "verification_uri is not https"},
		{"a program", with("https://id.test/device?", "javascript:alert(1)?"), 0, "", "verification_uri_complete is not a web address"},
		{"a file", with("https://id.test", "file:///etc"), 0, "", "verification_uri is not"},
		{"a name and a password", with("https://", "https://id.test:x@evil."), 0, "", "not a web address"},
		{"an address with blanks", with("/device", "/de vice"), 0, "", "not a web address"},
		{"an endless address", with("/device?", "/"+strings.Repeat("x", 2000)+"?"), 0, "", "longer than"},
		{"no lifetime", with(`,"expires_in":600`, ""), 0, "", "expires_in"},
		{"no lifetime at all", with("600", "0"), 0, "", "expires_in"},
		{"less than that", with("600", "-600"), 0, "", "expires_in"},
		{"a lifetime without end", with("600", "1e300"), 0, "", "expires_in"},
		{"a lifetime in words", with("600", `"ten minutes"`), 0, "", "JSON"},
		{"an interval longer than that", with(`"expires_in":600`, `"expires_in":600,"interval":600`), 0, "", "interval"},
		{"down", `{}`, 503, "", "503"},
		{"a refusal without words", `{}`, 400, "", "400"},
		{"a refusal", `{"error":"invalid_scope","error_description":"no\nsuch scope"}`, 400, "", "invalid_scope"},
		{"a redirect", `{}`, 302, "", "302"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &scripted{device: test.device, status: test.status, kind: test.kind, tokens: []string{"authorization_pending"}}
			_, err := s.signIn(t, nil, nil)
			if err == nil || !strings.Contains(err.Error(), test.says) || len(err.Error()) > 400 || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Fatalf("%v, want an error that says %q", err, test.says)
			}
			for _, secret := range []string{"the-device-code", "DMGM"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("it shows %s: %v", secret, err)
				}
			}
			if len(s.polls) > 0 {
				t.Error("it went on")
			}
		})
	}
	if _, err := (&scripted{tokens: []string{""}}).signIn(t, nil, nil); !errors.Is(err, auth.ErrNoDevice) {
		t.Errorf("%v", err)
	}
}

// A provider on this machine may be spoken to in the clear.
func TestDeviceAuthorizationOfThisMachine(t *testing.T) {
	device := strings.ReplaceAll(goodDevice, "https://id.test", "http://127.0.0.1:3001")
	s := &scripted{device: device, tokens: []string{"access_denied"}}
	if _, err := s.signIn(t, nil, nil); !isRefusal(err, "access_denied") {
		t.Error(err)
	}
}

func TestTheEndOfTheTokenEndpointsPatience(t *testing.T) {
	for _, code := range []string{"invalid_grant", "invalid_client", "unsupported_grant_type"} {
		s := &scripted{device: goodDevice, tokens: []string{code}}
		_, err := s.signIn(t, nil, nil)
		if refused, is := errors.AsType[*auth.ExchangeError](err); !is || refused.Code != code || strings.Contains(fmt.Sprint(err), "lost") {
			t.Errorf("%s: %v", code, err)
		}
	}
}
