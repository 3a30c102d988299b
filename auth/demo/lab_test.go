package demo_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const callback = "http://127.0.0.1:49152/callback"

// lab is a stand-in, a browser, and an application that keeps nothing.
type lab struct {
	*demo.Server
	t       testing.TB
	browser *http.Client
	clock   *clock
	client  string // client_id
	basic   string // secret, for a Web application
}

func newLab(t testing.TB, cfg demo.Config) *lab {
	t.Helper()
	c := &clock{start: time.Now()}
	cfg.Clock = c.now
	return &lab{
		Server:  demotest.Start(t, cfg),
		t:       t,
		browser: demotest.NewBrowser(),
		clock:   c,
		client:  demo.ClientID,
	}
}

// in is the same lab for another test, such as a subtest.
func (l *lab) in(t testing.TB) *lab {
	other := *l
	other.t = t
	return &other
}

// clock is the real time and what a test adds to it.
type clock struct {
	mu    sync.Mutex
	start time.Time
	added time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.start.Add(c.added)
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.added += d
}

// request is an authorization request; a parameter set to "" is left out, and
// resource may be several with a space between.
type request map[string]string

const everyScope = "openid offline_access profile email phone identities custom_data"

// authorizeURL makes an authorization request with a verifier of its own.
func (l *lab) authorizeURL(r request) (address, verifier string) {
	verifier = oauth2.GenerateVerifier()
	q := url.Values{
		"client_id":             {l.client},
		"redirect_uri":          {callback},
		"response_type":         {"code"},
		"scope":                 {everyScope},
		"prompt":                {"consent"},
		"state":                 {"the-state"},
		"nonce":                 {"the-nonce"},
		"code_challenge":        {oauth2.S256ChallengeFromVerifier(verifier)},
		"code_challenge_method": {"S256"},
	}
	for name, value := range r {
		switch {
		case value == "":
			q.Del(name)
		case name == "resource":
			q[name] = strings.Fields(value)
		default:
			q.Set(name, value)
		}
	}
	return l.Endpoint() + "/oidc/auth?" + q.Encode(), verifier
}

// authorize signs a person in and returns what came to the callback.
func (l *lab) authorize(person string, r request) (answer url.Values, verifier string) {
	l.t.Helper()
	address, verifier := l.authorizeURL(r)
	got, err := demotest.Person(l.t.Context(), l.browser, address, person)
	if err != nil {
		l.t.Fatal(err)
	}
	u, err := url.Parse(got)
	if err != nil {
		l.t.Fatal(err)
	}
	return u.Query(), verifier
}

// signIn signs a person in and redeems the code.
func (l *lab) signIn(person string, r request) tokens {
	l.t.Helper()
	answer, verifier := l.authorize(person, r)
	if answer.Get("code") == "" {
		l.t.Fatalf("no code, but %v", answer)
	}
	got := l.redeem(answer.Get("code"), verifier)
	if got.status != http.StatusOK {
		l.t.Fatalf("token endpoint: %d %s", got.status, got.body)
	}
	return got.tokens(l.t)
}

func (l *lab) redeem(code, verifier string) answer {
	l.t.Helper()
	return l.post("/oidc/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {code},
		"redirect_uri": {callback}, "code_verifier": {verifier},
	})
}

func (l *lab) refresh(token string) answer {
	l.t.Helper()
	return l.refreshFor(token, nil)
}

// refreshFor refreshes and asks for something, such as a resource.
func (l *lab) refreshFor(token string, asked url.Values) answer {
	l.t.Helper()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}
	maps.Copy(form, asked)
	return l.post("/oidc/token", form)
}

// mustRefresh refreshes and returns the new tokens.
func (l *lab) mustRefresh(token string) tokens {
	l.t.Helper()
	got := l.refresh(token)
	if got.status != http.StatusOK {
		l.t.Fatalf("refresh: %d %s", got.status, got.body)
	}
	return got.tokens(l.t)
}

func (l *lab) revoke(token string) answer {
	l.t.Helper()
	return l.post("/oidc/token/revocation", url.Values{"token": {token}})
}

// post sends a form as the lab's client, unless the form names another.
func (l *lab) post(path string, form url.Values) answer {
	l.t.Helper()
	r := l.newRequest(http.MethodPost, path, nil)
	if l.basic != "" {
		r.SetBasicAuth(url.QueryEscape(l.client), url.QueryEscape(l.basic))
	} else if !form.Has("client_id") {
		form.Set("client_id", l.client)
	}
	return l.do(l.withForm(r, form))
}

func (l *lab) withForm(r *http.Request, form url.Values) *http.Request {
	body := form.Encode()
	r.Body = io.NopCloser(strings.NewReader(body))
	r.ContentLength = int64(len(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// get asks for a path with the browser's cookies and follows no redirect.
func (l *lab) get(path string) answer {
	l.t.Helper()
	return l.do(l.newRequest(http.MethodGet, path, nil))
}

func (l *lab) userinfo(accessToken string) answer {
	l.t.Helper()
	r := l.newRequest(http.MethodGet, "/oidc/me", nil)
	r.Header.Set("Authorization", "Bearer "+accessToken)
	return l.do(r)
}

func (l *lab) newRequest(method, path string, body io.Reader) *http.Request {
	l.t.Helper()
	address := path
	if strings.HasPrefix(path, "/") {
		address = l.Endpoint() + path
	}
	r, err := http.NewRequestWithContext(l.t.Context(), method, address, body)
	if err != nil {
		l.t.Fatal(err)
	}
	return r
}

func (l *lab) do(r *http.Request) answer {
	l.t.Helper()
	client := *l.browser
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Do(r)
	if err != nil {
		l.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		l.t.Fatal(err)
	}
	return answer{status: resp.StatusCode, header: resp.Header, body: body}
}

// answer is an HTTP response, read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// tokens is a token response with nothing but what Logto sends.
type tokens struct {
	AccessToken  string `json:"access_token"`
	ExpiresIn    int    `json:"expires_in"`
	IDToken      string `json:"id_token"`
	RefreshToken string `json:"refresh_token"`
	Scope        string `json:"scope"` // "" where there is none
	TokenType    string `json:"token_type"`
}

func (a answer) tokens(t testing.TB) (got tokens) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(a.body)))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		t.Fatalf("token response %s: %v", a.body, err)
	}
	return got
}

func (a answer) json(t testing.TB) (got map[string]any) {
	t.Helper()
	if err := json.Unmarshal(a.body, &got); err != nil {
		t.Fatalf("body %q: %v", a.body, err)
	}
	return got
}

// wantError checks that an answer is an error as Logto sends them.
func (a answer) wantError(t testing.TB, status int, code string) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d, not %d: %s", a.status, status, a.body)
	}
	if got := a.json(t); got["error"] != code || got["code"] != "oidc."+code || got["message"] == nil || got["error_description"] == nil {
		t.Errorf("body %s is not Logto's %s", a.body, code)
	}
}

// recorded reads what a real Logto answered.
func recorded(t testing.TB, name string) (body map[string]any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Body map[string]any `json:"body"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file.Body
}
