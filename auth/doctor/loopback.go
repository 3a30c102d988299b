package doctor

import (
	"context"
	"net/url"
	"syscall"

	"doorkey/auth/loopback"
)

var (
	loopbackOK       = outcome{"loopback.ok", OK, "a browser on this computer reaches this program at {{.RedirectURI}}", ""}
	loopbackNoIPv4   = outcome{"loopback.no-ipv4", Warning, "this computer has no IPv4, so that sign-ins come back by IPv6", "See to it that http://[::1]/callback is among the redirect URIs of this application, too."}
	loopbackNone     = outcome{"loopback.none", Failed, "this computer has no {{.Host}} to come back to: {{.Error}}", "Turn on its loopback interface, such as with: ip link set lo up."}
	loopbackTaken    = outcome{"loopback.taken", Failed, "port {{.Port}} of {{.RedirectURI}} is taken by another program", "End what uses that port, which may be another sign-in, or better create a Native application in Logto, which needs no fixed port."}
	loopbackReserved = outcome{"loopback.reserved", Failed, "Windows has reserved port {{.Port}} of {{.RedirectURI}}", "Take a port that is in none of the ranges of: netsh interface ipv4 show excludedportrange protocol=tcp."}
	loopbackDenied   = outcome{"loopback.denied", Failed, "this program may not listen at {{.RedirectURI}}: {{.Error}}", "Take a redirect URI without a port, or with one above 1023."}
	loopbackBlocked  = outcome{"loopback.blocked", Failed, "this program listens at {{.RedirectURI}}, but a browser would not get there: {{.Error}}", "Have the firewall, or what protects this computer, allow connections from it to itself."}

	loopbackIPv6OK        = outcome{"loopback-ipv6.ok", OK, "a browser on this computer reaches this program at {{.RedirectURI}}", ""}
	loopbackIPv6None      = outcome{"loopback-ipv6.none", Skipped, "this computer has no IPv6, which it needs only where it has no IPv4", ""}
	loopbackIPv6NotNeeded = outcome{"loopback-ipv6.not-needed", Skipped, "not needed, because this program is set to {{.RedirectURI}}", ""}
	loopbackIPv6Blocked   = outcome{"loopback-ipv6.blocked", Warning, "this program listens at {{.RedirectURI}}, but a browser would not get there: {{.Error}}", "Have the firewall, or what protects this computer, allow connections from it to itself, if this computer is ever without IPv4."}
)

// loopback makes the way back from the browser with the redirect URI as it is.
func (e *examination) loopback(ctx context.Context) Check {
	registered := e.registered()
	looked := "a round trip to " + quote(registered)
	err := e.trip(ctx, registered)
	params := tripParams(registered, err)
	if e.target.RedirectURI == "" && isErrno(err, noAddress...) && e.trip(ctx, ipv6RedirectURI) == nil {
		return loopbackNoIPv4.check(looked, params, err)
	}
	return whyNot(err).check(looked, params, err)
}

// loopbackIPv6 makes it with the redirect URI that the library falls back to.
func (e *examination) loopbackIPv6(ctx context.Context) Check {
	looked := "a round trip to " + ipv6RedirectURI
	if e.target.RedirectURI != "" {
		return loopbackIPv6NotNeeded.check(looked, Params{"RedirectURI": quote(e.target.RedirectURI)}, nil)
	}
	err := e.trip(ctx, ipv6RedirectURI)
	params := tripParams(ipv6RedirectURI, err)
	switch {
	case err == nil:
		return loopbackIPv6OK.check(looked, params, nil)
	case isErrno(err, noAddress...):
		return loopbackIPv6None.check(looked, params, err)
	}
	return loopbackIPv6Blocked.check(looked, params, err)
}

func tripParams(redirectURI string, err error) Params {
	params := Params{"RedirectURI": quote(redirectURI)}
	if u, parseErr := url.Parse(redirectURI); parseErr == nil {
		params["Host"], params["Port"] = quote(u.Hostname()), portOf(u)
	}
	if err != nil {
		params["Error"] = quote(err.Error())
	}
	return params
}

// What Windows says for an address that it does not have, one that is taken, and
// one that it keeps for itself, such as for Hyper-V.
const (
	wsaeacces        = syscall.Errno(10013)
	wsaeafnosupport  = syscall.Errno(10047)
	wsaeaddrinuse    = syscall.Errno(10048)
	wsaeaddrnotavail = syscall.Errno(10049)
)

var noAddress = []syscall.Errno{syscall.EADDRNOTAVAIL, syscall.EAFNOSUPPORT, wsaeaddrnotavail, wsaeafnosupport}

// whyNot finds the reason in the error of a trip.
func whyNot(err error) outcome {
	switch {
	case err == nil:
		return loopbackOK
	case isErrno(err, noAddress...):
		return loopbackNone
	case isErrno(err, syscall.EADDRINUSE, wsaeaddrinuse):
		return loopbackTaken
	case isErrno(err, wsaeacces):
		return loopbackReserved
	case isA[*loopback.PortError](err):
		return loopbackDenied
	}
	return loopbackBlocked
}

func (e *examination) trip(ctx context.Context, redirectURI string) error {
	if e.target.Local.trip != nil {
		return e.target.Local.trip(ctx, redirectURI)
	}
	return roundTrip(ctx, redirectURI)
}
