package auth

import (
	"cmp"
	"strings"
	"unicode"
)

// Profile is the person, as the ID token tells. Only ID is always there: of a
// WeCom user Logto may know nothing but that and a name.
type Profile struct {
	ID       string `json:"sub"` // unique at the issuer, never reassigned
	Name     string `json:"name,omitempty"`
	Username string `json:"username,omitempty"`
	Email    string `json:"email,omitempty"`
	Phone    string `json:"phone_number,omitempty"`
	Picture  string `json:"picture,omitempty"` // URL
}

// newProfile takes from claims what is there and of the right type.
func newProfile(claims map[string]any) Profile {
	text := func(name string) string {
		s, _ := claims[name].(string)
		return strings.TrimSpace(strings.Map(func(r rune) rune {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				return -1 // a name cannot change how the text around it reads
			}
			return r
		}, s))
	}
	return Profile{
		ID:       text("sub"),
		Name:     text("name"),
		Username: cmp.Or(text("username"), text("preferred_username")),
		Email:    text("email"),
		Phone:    text("phone_number"),
		Picture:  text("picture"),
	}
}

// DisplayName is what to call the person: the first of name, username, e-mail
// address, phone number and ID that is known.
func (p Profile) DisplayName() string {
	return cmp.Or(p.Name, p.Username, p.Email, p.Phone, p.ID)
}
