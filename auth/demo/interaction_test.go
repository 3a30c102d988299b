package demo_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// begin starts an interaction and returns the page it leads to and its id.
func (l *lab) begin(r request) (page, id string) {
	l.t.Helper()
	address, _ := l.authorizeURL(r)
	page = l.get(address).header.Get("Location")
	u, err := url.Parse(page)
	if err != nil || page == "" {
		l.t.Fatalf("led to %q, %v", page, err)
	}
	return page, u.Query().Get("interaction")
}

// submit posts a form of a page, as a browser on that page does.
func (l *lab) submit(path string, form url.Values) answer {
	l.t.Helper()
	r := l.withForm(l.newRequest(http.MethodPost, path, nil), form)
	r.Header.Set("Origin", l.Endpoint())
	return l.do(r)
}

// atWeCom goes on from the sign-in page and returns WeCom's state.
func (l *lab) atWeCom(interaction string) (state string) {
	l.t.Helper()
	to := l.submit("/sign-in/social/wecom", url.Values{"interaction": {interaction}}).header.Get("Location")
	u, err := url.Parse(to)
	if err != nil || !strings.HasPrefix(to, "/wecom/qrconnect?") {
		l.t.Fatalf("led to %q, %v", to, err)
	}
	return u.Query().Get("state")
}

func (a answer) wantExpired(t testing.TB) {
	t.Helper()
	if a.status != 400 || !strings.Contains(string(a.body), "This page has expired") {
		t.Errorf("not the page that says it expired: %d %s %s", a.status, a.header.Get("Location"), a.body)
	}
}

func TestWrongPasswordStaysOnThePage(t *testing.T) {
	l := newLab(t, demo.Config{})
	_, id := l.begin(nil)
	for _, form := range []url.Values{
		{"username": {"zhangsan"}, "password": {"wrong"}},
		{"username": {"nobody"}, "password": {"demo"}},
		{"username": {""}, "password": {"demo"}},
		{},
	} {
		form.Set("interaction", id)
		got := l.submit("/sign-in", form)
		if got.status != 422 || !strings.Contains(string(got.body), "Incorrect username or password") {
			t.Errorf("%v: %d %s", form, got.status, got.body)
		}
	}
	if got := l.submit("/sign-in", url.Values{"interaction": {id}, "username": {"zhangsan"}, "password": {"demo"}}); got.status != 303 {
		t.Errorf("the right one after that: %d %s", got.status, got.body)
	}
}

func TestPasswordAccountHasAUsername(t *testing.T) {
	l := newLab(t, demo.Config{})
	address, verifier := l.authorizeURL(nil)
	got, err := demotest.Password(t.Context(), l.browser, address, "zhangsan", "demo")
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(got)
	claims := part(t, l.redeem(u.Query().Get("code"), verifier).tokens(t).IDToken, 1)
	if claims["username"] != "zhangsan" || claims["sub"] != "pw5e0y3g9f6u" {
		t.Errorf("claims %v", claims)
	}
}

func TestCancelAtWeComLeadsBackToTheSignInPage(t *testing.T) {
	l := newLab(t, demo.Config{})
	page, id := l.begin(nil)
	state := l.atWeCom(id)
	back := l.submit("/wecom/qrconnect", url.Values{"state": {state}, "cancel": {"1"}}).header.Get("Location")
	if got := l.get(back); got.header.Get("Location") != page {
		t.Fatalf("back by %s to %s, not %s", back, got.header.Get("Location"), page)
	}
	if got := l.get(page); got.status != 200 || !strings.Contains(string(got.body), "WeCom sign-in was cancelled") {
		t.Errorf("page %s", got.body)
	}
	// And it can be tried again.
	state = l.atWeCom(id)
	back = l.submit("/wecom/qrconnect", url.Values{"state": {state}, "person": {"lisi"}}).header.Get("Location")
	if got := l.get(back); !strings.HasPrefix(got.header.Get("Location"), "/oidc/auth/") {
		t.Errorf("led to %s", got.header.Get("Location"))
	}
}

// Pages work in the browser that began, and in no other.
func TestPagesBelongToTheirBrowser(t *testing.T) {
	l := newLab(t, demo.Config{})
	page, id := l.begin(nil)
	state := l.atWeCom(id)
	back := l.submit("/wecom/qrconnect", url.Values{"state": {state}, "person": {"lisi"}}).header.Get("Location")

	stranger := l.in(t)
	stranger.browser = demotest.NewBrowser()
	stranger.begin(nil) // has a cookie, but of its own
	stranger.get(page).wantExpired(t)
	stranger.get("/oidc/auth/" + id).wantExpired(t)
	stranger.get("/wecom/qrconnect?state=" + state).wantExpired(t)
	stranger.get(back).wantExpired(t)
	stranger.submit("/sign-in", url.Values{"interaction": {id}, "username": {"zhangsan"}, "password": {"demo"}}).wantExpired(t)
	stranger.submit("/sign-in/social/wecom", url.Values{"interaction": {id}}).wantExpired(t)
	stranger.submit("/wecom/qrconnect", url.Values{"state": {state}, "person": {"lisi"}}).wantExpired(t)

	if got := l.get(back); !strings.HasPrefix(got.header.Get("Location"), "/oidc/auth/") {
		t.Errorf("its own browser was led to %q", got.header.Get("Location"))
	}
}

