package command

import (
	"cmp"
	"context"
	"strings"
	"time"

	"doorkey/auth"

	"github.com/spf13/cobra"
)

// aboutSession is a command without flags of its own that does something with
// the client for what is set.
func (p *program) aboutSession(use, short, long string, run func(context.Context, *auth.Client) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Long: long, GroupID: groupSession, Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := p.client(nil)
			if err != nil {
				return err
			}
			return run(cmd.Context(), client)
		},
	}
}

// sessionView is a session as it is printed.
type sessionView struct {
	SignedIn   bool         `json:"signed_in"`
	Account    *accountView `json:"account,omitempty"`
	Issuer     string       `json:"issuer,omitempty"`
	ClientID   string       `json:"client_id,omitempty"`
	Scopes     []string     `json:"scopes,omitempty"`
	Resources  []string     `json:"resources,omitempty"`
	SignedInAt time.Time    `json:"signed_in_at,omitzero"`
	RenewedAt  time.Time    `json:"renewed_at,omitzero"`
	LastsUntil time.Time    `json:"lasts_until,omitzero"`
	Storage    string       `json:"storage,omitempty"`
	Problem    string       `json:"problem,omitempty"`
}

// accountView is a person as they are printed.
type accountView struct {
	ID            string             `json:"id"`
	Name          string             `json:"name,omitempty"`
	Username      string             `json:"username,omitempty"`
	Email         string             `json:"email,omitempty"`
	Phone         string             `json:"phone,omitempty"`
	WeComID       string             `json:"wecom_id,omitempty"`
	Roles         []string           `json:"roles,omitempty"`
	Organizations []organizationView `json:"organizations,omitempty"`
	Current       bool               `json:"current"`
	Problem       string             `json:"problem,omitempty"`
}

type organizationView struct {
	ID    string   `json:"id"`
	Name  string   `json:"name,omitempty"`
	Roles []string `json:"roles,omitempty"`
}

func viewOf(s auth.Session) sessionView {
	account := accountOf(s)
	account.Current = true
	v := sessionView{
		SignedIn: true, Account: &account, Issuer: s.Issuer, ClientID: s.ClientID, Scopes: s.Scopes, Resources: s.Resources,
		SignedInAt: s.SignedInAt.UTC(), RenewedAt: s.RenewedAt.UTC(), LastsUntil: utc(s.LastsUntil), Storage: string(s.Storage),
	}
	v.Problem = account.Problem
	return v
}

func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}

func accountOf(s auth.Session) accountView {
	p := s.Profile
	a := accountView{ID: p.ID, Name: p.Name, Username: p.Username, Email: p.Email, Phone: p.Phone, Roles: p.Roles}
	if p.WeCom != nil {
		a.WeComID = p.WeCom.UserID
	}
	for _, o := range p.Organizations {
		a.Organizations = append(a.Organizations, organizationView(o))
	}
	if err := cmp.Or(s.StorageErr, s.RefreshErr); err != nil {
		a.Problem = message(err)
	}
	return a
}

// title is what to call the person, and what tells them from others of the
// same name.
func (a accountView) title() string {
	name := cmp.Or(a.Name, a.Username, a.Email, a.Phone)
	if name == "" {
		return a.shownID()
	}
	return name + " (" + a.shownID() + ")"
}

// shownID is the ID fit for a terminal, for people: programs are given the ID,
// and it is compared, as it is.
func (a accountView) shownID() string { return auth.Profile{ID: a.ID}.DisplayName() }

// rows are what is known of the person.
func (a accountView) rows() []row {
	var organizations []string
	for _, o := range a.Organizations {
		text := cmp.Or(o.Name, o.ID)
		if len(o.Roles) > 0 {
			text += " (" + strings.Join(o.Roles, ", ") + ")"
		}
		organizations = append(organizations, text)
	}
	return []row{
		{"Username", a.Username}, {"E-mail", a.Email}, {"Phone", a.Phone}, {"WeCom ID", a.WeComID},
		{"Roles", strings.Join(a.Roles, ", ")}, {"Organizations", strings.Join(organizations, ", ")},
	}
}

// local is a time as people here write it.
func local(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04")
}
