package managementtest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /oidc/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, Object{"issuer": s.Issuer()})
	})
	mux.HandleFunc("POST /oidc/token", s.token)
	mux.HandleFunc("GET /api/.well-known/sign-in-exp", s.publicExperience)
	for pattern, handle := range map[string]http.HandlerFunc{
		"GET /api/applications": func(w http.ResponseWriter, r *http.Request) {
			types := r.URL.Query()["types"]
			answerPage(w, r, slices.DeleteFunc(slices.Clone(s.Applications), func(a Object) bool { return types != nil && !slices.Contains(types, a["type"].(string)) }))
		},
		"POST /api/applications":       s.createApplication,
		"GET /api/applications/{id}":   one(&s.Applications, "application-get-missing", func(w http.ResponseWriter, _ *http.Request, a Object) { answer(w, http.StatusOK, a) }),
		"PATCH /api/applications/{id}": one(&s.Applications, "application-get-missing", s.changeApplication),
		"GET /api/connectors": func(w http.ResponseWriter, _ *http.Request) {
			answer(w, http.StatusOK, slices.Concat([]Object{}, s.Connectors))
		},
		"POST /api/connectors":            s.createConnector,
		"PATCH /api/connectors/{id}":      one(&s.Connectors, "application-get-missing", s.changeConnector),
		"GET /api/resources":              func(w http.ResponseWriter, r *http.Request) { answerPage(w, r, s.Resources) },
		"POST /api/resources":             s.createResource,
		"POST /api/resources/{id}/scopes": one(&s.Resources, "application-get-missing", s.createScope),
		"GET /api/sign-in-exp":            func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, s.Experience) },
		"PATCH /api/sign-in-exp":          s.changeExperience,
	} {
		mux.Handle(pattern, s.guarded(handle))
	}
	return mux
}

// token knows one application, and gives it a token whose scope says whether
// its role grants access.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, secret, _ := r.BasicAuth()
	id, _ = url.QueryUnescape(id)
	secret, _ = url.QueryUnescape(secret)
	switch {
	case id != ClientID || secret != ClientSecret || r.FormValue("grant_type") != "client_credentials":
		replay(w, "m2m-token-bad-secret")
		return
	case r.FormValue("resource") != Resource:
		replay(w, "m2m-token-unknown-resource")
		return
	}
	token := "m2m-access-token-" + strconv.Itoa(len(s.tokens))
	s.tokens[token] = true
	body := recorded("m2m-token").Object("body")
	body["access_token"] = token
	if s.NoRole {
		delete(body, "scope")
	}
	answer(w, http.StatusOK, body)
}

// guarded lets in who has a token, one at a time, and notes what was changed.
func (s *Server) guarded(handle http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		switch {
		case !s.tokens[token]:
			replay(w, "management-unauthorized")
			return
		case s.NoRole:
			replay(w, "management-forbidden")
			return
		case r.Method != http.MethodGet:
			s.writes = append(s.writes, r.Method+" "+r.URL.Path)
		}
		handle(w, r)
	})
}

// one finds what the path names.
func one(all *[]Object, missing string, handle func(http.ResponseWriter, *http.Request, Object)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, o := range *all {
			if o["id"] == r.PathValue("id") {
				handle(w, r, o)
				return
			}
		}
		replay(w, missing)
	}
}

func (s *Server) createApplication(w http.ResponseWriter, r *http.Request) {
	body := readBody(r)
	if !validOIDC(w, body["oidcClientMetadata"]) {
		return
	}
	app := recorded("application-create-device").Object("body")
	merge(app, Object{"description": nil, "customClientMetadata": Object{}, "customData": Object{}})
	merge(app, body)
	app["id"] = s.id()
	s.Applications = slices.Insert(s.Applications, 0, app)
	answer(w, http.StatusOK, app)
}

func (s *Server) changeApplication(w http.ResponseWriter, r *http.Request, app Object) {
	body := readBody(r)
	if metadata, ok := body["oidcClientMetadata"]; ok && !validOIDC(w, metadata) {
		return
	}
	if custom, ok := body["customClientMetadata"].(Object); ok && (custom["isDeviceFlow"] == true) != (app["customClientMetadata"].(Object)["isDeviceFlow"] == true) {
		replay(w, "application-patch-device-flow")
		return
	}
	merge(app, body)
	answer(w, http.StatusOK, app)
}

