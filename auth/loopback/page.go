package loopback

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
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

// Of use only where somebody signs in, so that other starts of a program do not
// pay for it.
var pageTemplate = sync.OnceValue(func() *template.Template { return template.Must(template.New("page").Parse(pageHTML)) })

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
		warning = neverTell[lang]
	}
	var body bytes.Buffer
	err := pageTemplate().Execute(&body, map[string]any{
		"Lang":    lang.String(),
		"Title":   withName(said.Title, p.appName),
		"Body":    withName(said.Body, p.appName),
		"Warning": warning,
		"CSS":     template.CSS(pageCSS),
		"JS":      template.JS(pageJS),
	})
	if err != nil { // the template is ours and its data are strings
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(body.Len()))
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
	_, _ = w.Write(body.Bytes())
}

// withName puts the app's name into a sentence.
func withName(sentence, name string) string {
	return strings.ReplaceAll(sentence, "%s", name)
}
