package loopback_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// never is what every page after a real answer has below its text: somebody may
// phone and ask for its address.
var never = map[string]string{
	"en":      "Never give this page's address to anyone, whoever asks.",
	"zh-Hans": "无论谁向您索要此页面的地址，都不要提供。",
	"ja":      "このページのアドレスは、\n誰に聞かれても教えないでください。",
}

func TestThePageAfterAnAnswerWarnsOfThoseWhoAskForItsAddress(t *testing.T) {
	for language, warning := range never {
		for name, answer := range map[string]func(*trip) url.Values{
			"a code": (*trip).good,
			"an error": func(tr *trip) url.Values {
				return url.Values{"error": {"access_denied"}, "state": {tr.param("state")}, "iss": {issuer}}
			},
		} {
			t.Run(language+" after "+name, func(t *testing.T) {
				tr := start(t, newTokenEndpoint(t), nil)
				status, body, h := tr.get(tr.callback(answer(tr)), http.Header{"Accept-Language": {language}})
				if strings.Contains(body, "<Notes>") || strings.Contains(body, "{{") {
					t.Errorf("the app's name is markup, or something was not filled in:\n%s", body)
				}
				body = html.UnescapeString(body)
				text, below, found := strings.Cut(body, warning)
				if status != 200 || !found || !strings.Contains(text, "<h1>") || strings.Contains(below, "<p>") {
					t.Errorf("%d without the warning below its text:\n%s", status, body)
				}
				if !strings.Contains(body, `<html lang="`+language+`">`) {
					t.Errorf("not in %s:\n%s", language, body)
				}
				for other, words := range never {
					if other != language && strings.Contains(body, words) {
						t.Errorf("it speaks %s besides %s", other, language)
					}
				}
				if strings.Contains(h.Get("Content-Security-Policy"), "unsafe") {
					t.Error("the style took an exception to the CSP")
				}
				tr.wait()
			})
		}
	}
}

// Who comes astray has no answer to protect, and is told what matters to them.
func TestOtherPagesDoNotWarn(t *testing.T) {
	tr := start(t, newTokenEndpoint(t), nil)
	wrong := tr.good()
	wrong.Set("iss", "https://evil.example.test")
	old := tr.good()
	old.Set("state", "old")
	for _, address := range []string{tr.param("redirect_uri"), tr.callback(old), tr.callback(wrong), strings.Replace(tr.address(), "/callback", "/", 1)} {
		for language := range never {
			status, body, _ := tr.get(address, http.Header{"Accept-Language": {language}})
			if status < 400 || strings.Contains(body, `class="never"`) || strings.Contains(html.UnescapeString(body), never[language]) {
				t.Errorf("%d in %s:\n%s", status, language, body)
			}
		}
	}
	tr.stillWaiting()
}
