package demo

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
)

//go:embed pages
var files embed.FS

//go:embed pages/assets/wecom.svg
var weComLogo []byte

// pages are the parsed templates, by the name of their file.
type pages map[string]*template.Template

func parsePages() (pages, error) {
	parsed := make(pages)
	for _, name := range []string{"signin", "wecom", "signedout", "expired", "home", "account", "device", "devicedone"} {
		t, err := template.ParseFS(files, "pages/layout.html", "pages/"+name+".html")
		if err != nil {
			return nil, err
		}
		parsed[name] = t
	}
	return parsed, nil
}

// view is what a template is given.
type view struct {
	Page string
	Text *text
	Data any
}

// render answers with a page. forms, where not nil, are the origins besides
// the stand-in's own that its forms may lead to.
func (s *Server) render(w http.ResponseWriter, status int, page string, t *text, data any, forms []string) {
	var body bytes.Buffer
	if err := s.pages[page].ExecuteTemplate(&body, "layout.html", view{Page: page, Text: t, Data: data}); err != nil {
		s.log.Error("demo: page", "page", page, "error", err)
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	formAction := "'none'"
	if forms != nil {
		formAction = strings.Join(append([]string{"'self'"}, forms...), " ")
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; "+
		"form-action "+formAction+"; base-uri 'none'; frame-ancestors 'none'")
	w.Header().Set("Cache-Control", "no-store") // the library set another by now
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", t.Lang)
	w.WriteHeader(status)
	w.Write(body.Bytes())
}

// formsLeadTo is the source expression for where a form's redirects end: the
// application's callback. Chromium holds form-action against redirects too,
// and would silently stop there.
func formsLeadTo(redirectURI string) []string {
	if redirectURI == "" { // of the device flow
		return []string{}
	}
	u, err := url.Parse(redirectURI)
	if err != nil {
		return []string{}
	}
	if strings.Contains(u.Host, "[") {
		return []string{u.Scheme + ":"} // CSP has no syntax for IPv6 hosts
	}
	return []string{u.Scheme + "://" + u.Host}
}

// showExpired is for a person whose page belongs to no interaction any more,
// or to another browser's.
func (s *Server) showExpired(w http.ResponseWriter, r *http.Request) {
	s.render(w, http.StatusBadRequest, "expired", languageOf(r, ""), nil, nil)
}

// showHome is for whoever wonders what listens on this port.
func (s *Server) showHome(w http.ResponseWriter, r *http.Request) {
	s.render(w, http.StatusOK, "home", languageOf(r, ""), s.issuer, nil)
}

// serveAssets serves the style sheet and the pictures of the pages.
func (s *Server) serveAssets() http.Handler {
	assets, err := fs.Sub(files, "pages/assets")
	if err != nil {
		panic(err) // embedded
	}
	serve := http.StripPrefix("/assets/", http.FileServerFS(assets))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/") {
			http.NotFound(w, r) // no listing
			return
		}
		// An SVG opened by itself is a page of this origin.
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
		w.Header().Set("Cache-Control", "no-cache")
		serve.ServeHTTP(w, r)
	})
}
