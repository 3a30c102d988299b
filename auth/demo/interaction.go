package demo

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// interaction is the stand-in's part of one authorization request: everything
// between the request and the answer that takes a person. It is kept by value
// in the library's AuthnSession.
type interaction struct {
	Browser    string // hash of the cookie of the browser that began it
	UILocales  string
	LoginHint  string
	Straight   bool     // on to WeCom, without the sign-in page (of the device flow)
	Cancelled  bool     // the person came back from WeCom with nothing
	Standing   standing // of whoever tried to sign in last
	WeComState string   // "" while the person is not at WeCom
	Login      *login   // who signed in, once somebody has
	ExpiresAt  time.Time
}

const interactionKey = "doorkey.interaction"

func interactionOf(as *goidc.AuthnSession) interaction {
	it, _ := as.Store[interactionKey].(interaction)
	return it
}

// beginInteraction implements [goidc.SetupAuthnFunc]: it is called once for
// every authorization request the library found nothing wrong with.
func (s *Server) beginInteraction(r *http.Request, as *goidc.AuthnSession, _ *goidc.Client) bool {
	as.Store[interactionKey] = interaction{
		UILocales: r.FormValue("ui_locales"),
		LoginHint: as.LoginHint,
		ExpiresAt: s.now().Add(interactionTTL),
	}
	return true
}

// authenticate implements [goidc.AuthnFunc]. It is called at the start of an
// interaction, and again when the browser comes back to /oidc/auth/<id>.
func (s *Server) authenticate(w http.ResponseWriter, r *http.Request, as *goidc.AuthnSession, _ *goidc.Client) (goidc.Status, error) {
	it := interactionOf(as)
	if it.Browser == "" {
		return s.start(w, r, as)
	}
	switch {
	case !s.fromSameBrowser(r, it):
		s.showExpired(w, r)
		return goidc.StatusPending, nil
	case it.Login == nil:
		redirect(w, r, signInPage(as.ID))
		return goidc.StatusPending, nil
	}
	s.startSession(w, r, *it.Login)
	return grantAccess(as, *it.Login)
}

// start goes straight through where the browser is signed in and nobody asks
// for more. Otherwise it sends the person to sign in.
func (s *Server) start(w http.ResponseWriter, r *http.Request, as *goidc.AuthnSession) (goidc.Status, error) {
	if err := checkRequest(as); err != nil {
		return goidc.StatusFailure, err
	}
	if who, ok := s.session(r); ok && !s.mustAskAgain(as, who) && s.store.standingOf(who.Subject) == good {
		return grantAccess(as, who)
	}
	it := interactionOf(as)
	it.Browser = s.bindBrowser(w, r)
	next := signInPage(as.ID)
	// An unknown connector silently shows the normal page.
	if r.FormValue("direct_sign_in") == "social:"+connectorTarget {
		it.WeComState = newSecret()
		next = weComPage(it.WeComState)
	}
	as.Store[interactionKey] = it
	redirect(w, r, next)
	return goidc.StatusPending, nil
}

// checkRequest refuses what Logto refuses and the library does not.
func checkRequest(as *goidc.AuthnSession) error {
	invalid := func(description string) error {
		return goidc.NewError(goidc.ErrorCodeInvalidRequest, description)
	}
	// A challenge without a method is "plain" (RFC 7636 §4.3), and Logto takes
	// S256 only.
	if as.CodeChallenge != "" && as.CodeChallengeMethod != goidc.CodeChallengeMethodSHA256 {
		return invalid("not supported value of code_challenge_method")
	}
	prompts := promptsOf(as)
	for _, prompt := range prompts {
		switch prompt {
		case "none", "login", "consent":
		default:
			return invalid("unsupported prompt value requested")
		}
	}
	if slices.Contains(prompts, "none") {
		if len(prompts) > 1 {
			return invalid("prompt none must only be used alone")
		}
		// So it always is for a Native application (FACTS, "Authorize"); what
		// others get was not measured.
		return goidc.NewError("interaction_required", "interaction is required")
	}
	return nil
}

// promptsOf splits prompt, which the library keeps as one word whatever was
// sent: "login consent" is neither of its constants.
func promptsOf(as *goidc.AuthnSession) []string { return strings.Fields(string(as.Prompt)) }

func (s *Server) mustAskAgain(as *goidc.AuthnSession, who login) bool {
	if slices.Contains(promptsOf(as), "login") {
		return true
	}
	if as.MaxAuthnAgeSecs == nil {
		return false
	}
	age := s.now().Sub(who.AuthTime)
	return *as.MaxAuthnAgeSecs <= 0 || age > time.Duration(*as.MaxAuthnAgeSecs)*time.Second
}

// grantAccess ends an interaction well. First-party consent costs no click,
// but only prompt=consent asks for it, and without it offline_access is
// dropped silently (FACTS, "Authorize").
func grantAccess(as *goidc.AuthnSession, who login) (goidc.Status, error) {
	granted := strings.Fields(as.Scopes)
	if !slices.Contains(promptsOf(as), "consent") {
		granted = slices.DeleteFunc(granted, func(scope string) bool {
			return scope == goidc.ScopeOfflineAccess.ID
		})
	}
	as.Subject = who.Subject
	as.GrantedScopes = strings.Join(granted, " ")
	as.GrantedResources = as.Resources
	as.Store[authTimeKey] = who.AuthTime
	return goidc.StatusSuccess, nil
}

// bindBrowser returns the hash of what makes a browser known again during an
// interaction, and gives it to those that have none. Two tabs share it.
func (s *Server) bindBrowser(w http.ResponseWriter, r *http.Request) string {
	secret := newSecret()
	if cookie, err := r.Cookie(s.interactionCookie()); err == nil && len(cookie.Value) == len(secret) {
		secret = cookie.Value
	}
	http.SetCookie(w, s.newCookie(s.interactionCookie(), secret, "/", interactionTTL))
	return hashed(secret)
}

func (s *Server) fromSameBrowser(r *http.Request, it interaction) bool {
	cookie, err := r.Cookie(s.interactionCookie())
	return err == nil && same(hashed(cookie.Value), it.Browser)
}

func signInPage(id string) string { return "/sign-in?" + url.Values{"interaction": {id}}.Encode() }

// resumePath is where the library takes an interaction up again.
func (st *store) resumePath(id string) string {
	st.mu.Lock()
	defer st.mu.Unlock()
	if as := st.pending(id); as != nil && as.DeviceCode != "" {
		return "/oidc/device/" + url.PathEscape(id)
	}
	return "/oidc/auth/" + url.PathEscape(id)
}

// redirect answers 303, so that a form is not posted again.
func redirect(w http.ResponseWriter, r *http.Request, to string) {
	http.Redirect(w, r, to, http.StatusSeeOther)
}
