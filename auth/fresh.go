package auth

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
)

// Fresh is for an action that needs to know who is there now: whoever is signed
// in must have proved it to the provider no longer ago than maxAge, or do so
// again; with 0, in any case. If somebody else comes back, or the provider does
// not say when they signed in, the sign-in fails and the session stays as it
// was ([*DifferentPersonError], [*AuthTimeError]).
//
// It is max_age and auth_time of OpenID Connect Core §3.1.2.1 and §3.1.3.7.
func Fresh(maxAge time.Duration) SignInOption {
	return signInOption(func(s *signIn) error {
		if maxAge < 0 {
			return fmt.Errorf("auth.Fresh(%v): the age cannot be negative", maxAge)
		}
		s.fresh, s.maxAge = true, maxAge
		seconds := strconv.FormatInt(int64(math.Ceil(maxAge.Seconds())), 10)
		s.setParam("max_age", seconds)
		return nil
	})
}

// freshLeeway is for seconds that were rounded.
const freshLeeway = 5 * time.Second

// checkFresh is what [Fresh] promises. Both times are the provider's, so that
// this computer's clock does not matter: the ID token was made for this attempt,
// which its nonce shows, and the attempt took elapsed.
func checkFresh(before, s *session, told map[string]any, maxAge, elapsed time.Duration) error {
	if before != nil && before.Profile.ID != s.Profile.ID {
		return &DifferentPersonError{Want: before.Profile, Got: s.Profile}
	}
	authTime, known := told["auth_time"].(float64)
	issuedAt, _ := told["iat"].(float64)
	if !known {
		return &AuthTimeError{errors.New("the provider did not say when they proved who they are (auth_time)")}
	}
	age := time.Duration((issuedAt - authTime) * float64(time.Second))
	if age > maxAge+elapsed+freshLeeway {
		return &AuthTimeError{fmt.Errorf("they proved who they are %v ago, which is more than %v", age.Round(time.Second), maxAge)}
	}
	return nil
}

// wrongPerson tells whether the browser is signed in as somebody else than the
// one who is to confirm who they are, as far as the last attempt has shown.
func (c *Client) wrongPerson() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.isWrongPerson
}

func (c *Client) noteWrongPerson(err error) {
	var different *DifferentPersonError
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isWrongPerson = errors.As(err, &different)
}
