package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/luikyv/go-oidc/pkg/provider"
)

const (
	// DefaultPort is where the stand-in listens unless Config.Port says
	// otherwise: a fixed port, so that what was kept from the last run still
	// names the same issuer.
	DefaultPort = 34080

	// ClientID is the one application registered from the start: a Native
	// application (public, PKCE required) with the redirect URIs
	// http://127.0.0.1/callback and http://[::1]/callback, on any port
	// (RFC 8252 §7.3).
	ClientID = "doorkey-demo"

	// DeviceClientID is the application for the device flow (RFC 8628), which
	// with Logto is one of its own: it cannot sign in in a browser, and ClientID
	// not on another device.
	DeviceClientID = "doorkey-demo-device"

	// SessionLifetime is how long a refresh token that is not used is good,
	// unless Config.RefreshTokenTTL says otherwise: Logto's default.
	SessionLifetime = 14 * 24 * time.Hour
)

// Config says how a stand-in differs from the default one. The zero Config is a
// Logto with nothing set up in it but an application and people; for one with
// something to see, begin with [Sample].
type Config struct {
	// Port to listen on. 0 means DefaultPort, or any free port where that one
	// is taken (see Server.Moved); -1 means any free port.
	Port int

	// StateDir is the folder for what must survive a restart: signing keys,
	// grants and browser sessions. It is made if missing. Tokens, codes and
	// session ids are kept as SHA-256 hashes only.
	//
	// "" keeps everything in memory. So does a stand-in that moved to another
	// port, since the one that has the default port may be using the folder.
	// Two stand-ins must not be given the same folder.
	StateDir string

	// Logger gets what a person running the demo may want to know; nil
	// discards it. No token, code or password is ever logged.
	Logger *slog.Logger

	// The rest is for tests: other Logtos, and other times.

	// RSA is Logto after its signing key was rotated to RSA: RS256 ID tokens,
	// three algorithms advertised, the RSA key published first and without an
	// "alg" member, the ES384 key still published.
	RSA bool

	// Legacy is Logto 1.41 and earlier: ID tokens say "typ":"JWT" and carry
	// an at_hash.
	Legacy bool

	// IssuerHost, where not "", is the host:port the issuer names, while
	// endpoints go on following the Host header asked. It is the trap of a
	// Logto whose ENDPOINT setting does not say how it is reached.
	IssuerHost string

	// Web registers a second application besides ClientID.
	Web *WebApplication

	// Lifetimes; 0 means Logto's: 1 hour, 1 hour, and [SessionLifetime] from the
	// last refresh. They are counted in whole seconds.
	AccessTokenTTL, IDTokenTTL, RefreshTokenTTL time.Duration

	// NoRotation is an application with rotateRefreshToken off: a refresh
	// gives the same refresh token back.
	NoRotation bool

	// Wrap, where not nil, is given the handler of everything the stand-in
	// serves, and what it returns is served in its place. demotest.Faults has
	// one.
	Wrap func(http.Handler) http.Handler

	// Resources are the API resources there are besides Logto's own.
	Resources []Resource

	// Organizations are all there are; the default is none.
	Organizations []Organization

	// Roles are the names of people's roles, by the person's key.
	Roles map[string][]string

	// PostLogoutRedirectURIs are where every application may be led to after
	// a sign-out. They match to the letter, port and all.
	PostLogoutRedirectURIs []string

	// Clock is what time it is for the whole stand-in: what expires, what
	// tokens say, and the Date of every answer. nil means [time.Now].
	Clock func() time.Time
}

// WebApplication is a Traditional Web application: it has a secret, sent as
// client_secret_basic, and its one redirect URI matches to the letter.
type WebApplication struct {
	ID, Secret, RedirectURI string
}

