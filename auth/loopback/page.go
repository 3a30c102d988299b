package loopback

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// page is what the browser shows at the redirect URI. It is sent before the
// code is exchanged, so it sends the person back to the app and claims nothing.
type page struct {
	appName string
}

func newPage(appName string) page {
	if appName == "" {
		appName = "Doorkey"
	}
	return page{appName: appName}
}

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string
)

// contentSecurityPolicy allows the page's own style and script, by hash, and
// nothing else.
var contentSecurityPolicy = sync.OnceValue(func() string {
	return "default-src 'none'; style-src " + sourceHash(pageCSS) + "; script-src " + sourceHash(pageJS) +
		"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
})

func sourceHash(source string) string {
	sum := sha256.Sum256([]byte(source))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func (p page) write(w http.ResponseWriter, r *http.Request, status int, text pageText) {
	_, index := language.MatchStrings(language.NewMatcher(pageLanguages), r.Header.Get("Accept-Language"))
	lang := pageLanguages[index]
	said := text.in[lang]
	warning := ""
	if text.answered {
		warning = `<p class="never">` + html.EscapeString(neverTell[lang]) + "</p>\n"
	}
	// Not html/template: what it does by reflection keeps the linker from leaving
	// out any exported method, which makes a program 2 MB larger. All values stand
	// in text or in a quoted attribute, and what is filled in is not looked at again.
	body := strings.NewReplacer(
		"{{lang}}", html.EscapeString(lang.String()),
		"{{title}}", html.EscapeString(withName(said.Title, p.appName)),
		"{{body}}", html.EscapeString(withName(said.Body, p.appName)),
		"{{warning}}", warning,
		"{{css}}", pageCSS,
		"{{js}}", pageJS,
	).Replace(pageHTML)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Content-Security-Policy", contentSecurityPolicy())
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the address has the code in it
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Vary", "Accept-Language")
	h.Set("Connection", "close")
	if status == http.StatusMethodNotAllowed {
		h.Set("Allow", http.MethodGet)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// withName puts the app's name into a sentence.
func withName(sentence, name string) string {
	return strings.ReplaceAll(sentence, "%s", name)
}
