package command

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func (p *program) whoamiCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "whoami",
		Short:   "Print the name and the ID of whoever is signed in",
		Long:    "Whoami prints the name and, in brackets, the ID of whoever is signed in, as the\nkeychain has them. The network is not asked.",
		GroupID: groupSession,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := p.client(nil)
			if err != nil {
				return err
			}
			session, err := client.Session(cmd.Context())
			if err != nil {
				return err
			}
			account := viewOf(session).Account
			return p.print(account, func(w io.Writer) { fmt.Fprintln(w, plain(account.title())) })
		},
	}
}
