package demo

import (
	"bytes"
	"crypto"
	_ "crypto/sha512" // SHA-384, for at_hash
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
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
	Scope        string `json:"scope,omitempty"`
	TokenType    string `json:"token_type"`
}

// tokenEndpoint gives the library's token endpoint Logto's answers.
func (s *Server) tokenEndpoint(next http.Handler) http.Handler {
	return s.checkClient(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, r := newTokenRequest(r)
		if e := checkDeviceGrant(r.PostForm); e != nil {
			writeError(w, *e)
			return
		}
		answer := capture(next, r)
		if answer.status != http.StatusOK {
			if req.refusal != nil {
				writeError(w, *req.refusal)
				return
			}
			e := answer.error()
			// Logto consumes the refresh token before it looks at the
			// resource (FACTS, "Hazard").
			if e.Error == string(goidc.ErrorCodeInvalidTarget) {
				s.store.consumeRefreshToken(r.PostForm.Get("refresh_token"))
			}
			writeError(w, e)
			return
		}
		if len(req.resources) > 1 {
			writeError(w, newOIDCError("invalid_target", "only a single resource indicator value is supported"))
			return
		}
		var body tokenResponse
		err := json.Unmarshal(answer.body.Bytes(), &body)
		if err == nil {
			err = s.finish(&body, req, r.PostForm)
		}
		if err != nil {
			s.log.Error("demo: token response", "error", err)
			writeError(w, newOIDCError("server_error", ""))
			return
		}
		writeJSON(w, http.StatusOK, body)
	}))
}

// finish makes the library's good answer Logto's.
func (s *Server) finish(body *tokenResponse, req *tokenRequest, form url.Values) (err error) {
	if s.cfg.NoRotation && form.Get("grant_type") == string(goidc.GrantRefreshToken) {
		body.RefreshToken = form.Get("refresh_token")
	}
	if req.audience() == "" {
		body.Scope = among(logtoScopes, body.Scope)
	} else if body.AccessToken, body.Scope, err = s.resourceToken(req, body.Scope); err != nil {
		return err
	}
	if body.IDToken != "" {
		body.IDToken, err = s.signAgain(body.IDToken, body.AccessToken)
	}
	return err
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

// signAgain gives an ID token the header Logto's have, and the stand-in's time.
// The library's own always says "typ":"JWT", which only Logto <= 1.41 did, with
// an at_hash.
func (s *Server) signAgain(idToken, accessToken string) (string, error) {
	payload, err := s.keys.verify(idToken)
	if err != nil {
		return "", err
	}
	claims, err := decodeClaims(payload)
	if err != nil {
		return "", err
	}
	now := s.now().Unix()
	claims["iat"], claims["exp"] = now, now+int64(s.cfg.IDTokenTTL.Seconds())
	if !s.cfg.Legacy {
		return s.signClaims(claims, "")
	}
	claims["at_hash"] = accessTokenHash(accessToken, s.keys.current().signatureAlgorithm())
	return s.signClaims(claims, "JWT")
}

// decodeClaims keeps numbers as they were written.
func decodeClaims(payload []byte) (claims map[string]any, err error) {
	d := json.NewDecoder(bytes.NewReader(payload))
	d.UseNumber()
	return claims, d.Decode(&claims)
}

// signClaims makes a JWT; see [signingKeys.sign] for typ.
func (s *Server) signClaims(claims map[string]any, typ jose.ContentType) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	return s.keys.sign(payload, typ)
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
