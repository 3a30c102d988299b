package demo_test

import (
	"math"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"doorkey/auth/demo"
)

// everyPage shows each page there is, in the language asked for.
func everyPage(l *lab, language string) map[string]answer {
	l.t.Helper()
	in := func(path string) answer {
		r := l.newRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Language", language)
		return l.do(r)
	}
	page, id := l.begin(nil)
	return map[string]answer{
		"sign-in":    in(page),
		"WeCom":      in("/wecom/qrconnect?state=" + l.atWeCom(id)),
		"signed out": in("/oidc/session/end?client_id=" + demo.ClientID),
		"expired":    in("/sign-in?interaction=x"),
		"home":       in("/"),
		"account":    in("/account"),
		"account of": l.someonesAccount(in),

		"device":          in("/device"),
		"device, by link": in(strings.TrimPrefix(l.device("openid").VerificationURIComplete, l.Endpoint())),
		"device, done":    in("/device/success"),
	}
}

// someonesAccount is the account page while somebody is signed in.
func (l *lab) someonesAccount(in func(path string) answer) answer {
	l.t.Helper()
	l.authorize("lisi", nil)
	defer l.endSession(url.Values{"client_id": {demo.ClientID}})
	return in("/account")
}

func TestEveryPageIsGuarded(t *testing.T) {
	l := newLab(t, demo.Config{})
	for name, page := range everyPage(l, "en") {
		for header, want := range map[string]string{
			"Cache-Control":          "no-store",
			"Content-Type":           "text/html; charset=utf-8",
			"Referrer-Policy":        "same-origin",
			"X-Content-Type-Options": "nosniff",
			"X-Frame-Options":        "DENY",
		} {
			if got := page.header.Get(header); got != want {
				t.Errorf("%s: %s is %q, not %q", name, header, got, want)
			}
		}
		csp := page.header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "style-src 'self'", "img-src 'self' data:"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: %q has no %q", name, csp, want)
			}
		}
		leadsTo := "form-action 'self' http://127.0.0.1:49152;"
		if strings.HasPrefix(name, "device") {
			leadsTo = "form-action 'self';" // there is no callback
		}
		if hasForm := strings.Contains(string(page.body), "<form"); hasForm != strings.Contains(csp, leadsTo) {
			t.Errorf("%s: form %t, %q", name, hasForm, csp)
		}
	}
}

// CSP cannot name an IPv6 host, and Chromium stops a form's redirects at what
// is not named.
func TestFormsMayLeadToAnIPv6Callback(t *testing.T) {
	l := newLab(t, demo.Config{})
	page, _ := l.begin(request{"redirect_uri": "http://[::1]:49152/callback"})
	if csp := l.get(page).header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self' http:;") {
		t.Errorf("%q", csp)
	}
}

func TestEveryPageSaysDemo(t *testing.T) {
	l := newLab(t, demo.Config{})
	for language, banner := range map[string]string{
		"en":    "Demo: a stand-in for Logto on this computer. Nothing leaves it.",
		"zh-CN": "演示：这是运行在本机上的 Logto 模拟服务，数据不会离开这台电脑。",
		"ja":    "デモ：このコンピューターで動く Logto の模擬サービスです。データは外に出ません。",
	} {
		for name, page := range everyPage(l, language) {
			if !strings.Contains(string(page.body), banner) {
				t.Errorf("%s in %s has no banner", name, language)
			}
		}
	}
}

func TestPagesNeedNothingFromElsewhere(t *testing.T) {
	l := newLab(t, demo.Config{})
	refers := regexp.MustCompile(`(?:src|href|action)="([^"]*)"`)
	for name, page := range everyPage(l, "en") {
		if strings.Contains(string(page.body), "<script") || strings.Contains(string(page.body), "style=") {
			t.Errorf("%s has a script or inline style", name)
		}
		for _, match := range refers.FindAllStringSubmatch(string(page.body), -1) {
			if !strings.HasPrefix(match[1], "/") {
				t.Errorf("%s refers to %s", name, match[1])
				continue
			}
			if strings.HasPrefix(match[1], "/assets/") || strings.HasPrefix(match[1], "/pictures/") {
				if got := l.get(match[1]); got.status != 200 {
					t.Errorf("%s refers to %s: %d", name, match[1], got.status)
				}
			}
		}
	}
}

func TestSelectorsOthersRelyOn(t *testing.T) {
	l := newLab(t, demo.Config{})
	pages := everyPage(l, "en")
	for page, selectors := range map[string][]string{
		"sign-in": {`id="wecom"`, `id="username"`, `id="password"`, `id="sign-in"`},
		"WeCom":   {`data-person="zhangsan"`, `data-person="lisi"`, `data-person="wangxiaoming"`, `id="cancel"`},
	} {
		for _, selector := range selectors {
			if strings.Count(string(pages[page].body), selector) != 1 {
				t.Errorf("%s: %s is not there once", page, selector)
			}
		}
	}
}

