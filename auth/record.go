package auth

import (
	"encoding/json"
	"fmt"
	"time"

	"doorkey/auth/keychain"
)

// record is a session as it is stored. The secrets in it are plain, so it
// lives between a session and the keychain only.
type record struct {
	Version        int            `json:"v"`
	Revision       int            `json:"revision"`
	Issuer         string         `json:"iss"`
	ClientID       string         `json:"client_id"`
	Claims         map[string]any `json:"profile"`
	Scopes         []string       `json:"scopes"`
	Resources      []string       `json:"resources,omitempty"`
	SignedInAt     time.Time      `json:"signed_in_at"`
	RenewedAt      time.Time      `json:"renewed_at,omitzero"`
	Ended          string         `json:"ended,omitempty"`
	Replaces       string         `json:"replaces,omitempty"`
	Tokens         []tokenRecord  `json:"tokens"`
	RefreshToken   string         `json:"refresh_token,omitempty"`
	RefreshTokenAt time.Time      `json:"refresh_token_at,omitzero"`
	IDToken        string         `json:"id_token,omitempty"`
	Nonce          string         `json:"nonce"`

	// DeviceClientID is there in version 2 only.
	DeviceClientID string `json:"device_client_id,omitempty"`
}

type tokenRecord struct {
	Resource     string    `json:"resource,omitempty"`
	Organization string    `json:"organization,omitempty"`
	Value        string    `json:"value"`
	Type         string    `json:"type"`
	Scopes       []string  `json:"scopes,omitempty"`
	Obtained     time.Time `json:"obtained"`
	Expiry       time.Time `json:"expiry,omitzero"`
}

const (
	recordVersion = 1

	// deviceRecordVersion is of a session whose tokens were issued to another
	// client. A program that knows version 1 only would refresh them as its own
	// and take the refusal for the end of the session; so it is to say that it
	// is too old (ErrNewer), while it reads every other session as before.
	deviceRecordVersion = 2
)

func (s *session) encode() ([]byte, error) {
	r := record{
		Version: recordVersion, Revision: s.revision, Issuer: s.Issuer, ClientID: s.ClientID, Claims: s.Profile.Claims,
		Scopes: s.Scopes, Resources: s.Resources, SignedInAt: s.SignedInAt, RenewedAt: s.RenewedAt, Ended: s.ended, Replaces: s.replaces,
		RefreshToken: s.refreshToken.Reveal(), RefreshTokenAt: s.refreshTokenAt, IDToken: s.idToken.Reveal(), Nonce: s.nonce,
	}
	if s.deviceClientID != "" {
		r.Version, r.DeviceClientID = deviceRecordVersion, s.deviceClientID
	}
	for _, t := range s.tokens {
		r.Tokens = append(r.Tokens, tokenRecord{
			Resource: t.Resource, Organization: t.Organization,
			Value: t.Value.Reveal(), Type: t.Type, Scopes: t.Scopes, Obtained: t.obtained, Expiry: t.Expiry,
		})
	}
	return json.Marshal(r)
}

// decodeSession reads what encode wrote. Anything else is refused, because
// going on with half a session would end in signing the person out later.
func decodeSession(data []byte, key keychain.Key) (*session, error) {
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, ErrDamaged // the decoder's own error quotes the data
	}
	profile := newProfile(r.Claims)
	switch {
	case r.Version > deviceRecordVersion:
		return nil, ErrNewer
	case r.Version < recordVersion, (r.Version == deviceRecordVersion) != (r.DeviceClientID != ""),
		len(r.Tokens) == 0 && r.RefreshToken == "" && r.Ended == "":
		return nil, ErrDamaged
	case r.Issuer != key.Issuer || r.ClientID != key.ClientID || profile.ID != key.Subject:
		return nil, fmt.Errorf("%w (it belongs to somebody else)", ErrDamaged)
	}
	s := &session{
		Session: Session{
			Issuer: r.Issuer, ClientID: r.ClientID, Profile: profile,
			Scopes: r.Scopes, Resources: r.Resources, SignedInAt: r.SignedInAt, RenewedAt: r.RenewedAt,
			Storage: InKeychain,
		},
		refreshToken: NewSecret(r.RefreshToken), refreshTokenAt: r.RefreshTokenAt, idToken: NewSecret(r.IDToken), nonce: r.Nonce,
		deviceClientID: r.DeviceClientID,
		revision:       r.Revision, ended: r.Ended, replaces: r.Replaces,
	}
	for _, t := range r.Tokens {
		token := &accessToken{
			Token:    Token{Value: NewSecret(t.Value), Type: t.Type, Expiry: t.Expiry, Scopes: t.Scopes},
			audience: audience{Resource: t.Resource, Organization: t.Organization},
			obtained: t.Obtained,
		}
		if !t.Expiry.IsZero() {
			token.lifetime = t.Expiry.Sub(t.Obtained)
		}
		s.tokens = append(s.tokens, token)
	}
	return s, nil
}
