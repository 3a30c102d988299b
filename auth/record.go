package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"
	"time"
)

// record is what is stored for one issuer and client: who is current, and every
// account.
type record struct {
	issuer, clientID string
	current          string     // subject; empty for nobody
	sessions         []*session // the one added last first
	damaged          []damagedAccount
	isStored         bool // be it without accounts
	reserve          bool // also where there are no accounts: see Client.CheckStorage
	isDamaged        bool // beyond the damaged accounts
}

// damagedAccount is an account that cannot be read. Its line is kept, so that
// nothing is lost that somebody could still mend.
type damagedAccount struct {
	subject string // as far as it can be told, see salvagedSubject
	line    []byte
	err     error
}

// A record is stored as lines of text. Each begins with the version of the
// format and a checksum of the JSON object that follows, so that damage to one
// account does not cost the others:
//
//	1 5f1d7a84 {"iss":"https://id.example.com/oidc","client_id":"app","current":"u1"}
//	1 c7a2c4b1 {"profile":{"sub":"u1",…},"refresh_token":"…",…}
const recordVersion = 1

// recordHead is the first line.
type recordHead struct {
	Issuer   string `json:"iss"`
	ClientID string `json:"client_id"`
	Current  string `json:"current,omitempty"`
	Accounts int    `json:"accounts"`       // how many lines follow
	Room     string `json:"room,omitempty"` // see roomForAccount
}