// Server is a running stand-in. Its methods are safe for concurrent use.
type Server struct {
	cfg      Config
	log      *slog.Logger
	now      func() time.Time
	endpoint string
	issuer   string
	port     int
	moved    bool

	keys  signingKeys
	store *store
	pages pages
	op    *provider.Provider

	http     *http.Server
	requests inFlight
	serving  chan struct{} // closed when the accept loop has ended
	close    func() error
}

// Start listens on 127.0.0.1 and serves until Close. It fails where no port
// can be had or the state folder cannot be made or read; a damaged state file
// is put aside and logged, not an error.
func Start(cfg Config) (*Server, error) {
	listener, moved, err := listen(cfg.Port)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	s, err := newServer(cfg, listener.Addr().(*net.TCPAddr).Port, moved)
	if err != nil {
		listener.Close()
		return nil, fmt.Errorf("demo: %w", err)
	}
	go func() {
		defer close(s.serving)
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("demo: no longer serving", "error", err)
		}
	}()
	return s, nil
}

func newServer(cfg Config, port int, moved bool) (*Server, error) {
	cfg = cfg.withDefaults()
	if moved {
		cfg.StateDir = ""
	}
	s := &Server{
		cfg:      cfg,
		log:      cfg.Logger,
		now:      cfg.Clock,
		endpoint: fmt.Sprintf("http://127.0.0.1:%d", port),
		port:     port,
		moved:    moved,
		serving:  make(chan struct{}),
	}
	s.issuer = s.endpoint + "/oidc"
	if cfg.IssuerHost != "" {
		s.issuer = "http://" + cfg.IssuerHost + "/oidc"
	}
	s.close = sync.OnceValue(s.shutDown)

	err := cfg.checkPeople()
	if err != nil {
		return nil, err
	}
	if s.store, err = openStore(cfg); err != nil {
		return nil, err
	}
	if s.keys, err = s.store.signingKeys(cfg.RSA); err != nil {
		return nil, err
	}
	if s.pages, err = parsePages(); err != nil {
		return nil, err
	}
	if s.op, err = s.newProvider(); err != nil {
		return nil, err
	}
	s.http = s.newHTTPServer()
	return s, nil
}

// listen binds the port a Config asks for, and reports whether it is another
// one because the default was taken.
func listen(port int) (_ net.Listener, moved bool, _ error) {
	address := func(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
	switch {
	case port == 0:
		if l, err := net.Listen("tcp4", address(DefaultPort)); err == nil {
			return l, false, nil
		}
		l, err := net.Listen("tcp4", address(0))
		return l, true, err
	case port == -1:
		port = 0
	}
	l, err := net.Listen("tcp4", address(port))
	return l, false, err
}

func (c Config) withDefaults() Config {
	orElse := func(d *time.Duration, otherwise time.Duration) {
		if *d == 0 {
			*d = otherwise
		}
	}
	orElse(&c.AccessTokenTTL, time.Hour)
	orElse(&c.IDTokenTTL, time.Hour)
	orElse(&c.RefreshTokenTTL, SessionLifetime)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return c
}

// Issuer is the issuer identifier, such as http://127.0.0.1:34080/oidc: where
// discovery starts and what tokens say, unless Config.IssuerHost sets the two
// apart.
func (s *Server) Issuer() string { return s.issuer }

// Endpoint is where the stand-in is reached, such as http://127.0.0.1:34080.
func (s *Server) Endpoint() string { return s.endpoint }

// Moved reports whether DefaultPort was asked for and busy, so that another
// port was taken and nothing is kept for the next run.
func (s *Server) Moved() bool { return s.moved }

// Close stops the stand-in and waits until nothing of it runs any more. What
// is to be kept has been saved by then. Closing twice is harmless.
func (s *Server) Close() error { return s.close() }

func (s *Server) shutDown() error {
	// Browsers keep sockets open that they have not used yet, and Shutdown
	// would wait five seconds for each. Answers in progress take milliseconds.
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	<-s.serving
	s.requests.wait()
	return err
}
