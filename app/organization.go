package app

import (
	"errors"
	"slices"
	"strings"
	"time"

	"doorkey/auth"
)

// workplace is who works in which organization.
type workplace struct{ person, organization string }

// choose is the person choosing an organization to work in. It takes no
// network: the tokens are asked for when they are needed.
func (w *Window) choose(m auth.Membership) {
	state := w.view.state
	w.remember(chosenOrganization, state.Session, m.ID)
	w.view.chosen = m
	w.view.show(state)
	w.tellOrganization(state)
}

// recall takes up the organization that the person worked in last, if they are
// in it still.
func (w *Window) recall(state auth.State) {
	switch {
	case state.Phase == auth.SignedIn:
		id, members := w.remembered(chosenOrganization, state.Session), state.Session.Profile.Organizations
		w.view.chosen = auth.Membership{}
		if i := slices.IndexFunc(members, func(m auth.Membership) bool { return m.ID == id }); i >= 0 {
			w.view.chosen = members[i]
		}
	case kindOf(state) == kindSignedOut:
		w.view.chosen = auth.Membership{}
	}
}

// tellOrganization tells the program in which organization the person works,
// once.
func (w *Window) tellOrganization(state auth.State) {
	before, now := w.working, workplace{state.Session.Profile.ID, w.view.chosen.ID}
	w.working = now
	nowhere := before.organization == "" && now.organization == ""
	if now != before && !nowhere && w.options.OnOrganization != nil {
		w.options.OnOrganization(w.view.chosen)
	}
}

// askMore asks for what the ID token does not tell: who the person is at WeCom,
// and what their organizations are called. It does so once for a sign-in, also
// over several starts, unless the provider cannot be reached; and again where
// somebody has joined an organization since.
func (w *Window) askMore(state auth.State) {
	s := state.Session
	unknown := unknownOf(s)
	switch {
	case unknown == "", w.asking, w.ctx.Err() != nil, !state.LastReached.IsZero():
		return
	case w.remembered(askedAbout, s) == question(s, unknown):
		return
	}
	w.asking = true
	var told auth.Profile
	w.later(func() (err error) {
		told, err = w.client.UserInfo(w.ctx)
		return err
	}, func(err error) {
		w.asking = false
		switch {
		case err == nil && told.ID == s.Profile.ID:
			after := s
			after.Profile = told
			w.remember(askedAbout, s, question(s, unknownOf(after)))
		case err != nil && isAnswer(err):
			w.remember(askedAbout, s, question(s, unknown))
		}
		if w.last.Phase == auth.SignedIn && w.last.Session.Profile.ID != s.Profile.ID {
			w.askMore(w.last) // who has waited meanwhile
		}
	})
}

// isAnswer tells that asking once more would not help.
func isAnswer(err error) bool {
	_, away := errors.AsType[*auth.UnreachableError](err)
	return !away && !errors.Is(err, auth.ErrSignedOut) && !isGivenUp(err)
}

// unknownOf is what the userinfo endpoint may tell of somebody and has not yet,
// "" for nothing.
func unknownOf(s auth.Session) string {
	var unknown []string
	if _, told := s.Profile.Claims["identities"]; s.Profile.WeCom == nil && !told && slices.Contains(s.Scopes, "identities") {
		unknown = append(unknown, "identities")
	}
	for _, m := range s.Profile.Organizations {
		if m.Name == "" {
			unknown = append(unknown, m.ID)
		}
	}
	slices.Sort(unknown)
	return strings.Join(unknown, " ")
}

// question is what was asked at a sign-in.
func question(s auth.Session, unknown string) string {
	return digest(s.SignedInAt.UTC().Format(time.RFC3339Nano), unknown)
}
