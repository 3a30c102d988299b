package doctor

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"doorkey/auth/logto"
)

var (
	discoveryRedirect    = outcome{"discovery.redirect", Failed, "{{.URL}} sends one on to {{.To}}", "If this network has a sign-in page of its own, sign in there first; else check the issuer."}
	discoveryNotFound    = outcome{"discovery.not-found", Failed, "there is nothing at {{.URL}}", "Check the issuer: the Logto Console shows it with the application under Endpoints & Credentials."}
	discoveryNoOIDC      = outcome{"discovery.no-oidc", Failed, "there is nothing at {{.URL}}", "If this is a Logto, its issuer ends with /oidc: try {{.Try}}"}
	discoveryBusy        = outcome{"discovery.busy", Failed, "{{.Host}} has been asked too often and wants to be left alone (429)", "Wait a minute, then try again."}
	discoveryServerError = outcome{"discovery.server-error", Failed, "{{.Host}} is out of order at the moment (status {{.Status}})", "Try again in a minute; if it stays, have the server's administrator look at Logto and at the reverse proxy before it."}
	discoveryStatus      = outcome{"discovery.status", Failed, "{{.URL}} answers with status {{.Status}}", "Check the issuer, and that this address is open to everybody: a proxy before Logto may want a sign-in of its own."}

	discoveryCut       = outcome{"discovery.cut", Failed, "{{.Host}} broke off in the middle of its answer: {{.Error}}", "Try again; if it stays, check that no firewall or proxy cuts the connection."}
	discoveryTooLong   = outcome{"discovery.too-long", Failed, "the answer of {{.URL}} is far too long for what an OpenID provider says of itself", "Check the issuer: this is something else."}
	discoveryHTML      = outcome{"discovery.html", Failed, "{{.URL}} answers with a web page", "Check that the issuer is not the address of the Logto Console; if this network has a sign-in page of its own, sign in there first."}
	discoveryNotJSON   = outcome{"discovery.not-json", Failed, "{{.URL}} answers, but not with JSON", "Check the issuer: the Logto Console shows it with the application under Endpoints & Credentials."}
	discoveryNotOpenID = outcome{"discovery.not-openid", Failed, "{{.URL}} answers, but not as an OpenID provider does", "Check the issuer: the Logto Console shows it with the application under Endpoints & Credentials."}
)

// metadata is what a provider says of itself.
// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
type metadata struct {
	Issuer                string   `json:"issuer"`
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TokenEndpoint         string   `json:"token_endpoint"`
	JWKSURI               string   `json:"jwks_uri"`
	RevocationEndpoint    string   `json:"revocation_endpoint"`
	UserInfoEndpoint      string   `json:"userinfo_endpoint"`
	EndSessionEndpoint    string   `json:"end_session_endpoint"`
	ResponseTypes         []string `json:"response_types_supported"`
	ChallengeMethods      []string `json:"code_challenge_methods_supported"`
	Algorithms            []string `json:"id_token_signing_alg_values_supported"`
	Scopes                []string `json:"scopes_supported"`
	GrantTypes            []string `json:"grant_types_supported"`
	IssParameter          bool     `json:"authorization_response_iss_parameter_supported"`
}

// isLogto goes by the scopes that only Logto has, and by its path.
func (m metadata) isLogto() bool {
	return logto.Endpoint(m.Issuer) != "" &&
		slices.ContainsFunc(m.Scopes, func(scope string) bool { return strings.HasPrefix(scope, "urn:logto:scope:") })
}

// discovery reads the document that reachable has got.
func (e *examination) discovery(context.Context) Check {
	looked := "the answer of " + bare(e.document.url)
	end := func(o outcome, more Params) Check {
		params := Params{
			"Host":   quote(e.document.url.Host),
			"URL":    bare(e.document.url),
			"Status": strconv.Itoa(e.document.status),
			"Issuer": quote(e.target.Issuer),
		}
		maps.Copy(params, more)
		return o.check(looked, params, e.document.bodyErr)
	}
	if o, params := e.document.usable(e.target.Issuer); o != nil {
		return end(*o, params)
	}
	if err := json.Unmarshal(e.document.body, &e.provider); err != nil {
		if json.Valid(e.document.body) {
			return end(discoveryNotOpenID, nil)
		}
		return end(discoveryNotJSON, nil)
	}
	if e.provider.Issuer == "" {
		return end(discoveryNotOpenID, nil)
	}
	if o, params := e.provider.misnamed(e.target.Issuer); o != nil {
		return end(*o, params)
	}
	if o, params := e.provider.lacks(); o != nil {
		return end(*o, params)
	}
	e.isLogto = e.provider.isLogto()
	return end(e.provider.overall(), nil)
}

// usable finds out why an answer is no document.
func (a answer) usable(issuer string) (*outcome, Params) {
	switch {
	case a.location() != nil:
		return &discoveryRedirect, Params{"To": bare(a.location())}
	case a.status == http.StatusNotFound && logto.Endpoint(issuer) == "":
		return &discoveryNoOIDC, Params{"Try": quote(strings.TrimSuffix(issuer, "/") + "/oidc")}
	case a.status == http.StatusNotFound:
		return &discoveryNotFound, nil
	case a.status == http.StatusTooManyRequests:
		return &discoveryBusy, nil
	case a.status >= 500:
		return &discoveryServerError, nil
	case a.status != http.StatusOK:
		return &discoveryStatus, nil
	case a.bodyErr == errTooLong:
		return &discoveryTooLong, nil
	case a.bodyErr != nil:
		return &discoveryCut, Params{"Error": quote(a.bodyErr.Error())}
	case a.isHTML():
		return &discoveryHTML, nil
	}
	return nil, nil
}

// isSafe accepts https, and http on this machine, as the library does.
func isSafe(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()))
}
