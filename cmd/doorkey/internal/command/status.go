package command

import (
	"context"
	"errors"
	"io"
	"strings"

	"doorkey/auth"

	"github.com/spf13/cobra"
)

func (p *program) statusCommand() *cobra.Command {
	return p.aboutSession("status", "Tell who is signed in, and until when",
		`Status tells who is signed in, since when, and until when if that is known, as the
keychain has it. How long Logto keeps a session that is not used, it does not say:
doorkey setup finds out, for the setting session-lifetime. The network is not
asked. The exit status is 3 if nobody is signed in, and 5 if the provider last
refused to renew the session.`,
		func(ctx context.Context, client *auth.Client) error {
			session, err := client.Session(ctx)
			if errors.Is(err, auth.ErrSignedOut) && p.json {
				v := sessionView{Issuer: session.Issuer, ClientID: session.ClientID}
				if session.Profile.ID != "" {
					v = viewOf(session)
					v.SignedIn, v.Problem = false, err.Error()
				}
				return errors.Join(p.printJSON(v), err)
			}
			if session.Profile.ID != "" && err != nil {
				p.say("%s was signed in", plain(accountOf(session).title()))
			}
			if err != nil {
				return err
			}
			v := viewOf(session)
			return errors.Join(p.print(v, func(w io.Writer) { writeRows(w, v.rows()) }), session.RefreshErr)
		})
}

func (v sessionView) rows() []row {
	rows := []row{{"Signed in", v.Account.title()}}
	rows = append(rows, v.Account.rows()...)
	return append(rows,
		row{"At", v.Issuer},
		row{"Since", local(v.SignedInAt)},
		row{"Renewed", local(v.RenewedAt)},
		row{"Ends if unused", local(v.LastsUntil)},
		row{"Stored", v.place()},
		row{"Problem", v.Problem},
		row{"Scopes", strings.Join(v.Scopes, " ")},
		row{"Resources", strings.Join(v.Resources, " ")},
	)
}

// place is where the session is, in words.
func (v sessionView) place() string {
	switch v.Storage {
	case string(auth.InKeychain):
		return "in the system's keychain"
	case string(auth.InFile):
		return "in an encrypted file"
	case string(auth.InMemory):
		return "in memory, until this program ends"
	}
	return "in " + v.Storage
}
