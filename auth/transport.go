package auth

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"doorkey/auth/reconnect"
	"doorkey/auth/systemproxy"
)

const (
	// requestTimeout bounds one request to the provider, body included.
	requestTimeout = 30 * time.Second
	// maxBody bounds an answer of the provider, in bytes. The discovery
	// document of Logto 1.42 has 2,200.
	maxBody = 1 << 20
)

// newHTTPClient makes the client for every request to the provider: with a
// time limit, bounded answers and no redirects. A redirect of the token
// endpoint would take the code to another host; one of the discovery document
// means that the issuer is not the one configured.
func newHTTPClient(base *http.Client, c *clock) *http.Client {
	client := http.Client{}
	if base != nil {
		client = *base
	}
	if client.Timeout == 0 {
		client.Timeout = requestTimeout
	}
	client.Transport = boundedTransport{transportOf(base), c}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.Jar = nil
	return &client
}

// transportOf is the transport of a client, or where it has none one with the
// system's proxy, made to survive a change of network.
func transportOf(client *http.Client) http.RoundTripper {
	if client != nil && client.Transport != nil {
		return reconnect.Wrap(client.Transport)
	}
	return reconnect.Wrap(systemproxy.Transport())
}

type boundedTransport struct {
	base  http.RoundTripper
	clock *clock
}

func (t boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	t.clock.compare(resp.Header)
	resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxBody, host: r.URL.Host}
	return resp, nil
}

func (t boundedTransport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// boundedBody fails rather than ends early: half an answer must not look whole.
type boundedBody struct {
	io.ReadCloser
	left int
	host string
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if len(p) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if n > b.left {
		return b.left, fmt.Errorf("the answer of %s is longer than %d bytes", b.host, maxBody)
	}
	b.left -= n
	return n, err
}
