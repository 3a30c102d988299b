package auth

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"doorkey/auth/logto"
)

// SignInOption changes one sign-in. A [TokenOption] is one too.
type SignInOption interface{ change(*signIn) error }

// signIn is what the options say.
type signIn struct {
	params    url.Values // of the authorization request
	prompt    []string
	scopes    []string
	resources []string
	fresh     bool
	maxAge    time.Duration // of fresh
	device    bool
	required  bool         // see RequireStorage
	ready     func() error // waits until the store is known to take the session; nil if that is not required
	shared    bool         // see Shared
}

func (s *signIn) setParam(name, value string) {
	if s.params == nil {
		s.params = make(url.Values)
	}
	s.params.Set(name, value)
}

type signInOption func(*signIn) error

func (o signInOption) change(s *signIn) error { return o(s) }

func param(name, value string) signInOption {
	return func(s *signIn) error {
		if value != "" {
			s.setParam(name, value)
		}
		return nil
	}
}

// Connector goes straight to one way to sign in, past the provider's page that
// lists them: Connector("wecom") to WeCom. It is for Logto only.
func Connector(target string) SignInOption {
	return signInOption(func(s *signIn) error {
		if err := logto.CheckConnector(target); err != nil {
			return err
		}
		s.setParam(logto.DirectSignInParam(target))
		return nil
	})
}

// UILocales asks for the provider's pages in one of these languages, the best
// first, as BCP 47 tags (OpenID Connect Core §3.1.2.1).
func UILocales(tags ...string) SignInOption { return param("ui_locales", strings.Join(tags, " ")) }

// LoginHint fills in who is about to sign in: a username, an e-mail address or
// a phone number (OpenID Connect Core §3.1.2.1).
func LoginHint(hint string) SignInOption { return param("login_hint", hint) }

// Scopes asks for these besides those of the Config.
func Scopes(scopes ...string) SignInOption {
	return signInOption(func(s *signIn) error {
		for _, scope := range scopes {
			if err := checkScope(scope); err != nil {
				return err
			}
		}
		s.scopes = append(s.scopes, scopes...)
		return nil
	})
}

// AnotherAccount has the provider ask who it is, whoever is signed in in the
// browser. Without it, whoever that is comes back.
func AnotherAccount() SignInOption {
	return signInOption(func(s *signIn) error {
		s.prompt = append(s.prompt, "login")
		return nil
	})
}

const (
	scopeOrganizations    = "urn:logto:scope:organizations"
	resourceOrganizations = "urn:logto:resource:organizations"
)

// change asks for what AccessToken will be asked.
func (o TokenOption) change(s *signIn) error {
	if o.minValidity != 0 {
		return errors.New("auth.MinValidity is for AccessToken, not for SignIn")
	}
	if o.Resource != "" {
		if err := checkResource(o.Resource); err != nil {
			return err
		}
		s.resources = append(s.resources, o.Resource)
	}
	if o.Organization != "" {
		// Logto puts an organization's permissions into its tokens only where
		// this resource was asked for.
		s.scopes = append(s.scopes, scopeOrganizations)
		s.resources = append(s.resources, resourceOrganizations)
	}
	return nil
}
