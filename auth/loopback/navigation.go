package loopback

import (
	"crypto/subtle"
	"net/http"
	"strings"
)

// checkNavigation decides whether a request is what a browser sends when a
// person goes to this address: 200, or the status for what it is instead. The
// query is not looked at.
func (r redirectURI) checkNavigation(req *http.Request) (status int) {
	h := req.Header
	switch {
	case !sameHost(req.Host, r.authority()):
		// A name that somebody pointed at 127.0.0.1 (DNS rebinding).
		return http.StatusMisdirectedRequest
	case subtle.ConstantTimeCompare([]byte(req.URL.Path), []byte(r.callbackPath())) != 1:
		// In constant time, because Visit's path is a secret.
		return http.StatusNotFound
	case req.Method != http.MethodGet:
		return http.StatusMethodNotAllowed
	case h.Get("Sec-Fetch-Mode") != "" && h.Get("Sec-Fetch-Mode") != "navigate",
		h.Get("Sec-Fetch-Dest") != "" && h.Get("Sec-Fetch-Dest") != "document":
		// A script, an image or a frame of some page: never how a redirect
		// to a native app arrives (Fetch Metadata, W3C), nor what an opener
		// asks for.
		return http.StatusForbidden
	case strings.Contains(h.Get("Sec-Purpose")+h.Get("Purpose"), "prefetch"):
		// Loaded ahead, perhaps never shown. The browser asks again.
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

// callbackPath is the redirect URI's path as it stands in a request line.
func (r redirectURI) callbackPath() string {
	if r.path == "" {
		return "/"
	}
	return r.path
}

func sameHost(got, want string) bool {
	return strings.EqualFold(strings.TrimSuffix(got, ":80"), want)
}
