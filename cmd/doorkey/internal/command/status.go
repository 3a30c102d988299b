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
asked. The exit status is 3 where nobody is signed in.`,
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
			return p.print(v, func(w io.Writer) { writeRows(w, v.rows()) })
		})
}

func (v sessionView) rows() []row {
	rows := []row{{"Signed in", v.Account.title()}}
	rows = append(rows, v.Account.rows()...)
	storage := map[string]string{"keychain": "in the system's keychain", "memory": "in memory only"}[v.Storage]
	if v.Problem != "" {
		storage += " (" + v.Problem + ")"
	}
	return append(rows,
		row{"At", v.Issuer},
		row{"Since", local(v.SignedInAt)},
		row{"Renewed", local(v.RenewedAt)},
		row{"Ends if unused", local(v.LastsUntil)},
		row{"Kept", storage},
		row{"Scopes", strings.Join(v.Scopes, " ")},
		row{"Resources", strings.Join(v.Resources, " ")},
	)
}
