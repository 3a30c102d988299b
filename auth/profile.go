package auth

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Profile is the person, as the provider tells in the ID token and, once it
// was asked, at the userinfo endpoint. Only ID is always there: of a WeCom user
// Logto may know nothing but that and a name.
//
// Identifiers are for comparing, and exact: ID, Username, Roles, the IDs of
// Organizations and WeCom.UserID. They may have blanks around them; show ID by
// [Profile.DisplayName]. All but ID are left out where they have control
// characters, line separators or marks that turn the direction of text.
// Everything else is for showing: without such characters, and without blanks
// around it.
type Profile struct {
	// ID is the sub of the ID token, unchanged: unique at the issuer, case
	// sensitive, never reassigned. A sign-in with one that is empty, longer than
	// 255 bytes, or has control characters or broken UTF-8 is refused with an
	// [*IDTokenError] (OpenID Connect Core §2).
	ID string

	Name     string
	Username string
	Email    string
	Phone    string
	Picture  string // URL

	EmailVerified bool
	PhoneVerified bool

	// WeCom is known after [Client.UserInfo], with the scope identities.
	WeCom *WeComIdentity

	// Roles need the scope roles; Organizations urn:logto:scope:organizations,
	// the roles in them urn:logto:scope:organization_roles, and their names
	// UserInfo.
	Roles         []string
	Organizations []Membership

	CreatedAt time.Time // of the account; zero where it is not known
	UpdatedAt time.Time

	// Claims is all that was told about the person, as it came, including
	// claims that have no field here; an absent one may be null. What an ID
	// token says of itself (aud, exp, nonce …) is not among them. It is not to
	// be changed.
	Claims map[string]any
}

// WeComIdentity is the person's account at WeCom (企业微信).
type WeComIdentity struct {
	UserID string // in the company's directory
	Name   string
	Email  string
	Phone  string
	Avatar string // URL
}

// Membership is an organization of Logto's that the person is in.
type Membership struct {
	ID    string
	Name  string
	Roles []string
}

// ProfileMapper makes the program's own user type of a profile. See
// [Config.ProfileMapper].
type ProfileMapper func(Profile) (any, error)

