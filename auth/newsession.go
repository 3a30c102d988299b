package auth

// newSession is a session from a token response, received at a time, whose ID
// token was verified and tells who it is. asked are the scopes that the sign-in
// asked for. With an error it returns the session too.
func (c *Client) newSession(answer *tokenAnswer, received moment, told map[string]any, asked, resources []string, nonce, deviceClientID string) (*session, error) {
	now := received.wall()
	s := &session{
		Session: Session{
			Issuer: c.config.Issuer, ClientID: c.config.ClientID, Profile: newProfile(told),
			Scopes: asked, Resources: resources, SignedInAt: now, RenewedAt: now,
		},
		refreshToken: NewSecret(answer.RefreshToken), refreshTokenAt: now, idToken: NewSecret(answer.IDToken), nonce: nonce, deviceClientID: deviceClientID,
	}
	plain, err := answer.accessToken(audience{}, received, asked) // which has been granted if nothing else is said (RFC 6749 §5.1)
	if err != nil {
		return s, err
	}
	plain.plan(c.config.RefreshAhead)
	s.put(plain)
	s.Scopes = plain.Scopes
	s.Session, err = c.described(s.Session, s.Profile)
	return s, err
}

// described gives a session its profile, and what the program makes of it.
func (c *Client) described(s Session, p Profile) (Session, error) {
	s.Profile = p
	if c.config.ProfileMapper == nil {
		return s, nil
	}
	user, err := c.config.ProfileMapper(p)
	if err != nil {
		return s, &ProfileError{err}
	}
	s.User = user
	return s, nil
}
