package management

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"doorkey/auth/logto"
)

// Config tells which Logto, and as whom.
type Config struct {
	Issuer string // as [logto.Issuer] has it; http only on this machine

	// Resource is the Management API's own identifier. Empty means
	// [DefaultResource], which is right but for Logto Cloud under a domain of
	// one's own.
	Resource string

	// ClientID and ClientSecret are of a machine-to-machine application.
	ClientID     string
	ClientSecret Secret

	// HTTPClient lends its transport; nil means Go's default one.
	HTTPClient *http.Client
}

// Client calls the Management API. It is safe for concurrent use.
type Client struct {
	config   Config
	endpoint string
	http     *http.Client

	mu      sync.Mutex
	token   Secret
	expires time.Time
}

// callTimeout bounds one request with its answer.
const callTimeout = 20 * time.Second

// New makes a Client. It asks nothing of the network.
func New(c Config) (*Client, error) {
	endpoint, err := checkIssuer(c.Issuer)
	if err != nil {
		return nil, fmt.Errorf("the Management API: %w", err)
	}
	if c.Resource == "" {
		c.Resource = DefaultResource(c.Issuer)
	}
	if u, err := url.Parse(c.Resource); err != nil || !u.IsAbs() || u.Fragment != "" {
		return nil, fmt.Errorf("the Management API: its identifier %q is not an address: it is https://<tenant-id>.logto.app/api", clean(c.Resource))
	}
	switch {
	case c.ClientID == "":
		return nil, errors.New("the Management API: there is no App ID of a machine-to-machine application: make one in the Logto Console, under Applications")
	case c.ClientSecret.IsZero():
		return nil, errors.New("the Management API: there is no App Secret of the machine-to-machine application: copy it from the Logto Console, under Applications")
	}
	lent := http.Client{
		Timeout:       callTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if c.HTTPClient != nil {
		lent.Transport = c.HTTPClient.Transport
	}
	return &Client{config: c, endpoint: endpoint, http: &lent}, nil
}

// Issuer is the Logto that the client calls.
func (c *Client) Issuer() string { return c.config.Issuer }

// Endpoint is the Logto's address, without a slash at its end.
func (c *Client) Endpoint() string { return c.endpoint }

// Resource is the identifier of the Management API that is asked for.
func (c *Client) Resource() string { return c.config.Resource }

// checkIssuer returns the endpoint of an issuer to which a secret may be sent.
func checkIssuer(issuer string) (endpoint string, err error) {
	u, err := url.Parse(issuer)
	endpoint = logto.Endpoint(issuer)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || endpoint == "":
		return "", errors.New("the issuer is not a Logto's, which is https://<endpoint>/oidc")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return "", fmt.Errorf("the issuer %s is not safe, as everybody on the way could read the secret: use https", clean(issuer))
	case u.Scheme != "https" && u.Scheme != "http":
		return "", errors.New("the issuer is not a web address: use https://<endpoint>/oidc")
	}
	return endpoint, nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// DefaultResource is the identifier of the Management API of the Logto that has
// this issuer: that of the tenant where the address is Logto Cloud's own, else
// that of every self-hosted Logto. (A Cloud tenant with a domain of its own
// does not tell the tenant's ID.)
func DefaultResource(issuer string) string {
	if u, err := url.Parse(issuer); err == nil && strings.HasSuffix(u.Host, ".logto.app") {
		return "https://" + u.Host + "/api"
	}
	return "https://default.logto.app/api"
}