func TestLanguage(t *testing.T) {
	l := newLab(t, demo.Config{})
	for _, test := range []struct{ uiLocales, acceptLanguage, want string }{
		{"", "", "en"},
		{"", "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"},
		{"", "en-GB,en;q=0.9,zh;q=0.8", "en"},
		{"", "en;q=0.5, zh-Hans-CN;q=0.7", "zh-CN"},
		{"", "ko, zh-TW;q=0.4", "zh-CN"},
		{"", "ja-JP, zh-TW;q=0.4", "ja"},
		{"ja", "en", "ja"},
		{"", "fr-FR,de", "en"},
		{"", "zh;q=nonsense", "en"},
		{"zh-CN", "en", "zh-CN"},
		{"en", "zh-CN", "en"},
		{"fr zh-Hans en", "en", "zh-CN"},
		{"fr", "zh-CN", "zh-CN"},
	} {
		page, id := l.begin(request{"ui_locales": test.uiLocales})
		for _, path := range []string{page, "/wecom/qrconnect?state=" + l.atWeCom(id)} {
			r := l.newRequest(http.MethodGet, path, nil)
			r.Header.Set("Accept-Language", test.acceptLanguage)
			got := l.do(r)
			if got.header.Get("Content-Language") != test.want || !strings.Contains(string(got.body), `<html lang="`+test.want+`">`) {
				t.Errorf("ui_locales %q, Accept-Language %q: %s", test.uiLocales, test.acceptLanguage, got.header.Get("Content-Language"))
			}
		}
	}
}

func TestEveryWordIsThereInEveryLanguage(t *testing.T) {
	for language, words := range demo.Words {
		inEnglish := reflect.ValueOf(demo.Words["en"])
		v := reflect.ValueOf(words)
		for i := range v.NumField() {
			name, word := v.Type().Field(i).Name, v.Field(i).String()
			has := func(script *unicode.RangeTable) bool {
				return strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(script, r) })
			}
			kana := has(unicode.Hiragana) || has(unicode.Katakana)
			right := word != "" && (language == "en" || word != inEnglish.Field(i).String())
			switch {
			case name == "Lang":
				right = word == language
			case language == "en":
				right = right && !kana && !has(unicode.Han)
			case language == "zh-CN":
				right = right && !kana && has(unicode.Han)
			case language == "ja":
				right = right && (kana || has(unicode.Han))
			}
			if !right {
				t.Errorf("%s in %s is %q", name, language, word)
			}
		}
	}
}

func TestAssetsAreNotListed(t *testing.T) {
	l := newLab(t, demo.Config{})
	for _, path := range []string{"/assets/", "/assets/nothing.css", "/assets/../layout.html", "/nothing"} {
		if got := l.get(path); got.status == 200 {
			t.Errorf("%s is served", path)
		}
	}
}

// WCAG 2.2 §1.4.3: 4.5 for text, and §1.4.11: 3 for what marks a control.
func TestContrast(t *testing.T) {
	css := string(newLab(t, demo.Config{}).get("/assets/style.css").body)
	colour := regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`)
	light, dark, ok := strings.Cut(css, "@media (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("no dark colours")
	}
	for scheme, part := range map[string]string{"light": light, "dark": dark} {
		colours := make(map[string]float64)
		for _, match := range colour.FindAllStringSubmatch(part, -1) {
			colours[match[1]] = luminance(t, match[2])
		}
		for _, pair := range []struct {
			over, under string
			least       float64
		}{
			{"text", "card", 4.5}, {"text", "page", 4.5}, {"text", "input", 4.5}, {"text", "button", 4.5}, {"text", "over", 4.5},
			{"soft", "card", 4.5}, {"soft", "over", 4.5}, {"on-primary", "primary", 4.5}, {"on-primary", "primary-over", 4.5},
			{"on-banner", "banner", 4.5}, {"on-notice", "notice", 4.5}, {"on-wrong", "wrong", 4.5}, {"on-face", "face", 4.5},
			{"field", "card", 3}, {"focus", "card", 3}, {"on-wrong", "card", 3},
		} {
			a, b := colours[pair.over], colours[pair.under]
			if a == 0 || b == 0 {
				t.Errorf("%s: %s or %s is not there", scheme, pair.over, pair.under)
			}
			if ratio := (max(a, b) + .05) / (min(a, b) + .05); ratio < pair.least {
				t.Errorf("%s: %s on %s is %.2f, less than %.1f", scheme, pair.over, pair.under, ratio, pair.least)
			}
		}
	}
}

// luminance is WCAG's relative luminance of rrggbb.
func luminance(t *testing.T, rrggbb string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(rrggbb, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	linear := func(channel uint64) float64 {
		c := float64(channel&0xff) / 255
		if c <= .04045 {
			return c / 12.92
		}
		return math.Pow((c+.055)/1.055, 2.4)
	}
	return .2126*linear(n>>16) + .7152*linear(n>>8) + .0722*linear(n)
}
