package doctor

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

var (
	reachableOK          = outcome{"reachable.ok", OK, "{{.Host}} answers", ""}
	reachableClockAhead  = outcome{"reachable.clock-ahead", Warning, "{{.Host}} answers, but this computer's clock is {{.Minutes}} minutes ahead of its clock", "Set this computer's date and time: with a wrong clock, sign-ins can fail and end early."}
	reachableClockBehind = outcome{"reachable.clock-behind", Warning, "{{.Host}} answers, but this computer's clock is {{.Minutes}} minutes behind its clock", "Set this computer's date and time: with a wrong clock, sign-ins can fail and last too long."}

	reachableNoIssuer = outcome{"reachable.no-issuer", Failed, "no issuer was given", "Enter the issuer, which the Logto Console shows with the application under Endpoints & Credentials, such as https://abc.logto.app/oidc."}
	reachableAddress  = outcome{"reachable.address", Failed, "the issuer is not a web address without user name, ? and #", "Enter the issuer as the Logto Console shows it with the application under Endpoints & Credentials, such as https://abc.logto.app/oidc."}
	reachableHTTP     = outcome{"reachable.http", Failed, "the issuer does not start with https://, so that everybody on the way to {{.Host}} could read what is sent", "Start the issuer with https:// (http:// is for this computer only)."}
)

// reachable asks for the discovery document and looks no further than whether
// there is an answer.
func (e *examination) reachable(ctx context.Context) Check {
	issuer, bad := parseIssuer(e.target.Issuer)
	if bad != nil {
		host := ""
		if issuer != nil {
			host = issuer.Host
		}
		return bad.check("the issuer", Params{"Host": quote(host)}, nil)
	}
	// OpenID Connect Discovery §4.1: a slash at the end is left out.
	address := strings.TrimSuffix(e.target.Issuer, "/") + "/.well-known/openid-configuration"
	looked := "GET " + quote(address)
	var stage stage
	if proxy, err := e.web.proxy(&http.Request{URL: issuer}); err == nil && proxy != nil {
		stage.note("proxy: " + proxy.Host)
	}
	a, err := e.web.get(stage.watch(ctx), address)
	if err != nil {
		trouble := e.blame(ctx, issuer, err, stage.reached())
		c := trouble.outcome.check(looked, trouble.params, err)
		c.Details = stage.details()
		return c
	}
	e.document = a
	found, params := reachableOK, Params{"Host": quote(issuer.Host)}
	ahead, known := clockAhead(a.header, time.Now())
	if known {
		stage.note("clock: " + ahead.Round(time.Second).String() + " ahead of the server's")
	}
	if known && ahead.Abs() > maxClockOff {
		found = reachableClockAhead
		if ahead < 0 {
			found = reachableClockBehind
		}
		params["Minutes"] = strconv.Itoa(int(ahead.Abs().Minutes()))
	}
	c := found.check(looked, params, nil)
	c.Details = stage.details()
	return c
}

// parseIssuer refuses what cannot be an issuer (OpenID Connect Discovery §3).
// A password in it goes nowhere, least of all into a Check.
func parseIssuer(raw string) (*url.URL, *outcome) {
	if raw == "" {
		return nil, &reachableNoIssuer
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil, u.Hostname() == "", u.User != nil,
		u.RawQuery != "" || u.ForceQuery, strings.Contains(raw, "#"):
		return nil, &reachableAddress
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return u, &reachableHTTP
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, &reachableAddress
	}
	return u, nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// maxClockOff is how far this computer's clock may be off the server's before
// anybody is told.
const maxClockOff = 5 * time.Minute

// clockAhead is how far now is ahead of the server's clock.
func clockAhead(h http.Header, now time.Time) (time.Duration, bool) {
	there, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0, false
	}
	// RFC 9111 §5.1: what a cache answers is older by that.
	if age, err := strconv.ParseUint(h.Get("Age"), 10, 31); err == nil {
		there = there.Add(time.Duration(age) * time.Second)
	}
	return now.Sub(there), true
}
