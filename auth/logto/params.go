// Package logto holds what only Logto has. Everything else in Doorkey follows
// the OpenID Connect and OAuth 2.0 specifications.
package logto

import (
	"fmt"
	"regexp"
	"sync"

	"golang.org/x/oauth2"
)

// WeCom is the connector target of WeCom (企业微信).
const WeCom = "wecom"

// The repetition makes 800 allocations, which most starts of a program need not.
var connectorTarget = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`) })

// CheckConnector tells what is wrong with the name of a social connector's
// target. Whether the tenant has that connector only Logto knows: an unknown
// one silently shows the normal sign-in page.
func CheckConnector(target string) error {
	if !connectorTarget().MatchString(target) {
		return fmt.Errorf("connector %q: the name of a connector's target, such as %q, has letters, digits, - and _ only", target, WeCom)
	}
	return nil
}

// DirectSignIn sends the person straight to a social connector, past Logto's
// own sign-in page.
// https://docs.logto.io/end-user-flows/authentication-parameters/direct-sign-in
func DirectSignIn(target string) oauth2.AuthCodeOption {
	return oauth2.SetAuthURLParam(DirectSignInParam(target))
}

// DirectSignInParam is [DirectSignIn] as the name and value of a parameter, for
// a request that is not x/oauth2's.
func DirectSignInParam(target string) (name, value string) {
	return "direct_sign_in", "social:" + target
}
