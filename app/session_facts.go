package app

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"doorkey/auth"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

// sessionFacts are what there is to know of a session, from the top down.
type sessionFacts struct {
	view         *view
	wecom        *fact
	organization *fact
	choice       *choice // of the organization
	roles        *fact
	at           *fact
	since        *fact
	renewal      *fact
	renew        *button
	ends         *fact
	kept         *fact
	members      []auth.Membership // that are offered
}

func newSessionFacts(v *view, renew func()) *sessionFacts {
	f := &sessionFacts{
		view:   v,
		choice: newChoice(nil, 0, nil, nil),
		wecom:  newFact(lang.X("doorkey.signedin.wecom", "WeCom ID")),
		roles:  newFact(lang.X("doorkey.signedin.roles", "Roles")),
		at:     newFact(lang.X("doorkey.signedin.at", "Signed in to")),
		since:  newFact(lang.X("doorkey.signedin.since", "Since")),
		ends:   newFact(lang.X("doorkey.signedin.ends", "Ends if unused")),
		kept:   newFact(lang.X("doorkey.signedin.kept", "Session kept")),
		renew:  newButton(lang.X("doorkey.signedin.renew", "Renew"), nil, widget.LowImportance, renew, nil),
	}
	f.organization = factOf(lang.X("doorkey.signedin.organization", "Organization"), f.choice)
	f.renewal = newFact(lang.X("doorkey.signedin.renewed", "Renewed"), f.renew)
	f.at.show(v.place.name())
	return f
}

func (f *sessionFacts) objects() []fyne.CanvasObject {
	var objects []fyne.CanvasObject
	for _, fact := range []*fact{f.wecom, f.organization, f.roles, f.at, f.since, f.renewal, f.ends, f.kept} {
		objects = append(objects, fact.root)
	}
	return objects
}

// show tells whether the page is to be laid out anew.
func (f *sessionFacts) show(s auth.Session) (changed bool) {
	now := time.Now()
	userID := ""
	if s.Profile.WeCom != nil {
		userID = s.Profile.WeCom.UserID
	}
	ends := ""
	if !s.LastsUntil.IsZero() {
		ends = moment(s.LastsUntil, now)
	}
	renewed := s.RenewedAt
	if renewed.IsZero() {
		renewed = s.SignedInAt
	}
	changed = f.showOrganizations(s.Profile.Organizations)
	changed = f.wecom.show(userID) || changed
	changed = f.roles.show(f.rolesOf(s.Profile)) || changed
	changed = f.since.show(moment(s.SignedInAt, now)) || changed
	changed = f.renewal.show(moment(renewed, now)) || changed
	changed = f.ends.show(ends) || changed
	return f.kept.show(kept(s)) || changed
}

// showOrganizations offers the choice of an organization where the person is in
// any.
func (f *sessionFacts) showOrganizations(members []auth.Membership) (changed bool) {
	hidden := len(members) == 0 || f.view.without.Organization
	same := slices.EqualFunc(members, f.members, func(a, b auth.Membership) bool { return a.ID == b.ID && a.Name == b.Name })
	if same && f.organization.root.Hidden == hidden {
		return false
	}
	f.members = members
	f.organization.root.Hidden = hidden
	selected := 1 + slices.IndexFunc(members, func(m auth.Membership) bool { return m.ID == f.view.chosen.ID })
	f.choice.offer(organizationNames(members), selected, func(i int) {
		chosen := auth.Membership{}
		if i > 0 {
			chosen = members[i-1]
		}
		f.view.actions.organization(chosen)
	})
	if c := f.view.keys(); hidden && c != nil && c.Focused() == fyne.Focusable(f.choice) {
		c.Unfocus() // or it could be opened unseen
	}
	return true
}

// organizationNames are what to call the organizations in the list, the first
// of which is none of them. Those that have the same name, or that of none, have
// their ID beside it.
func organizationNames(members []auth.Membership) []string {
	names := []string{lang.X("doorkey.signedin.noorganization", "None")}
	for _, m := range members {
		names = append(names, cmp.Or(m.Name, m.ID))
	}
	plain := slices.Clone(names)
	for i, m := range members {
		twice := slices.Index(plain, names[i+1]) != i+1 || slices.Contains(plain[i+2:], names[i+1])
		if twice && m.Name != "" {
			names[i+1] = m.Name + " · " + m.ID
		}
	}
	return names
}

// rolesOf are the person's own, and those in the organization that is chosen.
func (f *sessionFacts) rolesOf(p auth.Profile) string {
	roles := p.Roles
	for _, m := range p.Organizations {
		if m.ID == f.view.chosen.ID {
			roles = slices.Concat(roles, m.Roles)
		}
	}
	var once []string
	for _, role := range roles {
		if !slices.Contains(once, role) {
			once = append(once, role)
		}
	}
	return strings.Join(once, lang.X("doorkey.list", ", "))
}

// renewing shows that the session is being renewed, renewed that it is not any
// more, well or not.
func (f *sessionFacts) renewing() { f.renew.Disable() }
func (f *sessionFacts) renewed()  { f.renew.Enable() }

// kept is where the session is.
func kept(s auth.Session) string {
	switch {
	case s.Storage == auth.InKeychain:
		return lang.X("doorkey.signedin.keychain", "in this computer's keychain")
	case s.Storage == auth.InFile:
		return lang.X("doorkey.signedin.file", "in an encrypted file on this computer")
	case errors.Is(s.StorageErr, keychain.ErrUnavailable):
		return lang.X("doorkey.signedin.nokeychain", "until you close this program: this computer has no keychain")
	case s.StorageErr != nil:
		return lang.X("doorkey.signedin.nostore", "until you close this program: the keychain did not take it")
	}
	if s.Storage == auth.InMemory {
		return lang.X("doorkey.signedin.memory", "until you close this program")
	}
	return lang.X("doorkey.signedin.place", "in {{.Place}}", map[string]string{"Place": string(s.Storage)})
}
