package demo

import "slices"

// resourceToken is an access token for a resource or an organization: a JWT
// (RFC 9068), where the stand-in's own are opaque. It also returns the scope of
// the token, which is a part of the scope given.
func (s *Server) resourceToken(req *tokenRequest, scope string) (token, granted string, err error) {
	p, _ := personByID(req.grant.subject)
	organization, inOrganization := s.cfg.organizationOf(p, req.organization)

	now := s.now().Unix()
	claims := map[string]any{
		"iss":       s.issuer,
		"sub":       p.ID,
		"aud":       req.audience(),
		"client_id": req.clientID,
		"iat":       now,
		"exp":       now + int64(s.cfg.AccessTokenTTL.Seconds()),
		"jti":       newSecret(),
	}
	switch {
	case len(req.resources) > 0:
		granted = among(s.cfg.resourceScopes(req.resources[0]), scope)
		if inOrganization {
			claims["organization_id"] = organization.ID
		}
	case slices.Contains(req.grant.resources, organizationsResource):
		granted = organization.permissions(scope)
	}
	claims["scope"] = granted
	token, err = s.signClaims(claims, "at+jwt")
	return token, granted, err
}
