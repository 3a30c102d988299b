package auth

import (
	"encoding/json"
	"fmt"
	"time"

	"doorkey/auth/keychain"

	"golang.org/x/oauth2"
)

// Session is who is signed in. It is a plain value without tokens in it.
type Session struct {
	Issuer     string
	ClientID   string
	Profile    Profile
	Scopes     []string // granted
	SignedInAt time.Time
	Storage    Storage

	// StorageErr tells why Storage is InMemory where it was meant to be the
	// keychain, for example [keychain.ErrUnavailable] or [keychain.ErrLocked].
	StorageErr error
}

// Storage is where a session is kept.
type Storage int

const (
	InMemory   Storage = iota // until the program ends
	InKeychain                // until sign-out
)

func (s Storage) String() string {
	if s == InKeychain {
		return "keychain"
	}
	return "memory"
}

func (s Session) key() keychain.Key {
	return keychain.Key{Issuer: s.Issuer, ClientID: s.ClientID, Subject: s.Profile.ID}
}

// session is a Session with its tokens.
type session struct {
	Session
	accessToken  Secret
	tokenType    string
	expiry       time.Time
	refreshToken Secret // empty where the provider gave none
	idToken      Secret // the end-session endpoint asks for it
	nonce        string // a refreshed ID token repeats it
}

// record is a session as it is stored. The secrets in it are plain, so it
// lives between a session and the keychain only.
type record struct {
	Version      int       `json:"v"`
	Issuer       string    `json:"iss"`
	ClientID     string    `json:"client_id"`
	Profile      Profile   `json:"profile"`
	Scopes       []string  `json:"scopes"`
	SignedInAt   time.Time `json:"signed_in_at"`
	AccessToken  string    `json:"access_token"`
	TokenType    string    `json:"token_type"`
	Expiry       time.Time `json:"expiry,omitzero"`
	RefreshToken string    `json:"refresh_token,omitempty"`
	IDToken      string    `json:"id_token"`
	Nonce        string    `json:"nonce"`
}

const recordVersion = 1

func (s session) encode() ([]byte, error) {
	return json.Marshal(record{
		Version: recordVersion, Issuer: s.Issuer, ClientID: s.ClientID, Profile: s.Profile,
		Scopes: s.Scopes, SignedInAt: s.SignedInAt,
		AccessToken: s.accessToken.Reveal(), TokenType: s.tokenType, Expiry: s.expiry,
		RefreshToken: s.refreshToken.Reveal(), IDToken: s.idToken.Reveal(), Nonce: s.nonce,
	})
}

// decodeSession reads what encode wrote. Anything else is refused, because
// going on with half a session would end in signing the person out later.
func decodeSession(data []byte, key keychain.Key) (*session, error) {
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, ErrDamaged // the decoder's own error quotes the data
	}
	switch {
	case r.Version > recordVersion:
		return nil, ErrNewer
	case r.Version != recordVersion || r.AccessToken == "":
		return nil, ErrDamaged
	case r.Issuer != key.Issuer || r.ClientID != key.ClientID || r.Profile.ID != key.Subject:
		return nil, fmt.Errorf("%w (it belongs to somebody else)", ErrDamaged)
	}
	return &session{
		Session: Session{
			Issuer: r.Issuer, ClientID: r.ClientID, Profile: r.Profile,
			Scopes: r.Scopes, SignedInAt: r.SignedInAt, Storage: InKeychain,
		},
		accessToken: NewSecret(r.AccessToken), tokenType: r.TokenType, expiry: r.Expiry,
		refreshToken: NewSecret(r.RefreshToken), idToken: NewSecret(r.IDToken), nonce: r.Nonce,
	}, nil
}

// newSession is a session from a token response whose ID token was verified.
func newSession(conf Config, token *oauth2.Token, claims map[string]any, scopes []string, nonce string, now time.Time) *session {
	idToken, _ := token.Extra("id_token").(string)
	return &session{
		Session: Session{
			Issuer: conf.Issuer, ClientID: conf.ClientID, Profile: newProfile(claims),
			Scopes: scopes, SignedInAt: now,
		},
		accessToken: NewSecret(token.AccessToken), tokenType: token.Type(), expiry: token.Expiry,
		refreshToken: NewSecret(token.RefreshToken), idToken: NewSecret(idToken), nonce: nonce,
	}
}
