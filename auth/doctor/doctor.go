// Package doctor finds out what of a set-up works and what is missing, without
// signing anybody in. A diagnosis is data: each [Check] has a stable code and
// parameters, from which a window makes a sentence in the person's language,
// and the same sentence in English.
//
//	for _, check := range doctor.Run(ctx, doctor.Target{Issuer: issuer, ClientID: id}, nil) {
//		fmt.Println(check.Status, check.ID, check.Found, check.Remedy)
//	}
//
// With a [Local], this computer is looked at too: settings, loopback interface,
// browser, keychain, session.
//
// Nobody is signed in, and nothing stays stored here. What the provider notices is
// harmless: up to three authorization requests that nobody goes on with, each
// an interaction that expires in an hour at Logto, and one code that never was,
// refused by the token endpoint. Logto's audit log has a line for each.
package doctor

import (
	"context"
	"net/http"
	"slices"
	"time"

	"doorkey/auth/keychain"
	"doorkey/auth/logto"
)

// Target is the set-up to look at.
type Target struct {
	// Issuer is the provider's issuer identifier, for Logto
	// https://<endpoint>/oidc.
	Issuer string

	// ClientID is the App ID of a Native application.
	ClientID string

	// HasSecret says that the program is given a client secret, as only a
	// Traditional Web application has one. The secret itself is not needed.
	HasSecret bool

	// RedirectURI as registered with the provider. Empty means
	// http://127.0.0.1/callback, and http://[::1]/callback besides.
	RedirectURI string

	// Connector is the target of the social connector that people are to sign
	// in with. Empty means WeCom.
	Connector string

	// HTTPClient's transport carries the requests; nothing else of it is
	// used. Nil means the system's proxy settings and certificates.
	HTTPClient *http.Client

	// Local adds all checks of this computer, and those of the provider that
	// matter once the program is set up. Nil leaves only those that a person
	// who enters Issuer and ClientID wants to see.
	Local *Local
}

// The checks, in the order they are made. What a check needs is looked at
// before it.
const (
	IDSettings        = "settings"          // they are right, and where each comes from
	IDReachable       = "reachable"         // the issuer's host answers
	IDDiscovery       = "discovery"         // it is an OpenID provider, and calls itself so
	IDJWKS            = "jwks"              // the keys that it signs with can be read
	IDClient          = "client"            // it knows the application, a Native one
	IDRedirectURI     = "redirect-uri"      // the browser may come back here
	IDRedirectURIIPv6 = "redirect-uri-ipv6" // also on a computer without IPv4
	IDRefreshToken    = "refresh-token"     // a session can last
	IDWeCom           = "wecom"             // the sign-in page offers Target.Connector, whichever that is
	IDLoopback        = "loopback"          // a browser here reaches this program
	IDLoopbackIPv6    = "loopback-ipv6"     // also by IPv6
	IDBrowser         = "browser"           // there is one to open
	IDKeychain        = "keychain"          // it keeps what is stored in it
	IDSession         = "session"           // whether somebody is signed in
)

// IDs are those of all checks, in the order they are made.
func IDs() []string {
	local := &Local{Settings: []Setting{{}}}
	local.Keychain = func(context.Context) (p keychain.Probed, err error) { return }
	local.Session = func(context.Context) (s Session, err error) { return }
	return Target{Local: local}.IDs()
}

// IDs are those of the checks that are made for the target, in that order.
func (t Target) IDs() []string {
	var ids []string
	for _, s := range new(examination).steps(t) {
		ids = append(ids, s.id)
	}
	return ids
}

// requestTimeout bounds one request, body included.
const requestTimeout = 10 * time.Second

// Run makes all checks, one after the other, and returns what each found. It
// blocks until then, at most 10 seconds for each of about six requests, and with
// a Local for as long as its functions and 10 seconds for the loopback interface.
// Each check is told to report as it ends, if report is not nil, from this
// goroutine. Where ctx is done, Run returns at once with the checks that had
// ended by then, or once the keychain is tidy.
//
// Redirects are not followed and no cookies are kept. No state, nonce or
// verifier is in any Check. Run may be called concurrently.
func Run(ctx context.Context, target Target, report func(Check)) []Check {
	return run(ctx, target, requestTimeout, report)
}

func run(ctx context.Context, target Target, timeout time.Duration, report func(Check)) []Check {
	if target.Connector == "" {
		target.Connector = logto.WeCom
	}
	web := newWeb(target.HTTPClient, timeout)
	defer web.close()
	e := &examination{target: target, web: web}

	var done []Check
	for _, step := range e.steps(target) {
		check, blocked := skip(done, step.needs)
		if !blocked {
			check = step.look(ctx)
		}
		if ctx.Err() != nil {
			break // what was cut short has found nothing
		}
		check.ID = step.id
		done = append(done, check)
		if report != nil {
			report(check)
		}
	}
	return done
}

// step is one check.
type step struct {
	id    string
	needs []string
	look  func(context.Context) Check
}

// steps are the checks that there are to make.
func (e *examination) steps(t Target) []step {
	local := t.Local
	all := local != nil
	var steps []step
	add := func(wanted bool, id string, look func(context.Context) Check, needs ...string) {
		if wanted {
			steps = append(steps, step{id, needs, look})
		}
	}
	add(all && (local.Settings != nil || local.SettingsErr != nil), IDSettings, e.settings)
	add(true, IDReachable, e.reachable)
	add(true, IDDiscovery, e.discovery, IDReachable)
	add(all, IDJWKS, e.jwks, IDDiscovery)
	add(true, IDClient, e.client, IDDiscovery)
	add(true, IDRedirectURI, e.redirectURI, IDClient)
	add(true, IDRedirectURIIPv6, e.redirectURIIPv6, IDClient)
	add(all, IDRefreshToken, e.refreshToken, IDClient)
	add(true, IDWeCom, e.connector, IDDiscovery)
	add(all, IDLoopback, e.loopback)
	add(all, IDLoopbackIPv6, e.loopbackIPv6)
	add(all, IDBrowser, e.browser)
	add(all && local.Files != nil, IDKeychain, e.files)
	add(all && local.Files == nil && local.Keychain != nil, IDKeychain, e.keychain)
	add(all && local.Session != nil, IDSession, e.session)
	return steps
}

// skip tells whether a check cannot be made, because one of those it needs has
// failed, could not tell, or was skipped itself.
func skip(done []Check, needs []string) (Check, bool) {
	for _, check := range done {
		if !slices.Contains(needs, check.ID) {
			continue
		}
		switch {
		case check.Code == skipped.code:
			return check, true // for the same reason
		case check.Status == Failed, check.Code == clientUnclear.code:
			return skipped.check("", Params{"ID": check.ID}, nil), true
		}
	}
	return Check{}, false
}

// examination is one Run: what it looks at, and what earlier checks have found
// that later ones need.
type examination struct {
	target   Target
	web      *web
	document answer   // of discovery, as it came
	provider metadata // what it says
	isLogto  bool
	verdict  verdict // on the authorization request
}