// validOIDC wants both lists, and redirect URIs that a browser could go to.
func validOIDC(w http.ResponseWriter, metadata any) bool {
	m, _ := metadata.(Object)
	uris, ok := m["redirectUris"].([]any)
	if _, both := m["postLogoutRedirectUris"].([]any); !ok || !both {
		replay(w, "application-patch-without-post-logout")
		return false
	}
	for _, uri := range uris {
		if _, err := url.Parse(fmt.Sprint(uri)); err != nil {
			replay(w, "application-create-bad-redirect")
			return false
		}
	}
	return true
}

func (s *Server) createConnector(w http.ResponseWriter, r *http.Request) {
	body := readBody(r)
	if slices.ContainsFunc(s.Connectors, func(c Object) bool { return c["connectorId"] == body["connectorId"] }) {
		replay(w, "connector-create-conflict")
		return
	}
	if !validWeCom(w, body["config"]) {
		return
	}
	connector := recorded("connector-patch").Object("body")
	connector["id"], connector["syncProfile"] = s.id(), false
	merge(connector, body)
	s.Connectors = append(s.Connectors, connector)
	answer(w, http.StatusOK, connector)
}

func (s *Server) changeConnector(w http.ResponseWriter, r *http.Request, connector Object) {
	body := readBody(r)
	if validWeCom(w, body["config"]) {
		merge(connector, body)
		answer(w, http.StatusOK, connector)
	}
}

func validWeCom(w http.ResponseWriter, config any) bool {
	c, _ := config.(Object)
	for _, key := range []string{"corpId", "agentId", "appSecret"} {
		if _, ok := c[key].(string); !ok {
			replay(w, "connector-patch-bad-config")
			return false
		}
	}
	return true
}

func (s *Server) createResource(w http.ResponseWriter, r *http.Request) {
	body := readBody(r)
	if slices.ContainsFunc(s.Resources, func(o Object) bool { return o["indicator"] == body["indicator"] }) {
		replay(w, "resource-create-conflict")
		return
	}
	resource := recorded("resource-create").Object("body")
	merge(resource, body)
	resource["id"] = s.id()
	s.Resources = append(s.Resources, resource)
	answer(w, http.StatusCreated, resource)
}

func (s *Server) createScope(w http.ResponseWriter, r *http.Request, resource Object) {
	body := readBody(r)
	scopes := resource["scopes"].([]any)
	if slices.ContainsFunc(scopes, func(o any) bool { return o.(Object)["name"] == body["name"] }) {
		replay(w, "scope-create-conflict")
		return
	}
	scope := recorded("scope-create").Object("body")
	merge(scope, body)
	scope["id"], scope["resourceId"] = s.id(), resource["id"]
	resource["scopes"] = append(scopes, scope)
	answer(w, http.StatusCreated, scope)
}

// changeExperience drops what is no connector's target, and says nothing.
func (s *Server) changeExperience(w http.ResponseWriter, r *http.Request) {
	body := readBody(r)
	if targets, ok := body["socialSignInConnectorTargets"].([]any); ok {
		body["socialSignInConnectorTargets"] = slices.DeleteFunc(targets, func(target any) bool {
			return !slices.ContainsFunc(s.Connectors, func(c Object) bool { return c["target"] == target })
		})
	}
	merge(s.Experience, body)
	answer(w, http.StatusOK, s.Experience)
}

// publicExperience is what everybody may know.
func (s *Server) publicExperience(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	public := Object{}
	merge(public, s.Experience)
	shown := []any{}
	for _, target := range s.Experience["socialSignInConnectorTargets"].([]any) {
		for _, c := range s.Connectors {
			if c["target"] == target {
				shown = append(shown, Object{"id": c["id"], "target": target, "name": c["name"], "platform": c["platform"], "logo": c["logo"]})
			}
		}
	}
	public["socialConnectors"] = shown
	answer(w, http.StatusOK, public)
}