// accountRecord is the line of an account. The secrets in it are plain, so it
// lives between a session and the store only.
type accountRecord struct {
	Subject        string         `json:"sub"` // first, to be found in a damaged line
	Claims         map[string]any `json:"profile"`
	Revision       int            `json:"revision"`
	Scopes         []string       `json:"scopes"`
	Resources      []string       `json:"resources,omitempty"`
	SignedInAt     time.Time      `json:"signed_in_at"`
	RenewedAt      time.Time      `json:"renewed_at,omitzero"`
	Ended          string         `json:"ended,omitempty"`
	Denied         string         `json:"denied,omitempty"`
	Tokens         []tokenRecord  `json:"tokens"`
	RefreshToken   string         `json:"refresh_token,omitempty"`
	RefreshTokenAt time.Time      `json:"refresh_token_at,omitzero"`
	Former         []string       `json:"former_refresh_tokens,omitempty"`
	RedeemingSince time.Time      `json:"redeeming_since,omitzero"`
	IDToken        string         `json:"id_token,omitempty"`
	Nonce          string         `json:"nonce,omitempty"`
	DeviceClientID string         `json:"device_client_id,omitempty"`

	// Room is as large as what the next answer may bring beyond the last one.
	Room string `json:"room,omitempty"`
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

// roomForAnswer is how much larger than before a session may become with a
// refresh, in bytes: a store that has taken it with that much room added takes it
// without.
const roomForAnswer = 1024

// roomForAccount is what one more account takes, in bytes.
const roomForAccount = 6 << 10

// encode returns the record as it is stored, nil for one without accounts.
func (r *record) encode() ([]byte, error) {
	if len(r.sessions) == 0 && len(r.damaged) == 0 && !r.reserve {
		return nil, nil
	}
	var b bytes.Buffer
	first := recordHead{Issuer: r.issuer, ClientID: r.clientID, Current: r.current, Accounts: len(r.sessions) + len(r.damaged)}
	if r.reserve {
		first.Room = strings.Repeat(" ", roomForAccount)
	}
	head, err := json.Marshal(first)
	if err != nil {
		return nil, err
	}
	writeLine(&b, head)
	// The current one first: the beginning of a record that was cut off can
	// still be read.
	for _, current := range []bool{true, false} {
		for _, s := range r.sessions {
			if (s.Profile.ID == r.current) != current {
				continue
			}
			line, err := json.Marshal(s.record())
			if err != nil {
				return nil, err
			}
			writeLine(&b, line)
		}
	}
	for _, d := range r.damaged {
		b.Write(d.line)
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}

func writeLine(b *bytes.Buffer, object []byte) {
	fmt.Fprintf(b, "%d %08x %s\n", recordVersion, crc32.ChecksumIEEE(object), object)
}

// readLine returns the JSON object of a line, [ErrNewer] or [ErrDamaged].
func readLine(line []byte) ([]byte, error) {
	version, rest, _ := bytes.Cut(line, []byte(" "))
	sum, object, _ := bytes.Cut(rest, []byte(" "))
	want, err := strconv.ParseUint(string(sum), 16, 32)
	switch n, versionErr := strconv.Atoi(string(version)); {
	case versionErr == nil && n > recordVersion && n < 1000:
		return nil, ErrNewer
	case versionErr != nil || n != recordVersion || err != nil || crc32.ChecksumIEEE(object) != uint32(want):
		return nil, ErrDamaged
	}
	return object, nil
}

// decode reads what encode wrote. With [ErrDamaged] it returns what can be read.
func (c *Client) decode(data []byte) (*record, error) {
	r := &record{issuer: c.config.Issuer, clientID: c.config.ClientID}
	if r.isStored = len(data) > 0; !r.isStored {
		return r, nil
	}
	lines := bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
	for _, line := range lines {
		if _, err := readLine(line); errors.Is(err, ErrNewer) {
			return nil, err
		}
	}
	var head recordHead
	object, err := readLine(lines[0])
	switch {
	case err != nil && !bytes.HasPrefix(lines[0], []byte("1 ")):
		r.isDamaged = true // and has never been ours
		return r, ErrDamaged
	case err == nil && (json.Unmarshal(object, &head) != nil || head.Issuer != c.config.Issuer || head.ClientID != c.config.ClientID):
		r.isDamaged = true
		return r, fmt.Errorf("%w (it belongs to another application)", ErrDamaged)
	}
	r.current = head.Current
	for _, line := range lines[1:] {
		var s *session
		object, err := readLine(line)
		if err == nil {
			s, err = c.decodeSession(object)
		}
		if err != nil {
			r.damaged = append(r.damaged, damagedAccount{salvagedSubject(line), bytes.Clone(line), err})
			continue
		}
		r.sessions = append(r.sessions, s)
	}
	if err != nil || len(r.sessions)+len(r.damaged) < head.Accounts {
		r.isDamaged = true
		return r, ErrDamaged
	}
	return r, nil
}

// salvagedSubject is whose account a damaged line is, or a name made of the line
// where that cannot be told.
func salvagedSubject(line []byte) string {
	if _, rest, found := bytes.Cut(line, []byte(`"sub":`)); found {
		var subject string
		if json.NewDecoder(bytes.NewReader(rest)).Decode(&subject) == nil && subject != "" {
			return subject
		}
	}
	return fmt.Sprintf("damaged-%08x", crc32.ChecksumIEEE(line))
}

// record is the session as it is stored.
func (s *session) record() accountRecord {
	a := accountRecord{
		Subject: s.Profile.ID, Claims: s.Profile.Claims, Revision: s.revision, Scopes: s.Scopes, Resources: s.Resources,
		SignedInAt: s.SignedInAt, RenewedAt: s.RenewedAt, Ended: s.ended, Denied: s.denied,
		RefreshToken: s.refreshToken.Reveal(), RefreshTokenAt: s.refreshTokenAt, RedeemingSince: s.redeemingSince,
		IDToken: s.idToken.Reveal(), Nonce: s.nonce, DeviceClientID: s.deviceClientID,
	}
	for _, former := range s.former {
		a.Former = append(a.Former, former.Reveal())
	}
	if !s.redeemingSince.IsZero() {
		a.Room = strings.Repeat(" ", roomForAnswer)
	}
	for _, t := range s.tokens {
		a.Tokens = append(a.Tokens, tokenRecord{
			Resource: t.Resource, Organization: t.Organization,
			Value: t.Value.Reveal(), Type: t.Type, Scopes: t.Scopes, Obtained: t.obtained, Expiry: t.Expiry,
		})
	}
	return a
}

// decodeSession reads the line of an account. Anything else is refused, because
// going on with half a session would end in signing the person out later.
func (c *Client) decodeSession(object []byte) (*session, error) {
	var a accountRecord
	if err := json.Unmarshal(object, &a); err != nil {
		return nil, ErrDamaged // the decoder's own error quotes the data
	}
	profile := newProfile(a.Claims)
	if profile.ID == "" || profile.ID != a.Subject || len(a.Tokens) == 0 && a.RefreshToken == "" && a.Ended == "" {
		return nil, ErrDamaged
	}
	s := &session{
		Session: Session{
			Issuer: c.config.Issuer, ClientID: c.config.ClientID,
			Scopes: a.Scopes, Resources: a.Resources, SignedInAt: a.SignedInAt, RenewedAt: a.RenewedAt,
			Storage: c.storage(),
		},
		refreshToken: NewSecret(a.RefreshToken), refreshTokenAt: a.RefreshTokenAt, redeemingSince: a.RedeemingSince,
		idToken: NewSecret(a.IDToken), nonce: a.Nonce, deviceClientID: a.DeviceClientID,
		revision: a.Revision, ended: a.Ended, denied: a.Denied, kept: true,
	}
	for _, former := range a.Former {
		s.former = append(s.former, NewSecret(former))
	}
	var err error
	if s.Session, err = c.described(s.Session, profile); err != nil {
		return nil, err
	}
	for _, t := range a.Tokens {
		token := &accessToken{
			Token:    Token{Value: NewSecret(t.Value), Type: t.Type, Expiry: t.Expiry, Scopes: t.Scopes},
			audience: audience{Resource: t.Resource, Organization: t.Organization},
			obtained: t.Obtained,
		}
		if !t.Expiry.IsZero() {
			token.lifetime = t.Expiry.Sub(t.Obtained)
		}
		token.plan(c.config.RefreshAhead)
		s.tokens = append(s.tokens, token)
	}
	return s, nil
}

// currentSession is the account of the current person, nil where that is nobody.
func (r *record) currentSession() (*session, error) {
	if s := r.session(r.current); s != nil {
		return s, nil
	}
	if r.isDamaged && r.current == "" && len(r.sessions) == 1 {
		return r.sessions[0], nil // nobody else can have been
	}
	if r.current != "" && len(r.damaged) > 0 {
		return nil, r.damaged[0].err // theirs, perhaps
	}
	return nil, nil
}

// currentSubject is who is current, as far as can be told.
func (r *record) currentSubject() string {
	if !r.has(r.current) && r.current != "" && len(r.damaged) > 0 {
		return r.damaged[0].subject // see currentSession
	}
	return r.current
}

// session is the account of a person, nil where there is none.
func (r *record) session(subject string) *session {
	for _, s := range r.sessions {
		if s.Profile.ID == subject {
			return s
		}
	}
	return nil
}

// has reports whether there is an account of that subject, be it a damaged one.
func (r *record) has(subject string) bool {
	return r.session(subject) != nil || slices.ContainsFunc(r.damaged, func(d damagedAccount) bool { return d.subject == subject })
}

// put replaces the account of a person, who comes first if they had none.
func (r *record) put(s *session) {
	for i, old := range r.sessions {
		if old.Profile.ID == s.Profile.ID {
			r.sessions[i] = s
			return
		}
	}
	r.remove(s.Profile.ID) // a damaged one
	r.sessions = slices.Insert(r.sessions, 0, s)
}

// remove takes an account out. Nobody is current after the current person.
func (r *record) remove(subject string) {
	r.sessions = slices.DeleteFunc(r.sessions, func(s *session) bool { return s.Profile.ID == subject })
	r.damaged = slices.DeleteFunc(r.damaged, func(d damagedAccount) bool { return d.subject == subject })
	if r.current == subject {
		r.current = ""
	}
}
