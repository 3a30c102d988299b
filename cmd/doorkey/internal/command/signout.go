package command

import (
	"context"
	"errors"
	"fmt"
	"io"

	"doorkey/auth"

	"github.com/spf13/cobra"
)

func (p *program) signoutCommand() *cobra.Command {
	var all, browser bool
	cmd := &cobra.Command{
		Use:   "signout",
		Short: "Sign out here and at the provider",
		Long: `Signout removes the session from the keychain and has the provider revoke its
tokens. If the provider cannot be reached, you are signed out here all the same,
and the exit status is 4. If the keychain cannot be used, nobody is signed out, and
the exit status is 6.`,
		GroupID: groupSession,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			leaving, client, err := p.leaving(cmd.Context(), all)
			if err != nil {
				return err
			}
			_, sessionErr := client.Session(cmd.Context())
			damaged := errors.Is(sessionErr, auth.ErrDamaged)
			var options []auth.SignOutOption
			if all {
				options = append(options, auth.EveryAccount())
			}
			if browser {
				options = append(options, auth.EndBrowserSession())
			}
			err = client.SignOut(cmd.Context(), options...)
			if err == nil || errors.As(err, new(*auth.RevocationError)) {
				if damaged && len(leaving) == 0 {
					p.say("what was stored could not be read, and was removed")
					return err
				}
				err = errors.Join(p.signedOut(leaving), err)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "sign everybody out who is signed in here")
	cmd.Flags().BoolVar(&browser, "browser", false, "sign out in the browser too, which opens for it")
	return cmd
}

// leaving are those who are about to be signed out, to say so.
func (p *program) leaving(ctx context.Context, all bool) ([]accountView, *auth.Client, error) {
	if all {
		client, accounts, err := p.accounts(ctx)
		return accounts, client, err
	}
	client, err := p.client(nil)
	if err != nil {
		return nil, nil, err
	}
	session, err := client.Session(ctx)
	switch {
	case errors.Is(err, auth.ErrDamaged): // whose it is, nobody can say
		return nil, nil, fmt.Errorf("%w; doorkey accounts lists who can be read, and doorkey signout --all removes everything", err)
	case session.Profile.ID != "": // also one that has ended
		return []accountView{accountOf(session)}, client, nil
	case err != nil && !errors.Is(err, auth.ErrSignedOut):
		return nil, nil, err
	}
	return nil, client, nil
}

// signedOut tells who is signed out by now.
func (p *program) signedOut(accounts []accountView) error {
	ids := []string{}
	for _, a := range accounts {
		ids = append(ids, a.ID)
	}
	return p.print(map[string]any{"signed_out": ids}, func(io.Writer) {
		if len(accounts) == 0 {
			fmt.Fprintln(p.Stderr, "doorkey: nobody was signed in")
		}
		for _, a := range accounts {
			p.say("signed out %s", plain(a.title()))
		}
	})
}
