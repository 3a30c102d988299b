package demo

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// oidcError is an error body as Logto sends it: its own two members, then
// those of OAuth (RFC 6749 §5.2).
type oidcError struct {
	Code        string `json:"code"`
	Message     string `json:"message"`
	URI         string `json:"error_uri,omitempty"`
	Error       string `json:"error"`
	Description string `json:"error_description"`

	status int
}

// logtoErrors are Logto's own words where they are known; see
// logto/recorded/token-invalid-grant.json and m2m-token-*.json.
var logtoErrors = map[string]oidcError{
	"authorization_pending":  {status: 400, Description: "authorization request is still pending as the end-user hasn't yet completed the user interaction steps"},
	"expired_token":          {status: 400, Description: "device code is expired"},
	"access_denied":          {status: 400, Message: "Access denied.", Description: "access denied"},
	"insufficient_scope":     {status: 403, Description: "access token missing openid scope"},
	"invalid_client":         {status: 401, Description: "client authentication failed"},
	"invalid_grant":          {status: 400, Message: "Grant request is invalid.", Description: "grant request is invalid", URI: "https://openid.sh/debug/invalid_grant"},
	"invalid_redirect_uri":   {status: 400, Message: "`redirect_uri` did not match any of the client's registered `redirect_uris`.", Description: "redirect_uri did not match any of the client's registered redirect_uris"},
	"invalid_request":        {status: 400, Message: "Request is invalid.", Description: "request is invalid"},
	"invalid_scope":          {status: 400, Description: "requested scope is not allowed"},
	"invalid_target":         {status: 400, Message: "Invalid resource indicator.", Description: "resource indicator is missing, or unknown"},
	"invalid_token":          {status: 401, Message: "Invalid token provided.", Description: "invalid token provided"},
	"server_error":           {status: 500, Description: "oops! something went wrong"},
	"unsupported_grant_type": {status: 400, Message: "Unsupported `grant_type` requested.", Description: "unsupported grant_type requested"},
}

// newOIDCError makes the body for an error. description replaces the usual one
// unless it is "".
func newOIDCError(code, description string) oidcError {
	e, ok := logtoErrors[code]
	if !ok {
		e.status = http.StatusBadRequest
	}
	e.Error = code
	e.Code = "oidc." + code
	e.Message = cmp.Or(e.Message, "An OIDC error occurred: "+e.Code+".")
	e.Description = cmp.Or(description, e.Description)
	return e
}

func writeError(w http.ResponseWriter, e oidcError) {
	if e.Error == "invalid_token" {
		w.Header().Set("WWW-Authenticate", `Bearer realm="doorkey demo", error="invalid_token", error_description="`+e.Description+`"`)
	}
	writeJSON(w, e.status, e)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	w.Write(data)
}

// translate gives an error of the library Logto's name and words. The library
// has other names for some, and descriptions of its own for all.
func translate(code goidc.ErrorCode) oidcError {
	switch code {
	case goidc.ErrorCodeExpiredToken:
		return newOIDCError("invalid_grant", "")
	case goidc.ErrorCodeUnauthorizedClient:
		return newOIDCError("invalid_client", "")
	case goidc.ErrorCodeAccessDenied:
		// At the endpoints that are translated this is a token of another
		// application, or one without openid.
		return newOIDCError("insufficient_scope", "")
	case goidc.ErrorCodeInternalError, "":
		return newOIDCError("server_error", "")
	}
	return newOIDCError(string(code), "")
}

// withLogtoErrors rewrites the errors of a JSON endpoint of the library.
func withLogtoErrors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := capture(next, r)
		if answer.status < 400 {
			answer.copyTo(w)
			return
		}
		writeError(w, answer.error())
	})
}

// renderError implements [goidc.RenderErrorFunc]: an error of the browser's
// endpoints that no application can be told of. An authorization request that
// is no good is answered in JSON, as Logto does; an interaction that is over
// has a person in front of it.
func (s *Server) renderError(w http.ResponseWriter, r *http.Request, err error) error {
	if r.PathValue("callback") != "" {
		s.showExpired(w, r)
		return nil
	}
	var known goidc.Error
	switch {
	case errors.Is(err, goidc.ErrNotFound), errors.As(err, &known) && known.Code == goidc.ErrorCodeInvalidClient:
		e := newOIDCError("invalid_client", "client is invalid")
		e.status = http.StatusBadRequest
		writeError(w, e)
	case known.Description == "invalid redirect_uri", // the library has no code for it
		r.FormValue("client_id") == DeviceClientID: // and no redirect URI of this one's is registered
		writeError(w, newOIDCError("invalid_redirect_uri", ""))
	default:
		writeError(w, translate(known.Code))
	}
	return nil
}
