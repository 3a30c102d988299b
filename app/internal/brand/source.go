package brand

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"

	"doorkey/auth/logto"
	"doorkey/auth/systemproxy"
)

// Source says whose brand it is and where it is kept.
type Source struct {
	// Issuer is a Logto's, and ClientID one of its applications'.
	Issuer, ClientID string

	// Dir is a folder for the cache, which is made when there is something to
	// keep. In it is only what the tenant tells everybody. Empty is no cache.
	Dir string

	// Client carries the requests, for a proxy or an extra certificate
	// authority; nil means the system's. Where it is redirected to is decided
	// here.
	Client *http.Client
}

// Fetch asks Logto for the brand, loads its pictures, and keeps it for
// [Source.Cached]. It blocks for up to 20 seconds, so that it is not for the
// goroutine of a window, and a ctx that ends earlier may end it in vain.
//
// An error means that Logto did not answer, and that the cache is as it was.
// Everything smaller is a line in Problems.
func (s Source) Fetch(ctx context.Context) (Brand, error) {
	if s.Client == nil {
		transport := systemproxy.Transport()
		defer transport.CloseIdleConnections()
		s.Client = &http.Client{Transport: transport}
	}
	experience, err := logto.FetchExperience(ctx, s.Client, s.Issuer, s.ClientID)
	if err != nil {
		return Brand{}, fmt.Errorf("brand: %w", err)
	}
	b := plain(experience)
	b.loadPictures(ctx, s, experience)
	if err := ctx.Err(); err != nil {
		return Brand{}, fmt.Errorf("brand: %w", err) // pictures are missing that are there
	}
	// Addresses of strangers stand in these lines.
	b.Problems = logto.Experience{Problems: b.Problems}.Checked(s.Issuer).Problems
	if err := s.store(experience, b); err != nil {
		b.problem("brand not kept for the next start: %v", err)
	}
	return b, nil
}

// plain is the brand without its pictures.
func plain(e logto.Experience) Brand {
	b := Brand{
		Name: e.DisplayName, Terms: e.TermsURL, Privacy: e.PrivacyURL,
		OtherWays: e.OtherWays, Problems: slices.Clone(e.Problems),
	}
	b.accents(e)
	for _, c := range e.Connectors {
		b.Connectors = append(b.Connectors, Connector{Target: c.Target, Names: c.Names})
	}
	return b
}

// local tells whether Logto is on this machine, which alone lets it point at
// other http servers of this machine.
func (s Source) local() bool {
	u, err := url.Parse(s.Issuer)
	return err == nil && isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
