package command

import (
	"context"
	"errors"
	"fmt"
	"io"

	"doorkey/auth"

	"github.com/spf13/cobra"
)

func (p *program) whoamiCommand() *cobra.Command {
	return p.aboutSession("whoami", "Print the name and the ID of whoever is signed in",
		"Whoami prints the name and, in brackets, the ID of whoever is signed in, as the\nkeychain has them. The network is not asked.",
		func(ctx context.Context, client *auth.Client) error {
			session, err := client.Session(ctx)
			if err != nil {
				return err
			}
			account := viewOf(session).Account
			return errors.Join(p.print(account, func(w io.Writer) { fmt.Fprintln(w, plain(account.title())) }), session.RefreshErr)
		})
}
