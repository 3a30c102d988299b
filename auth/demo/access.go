package demo

// standing is whether a person may sign in.
type standing int

const (
	good standing = iota
	suspended
	denied // no access to the application
)

// access is what an administrator took from people, by subject. It is not
// kept for the next run.
type access struct {
	suspended, denied map[string]bool
}

func (a access) of(subject string) standing {
	switch {
	case a.suspended[subject]:
		return suspended
	case a.denied[subject]:
		return denied
	}
	return good
}

// refusal is how the token endpoint answers for a person, or nil.
func (a access) refusal(subject string) *oidcError {
	var e oidcError
	switch a.of(subject) {
	case suspended:
		e = newOIDCError("invalid_grant", "")
	case denied:
		e = newOIDCError("access_denied", "")
	default:
		return nil
	}
	return &e
}

func (st *store) standingOf(subject string) standing {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.access.of(subject)
}

// Suspend suspends a person's account, or ends that; for tests. person is a
// name as demotest has them; it panics where that is nobody's.
//
// A suspended person gets no further than the sign-in page, and codes and
// refresh tokens answer invalid_grant. They are not consumed by that.
func (s *Server) Suspend(person string, suspended bool) {
	p := mustFindPerson(person)
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.access.suspended[p.ID] = suspended
}

// DenyAccess takes the access to every application from a person, or gives it
// back; for tests. person is as for Suspend.
//
// The person gets no further than the sign-in page then, and codes and refresh
// tokens answer access_denied. They are not consumed by that.
func (s *Server) DenyAccess(person string, denied bool) {
	p := mustFindPerson(person)
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.access.denied[p.ID] = denied
}

// Revoked counts the grants revoked since Start because a refresh token of
// theirs was used again after the grace; for tests. A client that causes one
// has lost a sign-in by its own fault.
func (s *Server) Revoked() int {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	return s.store.reuses
}
