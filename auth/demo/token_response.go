package demo

import (
	"bytes"
	"crypto"
	_ "crypto/sha512" // SHA-384, for at_hash
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/luikyv/go-oidc/pkg/goidc"
)

// tokenResponse is the body of a good answer of the token endpoint.
type tokenResponse struct {
	AccessToken  string `json:"access_token"`
	ExpiresIn    int    `json:"expires_in"`
	IDToken      string `json:"id_token,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`
	Scope        string `json:"scope"`
	TokenType    string `json:"token_type"`
}

// tokenEndpoint gives the library's token endpoint Logto's answers.
func (s *Server) tokenEndpoint(next http.Handler) http.Handler {
	return s.checkClient(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(withPurpose(r.Context(), refreshing))
		answer := capture(next, r)
		if answer.status != http.StatusOK {
			e := answer.error()
			// Logto consumes the refresh token before it looks at the
			// resource (FACTS, "Hazard").
			if e.Error == string(goidc.ErrorCodeInvalidTarget) {
				s.store.consumeRefreshToken(r.PostForm.Get("refresh_token"))
			}
			writeError(w, e)
			return
		}
		var body tokenResponse
		err := json.Unmarshal(answer.body.Bytes(), &body)
		if err == nil && body.IDToken != "" {
			body.IDToken, err = s.signAgain(body.IDToken, body.AccessToken)
		}
		if err != nil {
			s.log.Error("demo: token response", "error", err)
			writeError(w, newOIDCError("server_error", ""))
			return
		}
		writeJSON(w, http.StatusOK, body)
	}))
}

// revocationEndpoint gives the library's revocation endpoint Logto's answers.
func (s *Server) revocationEndpoint(next http.Handler) http.Handler {
	return s.checkClient(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		withLogtoErrors(next).ServeHTTP(w, r.WithContext(withPurpose(r.Context(), revoking)))
	}))
}

// checkClient refuses clients that authenticate in another way than they are
// registered for. The library lets a public client send any secret.
func (s *Server) checkClient(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			writeError(w, newOIDCError("invalid_request", ""))
			return
		}
		named := r.PostForm.Get("client_id")
		basicID, _, _ := r.BasicAuth()
		scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		basic := strings.EqualFold(scheme, "Basic")
		native := s.isNative(named) || s.isNative(basicID)
		switch {
		case named == "" && !basic:
			writeError(w, newOIDCError("invalid_request", "no client authentication mechanism provided"))
		case native && (basic || r.PostForm.Has("client_secret") || r.PostForm.Has("client_assertion")):
			writeError(w, newOIDCError("invalid_client", ""))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// signAgain gives an ID token the header Logto's have. The library's own
// always says "typ":"JWT", which only Logto <= 1.41 did, with an at_hash.
func (s *Server) signAgain(idToken, accessToken string) (string, error) {
	payload, err := s.keys.verify(idToken)
	if err != nil {
		return "", err
	}
	if !s.cfg.Legacy {
		return s.keys.sign(payload, "")
	}
	var claims map[string]json.RawMessage
	if err := json.Unmarshal(payload, &claims); err != nil {
		return "", err
	}
	claims["at_hash"], err = json.Marshal(accessTokenHash(accessToken, s.keys.current().signatureAlgorithm()))
	if err != nil {
		return "", err
	}
	if payload, err = json.Marshal(claims); err != nil {
		return "", err
	}
	return s.keys.sign(payload, "JWT")
}

// accessTokenHash is at_hash: the left half of the hash that belongs to the ID
// token's algorithm (OpenID Connect Core §3.1.3.6).
func accessTokenHash(accessToken string, alg jose.SignatureAlgorithm) string {
	hash := crypto.SHA256
	if alg == jose.ES384 {
		hash = crypto.SHA384
	}
	h := hash.New()
	h.Write([]byte(accessToken))
	sum := h.Sum(nil)
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

// captured is an answer of the library, held back to be changed.
type captured struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func capture(next http.Handler, r *http.Request) *captured {
	answer := &captured{header: make(http.Header)}
	next.ServeHTTP(answer, r)
	if answer.status == 0 {
		answer.status = http.StatusOK
	}
	return answer
}

func (c *captured) Header() http.Header { return c.header }

func (c *captured) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
}

func (c *captured) Write(p []byte) (int, error) {
	c.WriteHeader(http.StatusOK)
	return c.body.Write(p)
}

func (c *captured) copyTo(w http.ResponseWriter) {
	maps.Copy(w.Header(), c.header)
	w.WriteHeader(c.status)
	w.Write(c.body.Bytes())
}

// error is the error in a captured answer, in Logto's words.
func (c *captured) error() oidcError {
	var body goidc.Error
	if err := json.Unmarshal(c.body.Bytes(), &body); err != nil {
		body.Code = goidc.ErrorCodeInternalError
	}
	return translate(body.Code)
}