func TestTwoTabsDoNotDisturbEachOther(t *testing.T) {
	l := newLab(t, demo.Config{})
	first, _ := l.begin(nil)
	second, _ := l.begin(nil)
	for _, page := range []string{first, second} {
		if got := l.get(page); got.status != 200 {
			t.Errorf("%d %s", got.status, got.body)
		}
	}
}

func TestWeComStateIsGoodForOneReturn(t *testing.T) {
	l := newLab(t, demo.Config{})
	_, id := l.begin(nil)
	state := l.atWeCom(id)
	back := l.submit("/wecom/qrconnect", url.Values{"state": {state}, "person": {"lisi"}}).header.Get("Location")
	code := regexp.MustCompile(`code=[^&]+`).FindString(back)

	// A code brought to another sign-in signs nobody in there.
	_, other := l.begin(nil)
	l.get("/callback/wn7em7y3w6ue?" + code + "&state=forged").wantExpired(t)
	l.get("/callback/wn7em7y3w6ue?" + code).wantExpired(t)

	if got := l.get(back); got.header.Get("Location") != "/oidc/auth/"+id {
		t.Errorf("led to %q", got.header.Get("Location"))
	}
	l.get(back).wantExpired(t)
	otherState := l.atWeCom(other)
	if got := l.get("/callback/wn7em7y3w6ue?" + code + "&state=" + otherState); !strings.HasPrefix(got.header.Get("Location"), "/sign-in?") {
		t.Errorf("a used WeCom code led to %q", got.header.Get("Location"))
	}
}

func TestNobodyCanBePickedWhoIsNotAtWeCom(t *testing.T) {
	l := newLab(t, demo.Config{})
	for _, person := range []string{"password", "nobody", ""} {
		_, id := l.begin(nil)
		back := l.submit("/wecom/qrconnect", url.Values{"state": {l.atWeCom(id)}, "person": {person}}).header.Get("Location")
		if got := l.get(back).header.Get("Location"); !strings.HasPrefix(got, "/sign-in?") {
			t.Errorf("%q led to %s", person, got)
		}
	}
}

func TestInteractionIsAnsweredOnce(t *testing.T) {
	l := newLab(t, demo.Config{})
	_, id := l.begin(nil)
	if got := l.get("/oidc/auth/" + id); !strings.HasPrefix(got.header.Get("Location"), "/sign-in?") {
		t.Errorf("before anybody signed in it led to %q", got.header.Get("Location"))
	}
	l.submit("/sign-in", url.Values{"interaction": {id}, "username": {"zhangsan"}, "password": {"demo"}})

	answers := make(chan answer)
	const tries = 8
	for range tries {
		go func() { answers <- l.get("/oidc/auth/" + id) }()
	}
	codes := 0
	for range tries {
		if got := <-answers; strings.HasPrefix(got.header.Get("Location"), callback) {
			codes++
		} else {
			got.wantExpired(t)
		}
	}
	if codes != 1 {
		t.Errorf("%d codes came of one interaction", codes)
	}
	l.submit("/sign-in", url.Values{"interaction": {id}, "username": {"zhangsan"}, "password": {"demo"}}).wantExpired(t)
}

func TestInteractionExpiresAfterAnHour(t *testing.T) {
	l := newLab(t, demo.Config{})
	page, id := l.begin(nil)
	l.clock.advance(time.Hour - time.Second)
	if got := l.get(page); got.status != 200 {
		t.Errorf("a second before: %d", got.status)
	}
	l.clock.advance(time.Second)
	l.get(page).wantExpired(t)
	l.get("/oidc/auth/" + id).wantExpired(t)
	l.submit("/sign-in", url.Values{"interaction": {id}, "username": {"zhangsan"}, "password": {"demo"}}).wantExpired(t)
}

func TestPagesWithoutAnInteraction(t *testing.T) {
	l := newLab(t, demo.Config{})
	for _, path := range []string{"/sign-in", "/sign-in?interaction=x", "/wecom/qrconnect", "/wecom/qrconnect?state=x", "/callback/wn7em7y3w6ue", "/oidc/auth/x"} {
		l.get(path).wantExpired(t)
	}
}

func TestFormsFromElsewhereAreRefused(t *testing.T) {
	l := newLab(t, demo.Config{})
	_, id := l.begin(nil)
	for name, header := range map[string][2]string{
		"another origin":      {"Origin", "https://elsewhere.example.test"},
		"another port":        {"Origin", "http://127.0.0.1:1"},
		"said by the browser": {"Sec-Fetch-Site", "cross-site"},
		"same site, not ours": {"Sec-Fetch-Site", "same-site"},
	} {
		r := l.withForm(l.newRequest(http.MethodPost, "/sign-in", nil), url.Values{"interaction": {id}, "username": {"zhangsan"}, "password": {"demo"}})
		r.Header.Set(header[0], header[1])
		if got := l.do(r); got.status != http.StatusForbidden {
			t.Errorf("%s: %d", name, got.status)
		}
	}
}

func TestUnfinishedInteractionsAreBounded(t *testing.T) {
	l := newLab(t, demo.Config{})
	address, _ := l.authorizeURL(nil)
	for range demo.MaxInteractions + 10 {
		demo.Handler(l.Server).ServeHTTP(httptest.NewRecorder(), l.newRequest(http.MethodGet, address, nil))
	}
	if got := demo.Interactions(l.Server); got > demo.MaxInteractions {
		t.Errorf("%d are remembered", got)
	}
	l.clock.advance(time.Hour)
	l.get(address)
	if got := demo.Interactions(l.Server); got != 1 {
		t.Errorf("%d are remembered after all but one expired", got)
	}
}
