package auth

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// grantLifetime is Logto's: how long after a sign-in there are refresh tokens,
// however often they are used.
const grantLifetime = 180 * 24 * time.Hour

// shown is a session as callers see it.
func (c *Client) shown(s *session) Session {
	told := s.Session
	told.LastsUntil, told.Ended = s.lastsUntil(c.config.SessionLifetime), s.ended
	if s.denied != "" {
		told.RefreshErr = &AccessDeniedError{Issuer: s.Issuer, Description: s.denied}
	}
	return told
}

// lastsUntil is Session.LastsUntil, for refresh tokens that last so long after
// they came; zero means that this is not known, and so not when they end.
func (s *session) lastsUntil(unused time.Duration) time.Time {
	switch {
	case s.ended != "":
		return time.Time{}
	case s.refreshToken.IsZero():
		return s.lastsWithoutRefreshToken()
	case unused == 0:
		return time.Time{}
	}
	came := s.refreshTokenAt
	if came.IsZero() { // an older version stored it, and did not say
		came = s.RenewedAt
	}
	if came.IsZero() {
		came = s.SignedInAt
	}
	until, grantUntil := came.Add(unused), s.SignedInAt.Add(grantLifetime)
	if until.After(grantUntil) {
		return grantUntil
	}
	return until
}

// lastsWithoutRefreshToken is when the last token expires, as far as that is
// known.
func (s *session) lastsWithoutRefreshToken() time.Time {
	if t := s.token(audience{}); t != nil && !t.Expiry.IsZero() {
		return t.Expiry
	}
	_, expiry := s.idTokenTimes()
	return expiry
}

// idTokenTimes are when the ID token was issued and when it expires, zero where
// it does not say.
func (s *session) idTokenTimes() (issued, expiry time.Time) {
	var claims struct {
		IssuedAt int64 `json:"iat"` // seconds
		Expiry   int64 `json:"exp"`
	}
	// It was verified when it came, so what it says can be read without more.
	if readClaims(s.idToken, &claims) != nil || claims.Expiry <= 0 {
		return time.Time{}, time.Time{}
	}
	return time.Unix(claims.IssuedAt, 0), time.Unix(claims.Expiry, 0)
}

// readClaims reads the payload of a JWT without verifying it.
func readClaims(jwt Secret, claims any) error {
	_, payload, _ := strings.Cut(jwt.Reveal(), ".")
	payload, _, _ = strings.Cut(payload, ".")
	data, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, claims)
}
