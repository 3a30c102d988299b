package demo

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// signOut implements [goidc.LogoutFunc]: the browser's session ends without a
// click. Refresh tokens live on, see FACTS, "Sign-out and revocation".
func (s *Server) signOut(w http.ResponseWriter, r *http.Request, _ *goidc.LogoutSession) (goidc.Status, error) {
	s.endSession(w, r)
	return goidc.StatusSuccess, nil
}

// showSignedOut implements [goidc.HandleDefaultPostLogoutFunc].
func (s *Server) showSignedOut(w http.ResponseWriter, r *http.Request, ls *goidc.LogoutSession) error {
	s.render(w, http.StatusOK, "signedout", languageOf(r, ls.UILocales), nil, nil)
	return nil
}

// checkIDTokenHint checks id_token_hint in place of the library, which refuses
// one that has expired. Applications send the ID token they have, and an old
// one shows as well who is to be signed out (OpenID Connect RP-Initiated
// Logout 1.0 §4).
func (s *Server) checkIDTokenHint(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			writeError(w, newOIDCError("invalid_request", "request is invalid"))
			return
		}
		if hint := r.Form.Get("id_token_hint"); hint != "" {
			if !s.isOurs(hint, r.Form.Get("client_id")) {
				writeError(w, newOIDCError("invalid_request", "could not validate id_token_hint"))
				return
			}
			query := r.URL.Query()
			query.Del("id_token_hint")
			r.URL.RawQuery = query.Encode()
			r.Form.Del("id_token_hint")
			r.PostForm.Del("id_token_hint")
		}
		next.ServeHTTP(w, r)
	})
}

// nameHintedClient names the client of a sign-out that has only an ID token to
// say which it is. The library looks there too, but for checkIDTokenHint.
func (s *Server) nameHintedClient(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			writeError(w, newOIDCError("invalid_request", "request is invalid"))
			return
		}
		id, ok := s.audienceOf(r.Form.Get("id_token_hint"))
		if ok && r.Form.Get("client_id") == "" {
			query := r.URL.Query()
			query.Set("client_id", id)
			r.URL.RawQuery = query.Encode()
			r.Form.Set("client_id", id)
			r.PostForm.Set("client_id", id)
		}
		next.ServeHTTP(w, r)
	})
}

// isOurs reports whether this stand-in made an ID token for a client. Any
// client will do where none is named.
func (s *Server) isOurs(idToken, clientID string) bool {
	audience, ok := s.audienceOf(idToken)
	return ok && (clientID == "" || audience == clientID)
}

// audienceOf returns the client that this stand-in made an ID token for.
func (s *Server) audienceOf(idToken string) (clientID string, ok bool) {
	payload, err := s.keys.verify(idToken)
	if err != nil {
		return "", false
	}
	var claims struct {
		Issuer   string `json:"iss"`
		Audience string `json:"aud"`
	}
	if json.Unmarshal(payload, &claims) != nil || claims.Issuer != s.issuer {
		return "", false
	}
	known := slices.ContainsFunc(s.clients(), func(c *goidc.Client) bool { return c.ID == claims.Audience })
	return claims.Audience, known
}
