package auth

import (
	"cmp"
	"slices"
	"time"
)

// Session is who is signed in. It is a plain value without tokens in it.
type Session struct {
	Issuer     string
	ClientID   string
	Profile    Profile
	User       any      // what Config.ProfileMapper made of Profile
	Scopes     []string // granted by the provider; each Token has those of its API
	Resources  []string // that were asked for
	SignedInAt time.Time
	RenewedAt  time.Time // when the tokens were refreshed last

	// LastsUntil is when the provider will end the session, if it is not used
	// until then: Config.SessionLifetime after its refresh token came, with
	// RenewedAt where the provider rotates it, but at most 180 days after
	// SignedInAt, as at Logto. Without a refresh token it is when the
	// access token expires, or the ID token where that is not known. It is
	// zero where it is not known, as without a SessionLifetime, and where the
	// session has ended. It is an estimate to show, by this computer's clock:
	// the session may end before, and is used after it until the provider says
	// that it has ended.
	LastsUntil time.Time

	// Ended is why the session has ended, such as invalid_grant: the Reason of
	// its [SessionEndedError]. It is empty while the session has not.
	Ended string

	Storage Storage

	// StorageErr tells why the session, or its last refresh, is only in memory
	// where it was meant to be in the store, for example
	// [keychain.ErrUnavailable] or [keychain.ErrLocked].
	StorageErr error

	// RefreshErr is the provider's last refusal to refresh the session where it
	// lasts until somebody there changes something: an [*AccessDeniedError]. It
	// is stored, so that every program knows.
	RefreshErr error
}

// Storage is where a session is kept, as [Store].Place names it.
type Storage string

const (
	InMemory   Storage = "memory"   // until the program ends
	InKeychain Storage = "keychain" // until sign-out
	InFile     Storage = "file"     // until sign-out, encrypted
)

// session is a Session with its tokens. It is never changed once it is in a
// Client: each change makes another.
type session struct {
	Session
	tokens         []*accessToken
	refreshToken   Secret    // empty where the provider gave none
	refreshTokenAt time.Time // when the refresh token came; zero where an older version stored it
	idToken        Secret    // the end-session endpoint asks for it
	nonce          string    // a refreshed ID token repeats it

	// deviceClientID is the client that the tokens were issued to, where that
	// is another than Session.ClientID: only it can refresh and revoke them.
	deviceClientID string

	// redeemingSince is when a program was about to use the refresh token, and
	// has not stored its successor yet: see Client.rescue.
	redeemingSince time.Time

	// former are the refresh tokens of earlier sign-ins of the same person. They
	// may be of the same grant, so that they are revoked with the session only.
	former []Secret

	// denied is what the provider said when it last refused to refresh the
	// session of a person who may not use this application, see RefreshErr.
	denied string

	// revision counts what was stored of this sign-in, so that one can tell
	// which of two is the later.
	revision int

	// kept tells that the store has the session, or an earlier one of the same
	// sign-in: others may use it.
	kept bool

	// ended is why the tokens are good no more, such as invalid_grant. Who it
	// was is still to be seen.
	ended string
}

// tokensOf is the client that the tokens were issued to.
func (s *session) tokensOf() string { return cmp.Or(s.deviceClientID, s.ClientID) }

// token is the access token for an audience, nil where there is none.
func (s *session) token(a audience) *accessToken {
	for _, t := range s.tokens {
		if t.audience == a {
			return t
		}
	}
	return nil
}

// next is a copy to change.
func (s *session) next() *session {
	n := *s
	n.tokens = slices.Clone(s.tokens)
	n.revision++
	n.redeemingSince = time.Time{}
	return &n
}

// follows makes s the session after old, of the same person.
func (s *session) follows(old *session) {
	if old == nil || old.deviceClientID != s.deviceClientID {
		return
	}
	for _, former := range append(slices.Clone(old.former), old.refreshToken) {
		if !former.IsZero() && former.Reveal() != s.refreshToken.Reveal() {
			s.former = append(s.former, former)
		}
	}
	s.former = s.former[max(0, len(s.former)-maxFormer):]
}

// maxFormer bounds what is kept of earlier sign-ins.
const maxFormer = 8

// put gives the session an access token in place of one for the same audience.
func (s *session) put(t *accessToken) {
	s.tokens = slices.DeleteFunc(s.tokens, func(old *accessToken) bool { return old.audience == t.audience })
	s.tokens = append(s.tokens, t)
}

// supersededBy reports whether other, of the same person, is the later one.
func (s *session) supersededBy(other *session) bool {
	if !other.SignedInAt.Equal(s.SignedInAt) {
		return true // they signed in elsewhere
	}
	return other.revision > s.revision
}

// endedError is the reason why the session is good no more, nil where it is.
func (s *session) endedError() error {
	if s.ended == "" {
		return nil
	}
	return &SessionEndedError{Issuer: s.Issuer, Reason: s.ended}
}

// allows refuses locally what was not asked for at sign-in: Logto would answer
// invalid_target, and use up the refresh token.
func (s *session) allows(a audience) error {
	if a.Resource != "" && !slices.Contains(s.Resources, a.Resource) {
		return &NotRequestedError{Resource: a.Resource}
	}
	if a.Organization != "" && !slices.Contains(s.Scopes, scopeOrganizations) {
		return &NotRequestedError{Organization: a.Organization}
	}
	return nil
}
