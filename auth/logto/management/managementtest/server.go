package managementtest

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"
)

// The machine-to-machine application that the server knows.
const (
	ClientID     = "m2m-app-id"
	ClientSecret = "M2M+sécret/of:tests"
	Resource     = "https://default.logto.app/api"
)

// Server is a Logto. What it keeps may be read and changed while nobody asks it,
// and within [Server.Change].
type Server struct {
	*httptest.Server

	NoRole       bool // the application has no role that grants access
	Applications []Object
	Connectors   []Object
	Resources    []Object
	Experience   Object

	// Wrap stands before the server, to make requests go wrong. It must be
	// set before the first request.
	Wrap func(http.Handler) http.Handler

	mu     sync.Mutex
	tokens map[string]bool
	writes []string
	ids    int
}

// Object is a JSON object.
type Object = map[string]any

// Start runs a Logto without a WeCom connector until the test ends.
func Start(t testing.TB) *Server {
	s := New()
	s.Server.Start()
	t.Cleanup(s.Close)
	return s
}

// New makes one that does not run yet, for [httptest.Server.Start] or, with a
// certificate that nobody knows, StartTLS. Close ends it.
func New() *Server {
	s := &Server{Experience: recorded("sign-in-exp-get").Object("body"), tokens: map[string]bool{}}
	s.Experience["socialSignInConnectorTargets"] = []any{}
	s.Experience["signUp"].(Object)["identifiers"] = []any{}
	management := Object{
		"tenantId": "default", "id": "management-api", "name": "Logto Management API", "indicator": Resource, "isDefault": false, "accessTokenTtl": 3600.0,
		"scopes": []any{Object{"tenantId": "default", "id": "management-api-all", "resourceId": "management-api", "name": "all"}},
	}
	s.Resources = []Object{management}
	routes := s.routes()
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Wrap != nil {
			s.Wrap(routes).ServeHTTP(w, r)
			return
		}
		routes.ServeHTTP(w, r)
	})
	s.Server = httptest.NewUnstartedServer(handler)
	// Under Wine writing to somebody who has hung up may never end, nor Close then.
	s.Config.WriteTimeout = 20 * time.Second
	return s
}

// Issuer is the server's.
func (s *Server) Issuer() string { return s.URL + "/oidc" }

// Change changes what the server keeps, between two requests.
func (s *Server) Change(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// Writes are the requests that have changed something, as "POST /api/resources",
// since the last call.
func (s *Server) Writes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	writes := s.writes
	s.writes = nil
	return writes
}

// EndTokens has the server take no token any more that it has given.
func (s *Server) EndTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token := range s.tokens {
		s.tokens[token] = false
	}
}

// id makes an ID; s.mu is held.
func (s *Server) id() string {
	s.ids++
	return "id" + strconv.Itoa(s.ids)
}
