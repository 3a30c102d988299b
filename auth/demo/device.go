package demo

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// The device flow (RFC 8628), as Logto 1.42 has it: no PKCE and no interval, no
// slow_down, a refresh token for offline_access without prompt=consent, neither
// prompt nor max_age heeded, and no nonce in the ID token.
const (
	devicePath = "/device" // of the pages
	deviceTTL  = 600 * time.Second

	// libraryDevicePath is where the library has its endpoint, which cannot be
	// set.
	libraryDevicePath = "/oidc/device_authorization"
)

// deviceAuthorization gives the library's device authorization endpoint Logto's
// place and answers (recorded/device-authorization.json).
func (s *Server) deviceAuthorization(next http.Handler) http.Handler {
	return s.checkClient(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch id := r.PostForm.Get("client_id"); {
		case id == DeviceClientID:
		case s.isClient(id):
			writeError(w, newOIDCError("invalid_request", string(goidc.GrantDeviceCode)+" is not allowed for this client"))
			return
		default:
			e := newOIDCError("invalid_client", "invalid client "+id)
			e.status = http.StatusBadRequest
			writeError(w, e)
			return
		}
		moved := r.Clone(r.Context())
		moved.URL.Path = libraryDevicePath
		answer := capture(next, moved)
		if answer.status != http.StatusOK {
			writeError(w, answer.error())
			return
		}
		var body struct {
			DeviceCode string `json:"device_code"`
			UserCode   string `json:"user_code"`
			URI        string `json:"verification_uri"`
			Complete   string `json:"verification_uri_complete"`
			ExpiresIn  int    `json:"expires_in"`
		}
		if err := json.Unmarshal(answer.body.Bytes(), &body); err != nil {
			writeError(w, newOIDCError("server_error", ""))
			return
		}
		body.URI = "http://" + r.Host + devicePath
		body.Complete = body.URI + "?" + url.Values{"user_code": {body.UserCode}}.Encode()
		body.ExpiresIn = int(deviceTTL.Seconds())
		writeJSON(w, http.StatusOK, body)
	}))
}

func (s *Server) isClient(id string) bool {
	for _, c := range s.clients() {
		if c.ID == id {
			return true
		}
	}
	return false
}

// checkDeviceGrant refuses a token request of a client that is not made for the
// device flow. nil is none.
func checkDeviceGrant(form url.Values) *oidcError {
	if form.Get("grant_type") != string(goidc.GrantDeviceCode) || form.Get("client_id") == DeviceClientID {
		return nil
	}
	e := newOIDCError("invalid_request", "requested grant type is not allowed for this client")
	return &e
}

// newUserCode makes one of Logto's form: two times four consonants.
func newUserCode() string {
	const consonants = "BCDFGHJKLMNPQRSTVWXZ"
	random := make([]byte, 8)
	_, _ = rand.Read(random) // never fails
	code := make([]byte, 0, 9)
	for i, b := range random {
		if i == 4 {
			code = append(code, '-')
		}
		code = append(code, consonants[int(b)%len(consonants)])
	}
	return string(code)
}

// plainUserCode is a code as people may type it.
func plainUserCode(code string) string {
	return strings.Map(func(r rune) rune {
		if r < 'A' || r > 'Z' {
			return -1
		}
		return r
	}, strings.ToUpper(code))
}

// beginDevice implements [goidc.SetupAuthnFunc] for the device flow.
func (s *Server) beginDevice(r *http.Request, as *goidc.AuthnSession, c *goidc.Client) bool {
	if c.ID != DeviceClientID {
		return false
	}
	as.Store[interactionKey] = interaction{
		UILocales: r.FormValue("ui_locales"),
		LoginHint: as.LoginHint,
		Straight:  r.FormValue("direct_sign_in") == "social:"+connectorTarget,
		ExpiresAt: s.now().Add(deviceTTL),
	}
	return true
}

// authenticateDevice implements [goidc.AuthnFunc] for the device flow: the
// person has confirmed the code, and perhaps signed in.
func (s *Server) authenticateDevice(w http.ResponseWriter, r *http.Request, as *goidc.AuthnSession, _ *goidc.Client) (goidc.Status, error) {
	it := interactionOf(as)
	if !s.fromSameBrowser(r, it) {
		s.showExpired(w, r)
		return goidc.StatusPending, nil
	}
	who, ok := s.session(r)
	switch {
	case it.Login != nil:
		who = *it.Login
		s.startSession(w, r, who)
	case !ok || s.store.standingOf(who.Subject) != good:
		redirect(w, r, signInPage(as.ID))
		return goidc.StatusPending, nil
	}
	as.Subject = who.Subject
	as.GrantedScopes = as.Scopes
	as.GrantedResources = as.Resources
	as.Store[authTimeKey] = who.AuthTime
	return goidc.StatusSuccess, nil
}

// deviceForm is what the page shows besides its fixed text.
type deviceForm struct {
	Code   string
	Wrong  bool
	Denied bool
}

// showDevice is the page to type the code at, or to confirm the one of a link.
func (s *Server) showDevice(w http.ResponseWriter, r *http.Request) {
	code := r.FormValue("user_code")
	s.renderDevice(w, r, http.StatusOK, deviceForm{Code: shortened(code)})
}

func (s *Server) renderDevice(w http.ResponseWriter, r *http.Request, status int, form deviceForm) {
	locales := ""
	if as := s.store.byUserCode(form.Code); as != nil {
		locales = interactionOf(as).UILocales
	}
	s.render(w, status, "device", languageOf(r, locales), form, []string{})
}

// takeUserCode takes the buttons of that page.
func (s *Server) takeUserCode(w http.ResponseWriter, r *http.Request) {
	code := shortened(r.PostFormValue("user_code"))
	as := s.store.byUserCode(code)
	if as == nil {
		s.renderDevice(w, r, http.StatusUnprocessableEntity, deviceForm{Code: code, Wrong: true})
		return
	}
	if r.PostFormValue("abort") != "" {
		s.store.decline(as.ID)
		s.renderDevice(w, r, http.StatusOK, deviceForm{Denied: true})
		return
	}
	next, state := resumeDevice(as.ID), ""
	if _, known := s.session(r); !known && interactionOf(as).Straight {
		state = newSecret()
		next = weComPage(state)
	}
	browser := s.bindBrowser(w, r)
	if !s.store.update(as.ID, func(it *interaction) { it.Browser, it.WeComState = browser, state }) {
		s.showExpired(w, r)
		return
	}
	redirect(w, r, next)
}

func resumeDevice(id string) string { return "/oidc/device/" + url.PathEscape(id) }

// shortened is what may be a code, to be shown again.
func shortened(code string) string {
	if len(code) > 32 {
		return ""
	}
	return code
}

// showDeviceDone implements [goidc.RenderFunc]: the person is done.
func (s *Server) showDeviceDone(w http.ResponseWriter, r *http.Request) error {
	redirect(w, r, devicePath+"/success")
	return nil
}

func (s *Server) showDeviceSuccess(w http.ResponseWriter, r *http.Request) {
	s.render(w, http.StatusOK, "devicedone", languageOf(r, ""), nil, nil)
}

// promptUserCode implements [goidc.RenderFunc]. The library's own page is not
// served, so it is never asked for.
func (s *Server) promptUserCode(w http.ResponseWriter, r *http.Request) error {
	redirect(w, r, devicePath)
	return nil
}
