package setup

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"doorkey/auth/logto/management"
)

// Wanted is what is to be there in the end.
type Wanted struct {
	// Name is the Native application's, in the Logto Console.
	Name string

	// ClientID names an application that is there already, to be used instead
	// of one by that name. What it lacks is added.
	ClientID string

	// RefreshDays is for how many days, from 1 to 180, a person stays signed
	// in who does not use the application; 0 leaves it as it is, which is 14
	// where nobody has set it.
	RefreshDays int

	// Device asks for a second application, for sign-ins by a code that is
	// entered on another device. Logto wants one that does nothing else.
	// DeviceClientID names one that is there already.
	Device         bool
	DeviceClientID string

	Resources []Resource

	// WeCom is what the person has from WeCom's console. With none, the
	// connector has to be there already. NoWeCom leaves all of WeCom alone.
	WeCom   *WeCom
	NoWeCom bool

	// Replace allows to overwrite what this package did not make.
	Replace bool
}

// Resource is an API that tokens are wanted for.
type Resource struct {
	Indicator string // an address, such as https://api.example.com
	Name      string // empty means the indicator
	Scopes    []string
}

// WeCom is the application in WeCom's console.
type WeCom struct {
	CorpID  string
	AgentID string
	Secret  management.Secret

	// Scope is what to learn of a person: [ScopeBase] or [ScopePrivateInfo].
	// Empty leaves it as it is.
	Scope string
}

// What WeCom tells of a person.
const (
	ScopeBase        = "snsapi_base"
	ScopePrivateInfo = "snsapi_privateinfo"
)

// RedirectURIs are those of a desktop application. Logto takes any port with
// them.
func RedirectURIs() []string {
	return []string{"http://127.0.0.1/callback", "http://[::1]/callback"}
}

// Check tells what is wrong with what is wanted. [Inspect] calls it too.
func (w Wanted) Check() error {
	switch {
	case !isName(w.Name, 200):
		return errors.New("the application's name must be one line of at most 200 characters")
	case w.RefreshDays < 0 || w.RefreshDays > 180:
		return fmt.Errorf("the refresh token cannot last %d days: Logto takes 1 to 180", w.RefreshDays)
	case w.NoWeCom && w.WeCom != nil:
		return errors.New("WeCom is both wanted and not wanted: leave out one of them")
	}
	seen := map[string]bool{}
	for _, r := range w.Resources {
		if err := r.check(); err != nil {
			return err
		}
		if seen[r.Indicator] {
			return fmt.Errorf("API resource %s is named twice: put its permissions together", r.Indicator)
		}
		seen[r.Indicator] = true
	}
	if w.WeCom == nil {
		return nil
	}
	return w.WeCom.check()
}

func (r Resource) check() error {
	u, err := url.Parse(r.Indicator)
	switch {
	case err != nil || !u.IsAbs() || u.Host == "" && u.Opaque == "" || u.Fragment != "" || u.RawQuery != "" || u.ForceQuery || u.User != nil || !isWord(r.Indicator):
		return fmt.Errorf("API resource %q is not an address without ? and #, such as https://api.example.com (RFC 8707 §2)", r.Indicator)
	case strings.HasSuffix(u.Hostname(), ".logto.app") && u.Path == "/api":
		return fmt.Errorf("API resource %s is Logto's own Management API: name one of yours", r.Indicator)
	case r.Name != "" && !isName(r.Name, 200):
		return fmt.Errorf("API resource %s: its name must be one line of at most 200 characters", r.Indicator)
	}
	for i, scope := range r.Scopes {
		if !isWord(scope) || len(scope) > 256 {
			return fmt.Errorf("API resource %s: the permission %q must be one word, such as read:orders", r.Indicator, scope)
		}
		if slices.Contains(r.Scopes[:i], scope) {
			return fmt.Errorf("API resource %s: the permission %s is named twice", r.Indicator, scope)
		}
	}
	return nil
}

func (w *WeCom) check() error {
	switch {
	case !isWord(w.CorpID):
		return errors.New("the Corp ID of WeCom (企业ID) is missing or not one word: WeCom's console shows it under 我的企业, 企业信息")
	case !isWord(w.AgentID) || strings.Trim(w.AgentID, "0123456789") != "":
		return errors.New("the Agent ID of WeCom (AgentId) is missing or not a number: WeCom's console shows it with the application, under 应用管理")
	case !isWord(w.Secret.Reveal()):
		return errors.New("the secret of the WeCom application (Secret) is missing or not one word: WeCom's console shows it with the application, under 应用管理")
	case w.Scope != "" && w.Scope != ScopeBase && w.Scope != ScopePrivateInfo:
		return fmt.Errorf("the WeCom scope %q is not known: use %s or %s", w.Scope, ScopeBase, ScopePrivateInfo)
	}
	return nil
}

func isName(s string, max int) bool {
	return s != "" && s == strings.TrimSpace(s) && len([]rune(s)) <= max && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) })
}

func isWord(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) })
}