// Decode reads the claims into v, a pointer to a struct with JSON tags that are
// named as the claims.
func (p Profile) Decode(v any) error {
	data, err := json.Marshal(p.Claims)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

// DisplayName is what to call the person: the first of name, username, e-mail
// address, phone number and ID that can be seen. It is one line, and does not
// change how the text around it reads. It is not for comparing: two people may
// have the same one. It is empty only without an ID.
func (p Profile) DisplayName() string {
	for _, s := range []string{p.Name, p.Username, p.Email, p.Phone, p.ID} {
		if shown := tidy(s); shown != "" {
			return shown
		}
	}
	if p.ID == "" {
		return ""
	}
	return strconv.QuoteToASCII(p.ID) // nothing of it can be seen
}

// aboutTheToken are claims that say nothing about the person.
var aboutTheToken = []string{"iss", "aud", "exp", "iat", "nbf", "jti", "azp", "nonce", "sid", "at_hash", "c_hash", "s_hash", "auth_time"}

// newProfile takes from claims what is there and of the right type.
func newProfile(told map[string]any) Profile {
	c := claims(maps.Clone(told))
	for _, name := range aboutTheToken {
		delete(c, name)
	}
	p := Profile{
		ID:            c.exact("sub"),
		Name:          c.text("name"),
		Username:      cmp.Or(c.identifier("username"), c.identifier("preferred_username")),
		Email:         c.text("email"),
		Phone:         c.text("phone_number"),
		Picture:       c.text("picture"),
		EmailVerified: c.is("email_verified"),
		PhoneVerified: c.is("phone_number_verified"),
		Roles:         c.identifiers("roles"),
		CreatedAt:     c.time("created_at"),
		UpdatedAt:     c.time("updated_at"),
		Claims:        c,
	}
	if wecom := c.object("identities").object("wecom"); wecom != nil {
		details := wecom.object("details")
		p.WeCom = &WeComIdentity{
			UserID: wecom.identifier("userId"),
			Name:   details.text("name"),
			Email:  details.text("email"),
			Phone:  details.text("phone"),
			Avatar: details.text("avatar"),
		}
	}
	names := make(map[string]string)
	for _, o := range c.objects("organization_data") {
		names[o.exact("id")] = o.text("name")
	}
	for _, id := range c.identifiers("organizations") {
		m := Membership{ID: id, Name: names[id]}
		for _, r := range c.identifiers("organization_roles") { // "<organization>:<role>"
			if role, ok := strings.CutPrefix(r, id+":"); ok {
				m.Roles = append(m.Roles, role)
			}
		}
		p.Organizations = append(p.Organizations, m)
	}
	return p
}

// with is the profile after the provider has told more, or anew.
func (p Profile) with(told map[string]any) Profile {
	c := maps.Clone(p.Claims)
	maps.Copy(c, told)
	return newProfile(c)
}

// claims reads what may be absent, null or of another type. All its methods
// may be called on nil.
type claims map[string]any

// exact is a claim as it came.
func (c claims) exact(name string) string {
	s, _ := c[name].(string)
	return s
}

// text is a claim to be shown.
func (c claims) text(name string) string { return tidy(c.exact(name)) }

// identifier is a claim to be compared: exact, or "".
func (c claims) identifier(name string) string {
	if s := c.exact(name); isIdentifier(s) {
		return s
	}
	return ""
}

func (c claims) is(name string) bool {
	b, _ := c[name].(bool)
	return b
}

func (c claims) object(name string) claims {
	o, _ := c[name].(map[string]any)
	return o
}

func (c claims) identifiers(name string) []string {
	list, _ := c[name].([]any)
	var all []string
	for _, v := range list {
		if s, _ := v.(string); isIdentifier(s) {
			all = append(all, s)
		}
	}
	return all
}

func (c claims) objects(name string) []claims {
	list, _ := c[name].([]any)
	var all []claims
	for _, v := range list {
		if o, ok := v.(map[string]any); ok {
			all = append(all, o)
		}
	}
	return all
}

// time reads Logto's milliseconds, and the seconds that OpenID Connect Core
// §5.1 wants: as seconds, 1e11 would be the year 5138.
func (c claims) time(name string) time.Time {
	switch n, _ := c[name].(float64); {
	case n <= 0 || n > 1e15:
		return time.Time{}
	case n < 1e11:
		return time.Unix(int64(n), 0)
	default:
		return time.UnixMilli(int64(n))
	}
}

// checkSubject says what is wrong with a sub (OpenID Connect Core §2: at most
// 255 ASCII characters). Other characters are let through, as some providers
// have them, but none that would be lost on the way to the keychain, a log or a
// command line: two people would become one.
func checkSubject(sub string) error {
	switch {
	case sub == "":
		return errors.New("it names nobody (sub)")
	case len(sub) > 255:
		return errors.New("its sub is longer than 255 bytes")
	case strings.ContainsFunc(sub, isUnclear):
		return errors.New("its sub has control characters or is not valid UTF-8")
	}
	return nil
}

// isIdentifier reports whether s can be shown as it is and compared.
func isIdentifier(s string) bool {
	return strings.TrimSpace(s) != "" && !strings.ContainsFunc(s, func(r rune) bool { return isUnclear(r) || isMisleading(r) })
}

// isUnclear is true of control characters (C0, DEL, C1), and of what stands for
// bytes that are not UTF-8: encoding/json makes U+FFFD of all of them, and one
// identifier of many.
func isUnclear(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar }

// isMisleading is true of the marks that turn the direction of the text around
// them, and of those that begin a new line.
func isMisleading(r rune) bool { return unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) }

// tidy makes text fit to be shown within other text.
func tidy(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || isMisleading(r) {
			return -1
		}
		return r
	}, s))
}
