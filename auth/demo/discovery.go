package demo

import (
	"encoding/json"
	"net/http"
	"strings"
)

// discovery gives the library's discovery document the members of Logto's
// (recorded/discovery.json), as far as the stand-in does what they say.
func (s *Server) discovery(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := capture(next, r)
		var document map[string]any
		if err := json.Unmarshal(answer.body.Bytes(), &document); err != nil {
			writeError(w, newOIDCError("server_error", ""))
			return
		}
		// Endpoints follow the Host that was asked, the issuer does not
		// (FACTS, "Issuer trap").
		asked := "http://" + r.Host + "/oidc"
		for member, value := range document {
			if url, ok := value.(string); ok && member != "issuer" {
				document[member] = asked + strings.TrimPrefix(url, s.issuer)
			}
		}
		document["device_authorization_endpoint"] = asked + "/device/auth" // the library's is elsewhere
		delete(document, "revocation_endpoint_auth_methods_supported")     // the library's, not Logto's
		// The library lists those of resources and organizations besides.
		document["scopes_supported"] = logtoScopes
		document["claims_parameter_supported"] = false
		document["request_uri_parameter_supported"] = false

		w.Header().Del("Cache-Control")
		writeJSON(w, http.StatusOK, document)
	})
}

// serveKeys is the JWKS endpoint. The library's cannot leave the "alg" out of
// a key it signs with.
func (s *Server) serveKeys(w http.ResponseWriter, _ *http.Request) {
	body, err := json.Marshal(s.keys.published())
	if err != nil {
		writeError(w, newOIDCError("server_error", ""))
		return
	}
	w.Header().Set("Content-Type", "application/jwk-set+json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache, max-age=0, must-revalidate")
	w.Write(body)
}
