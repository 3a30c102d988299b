package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"doorkey/auth"

	"github.com/spf13/cobra"
)

func (p *program) accountsCommand() *cobra.Command {
	list := &cobra.Command{
		Use:   "accounts",
		Short: "List the people signed in here, switch between them",
		Long: `Accounts lists the people who are signed in here, with * before the current one.
The network is not asked. To add someone, use doorkey signin --another-account.

WHO is an ID, or a username, e-mail address, phone number, WeCom ID or name
that only one of them has.`,
		Example: "  doorkey accounts\n  doorkey accounts switch zhangsan@example.com",
		GroupID: groupSession,
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return p.listAccounts(cmd.Context()) },
	}
	list.AddCommand(&cobra.Command{
		Use: "list", Short: "List the people signed in here", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.listAccounts(cmd.Context()) },
	}, &cobra.Command{
		Use: "switch WHO", Short: "Make somebody who is signed in here the current one", Args: oneArg("WHO"),
		ValidArgsFunction: p.completeAccounts,
		RunE: func(cmd *cobra.Command, args []string) error {
			client, found, err := p.findAccount(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			session, err := client.Switch(cmd.Context(), found.ID)
			if err != nil {
				return err
			}
			account := viewOf(session).Account
			return p.print(account, func(w io.Writer) { fmt.Fprintln(w, plain(account.title())) })
		},
	}, &cobra.Command{
		Use: "remove WHO", Short: "Sign somebody out here", Args: oneArg("WHO"),
		ValidArgsFunction: p.completeAccounts,
		RunE: func(cmd *cobra.Command, args []string) error {
			client, found, err := p.findAccount(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if err := client.SignOut(cmd.Context(), auth.Account(found.ID)); err != nil {
				return err
			}
			return p.signedOut([]accountView{found})
		},
	})
	return list
}

func oneArg(name string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return usagef("%s is missing", name)
		case len(args) > 1:
			return usagef("unexpected %q", args[1])
		}
		return nil
	}
}

func (p *program) accounts(ctx context.Context) (*auth.Client, []accountView, error) {
	client, err := p.client(nil)
	if err != nil {
		return nil, nil, err
	}
	sessions, err := client.Accounts(ctx)
	if err != nil {
		return nil, nil, err
	}
	current, err := client.Session(ctx)
	if err != nil && !errors.Is(err, auth.ErrSignedOut) && !errors.Is(err, auth.ErrDamaged) {
		return nil, nil, err
	}
	accounts := make([]accountView, len(sessions))
	for i, s := range sessions {
		accounts[i] = accountOf(s)
		accounts[i].Current = s.Profile.ID == current.Profile.ID
		if s.Ended != "" && accounts[i].Problem == "" {
			accounts[i].Problem = "the session has ended: sign in again"
		}
	}
	return client, accounts, nil
}

func (p *program) listAccounts(ctx context.Context) error {
	_, accounts, err := p.accounts(ctx)
	if err != nil {
		return err
	}
	return p.print(accounts, func(w io.Writer) {
		if len(accounts) == 0 {
			p.say("nobody is signed in: run doorkey signin")
		}
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, a := range accounts {
			mark := " "
			if a.Current {
				mark = "*"
			}
			name := cmp.Or(a.Name, a.Username, a.Email, a.Phone, "-")
			fmt.Fprintf(t, "%s %s\t%s\t%s\n", mark, plain(name), a.shownID(), plain(cmp.Or(a.Problem, a.Email, a.WeComID, a.Username)))
		}
		_ = t.Flush()
	})
}

// findAccount finds the one person who is meant.
func (p *program) findAccount(ctx context.Context, who string) (*auth.Client, accountView, error) {
	client, accounts, err := p.accounts(ctx)
	if err != nil {
		return nil, accountView{}, err
	}
	found, err := oneOf(accounts, who)
	return client, found, err
}

func oneOf(accounts []accountView, who string) (accountView, error) {
	if who == "" { // as is the username of everybody who has none
		return accountView{}, usagef("WHO is empty")
	}
	var found []accountView
	for _, a := range accounts {
		if a.ID == who {
			return a, nil
		}
		if slices.Contains([]string{a.Username, a.Email, a.Phone, a.WeComID, a.Name}, who) {
			found = append(found, a)
		}
	}
	switch len(found) {
	case 0:
		return accountView{}, fmt.Errorf("%w: %q: doorkey accounts lists those there are", auth.ErrNoAccount, who)
	case 1:
		return found[0], nil
	}
	var ids []string
	for _, a := range found {
		ids = append(ids, a.shownID())
	}
	return accountView{}, usagef("%q is more than one person: give an ID (%s)", who, strings.Join(ids, ", "))
}

func (p *program) completeAccounts(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	_, accounts, err := p.accounts(cmd.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var words []string
	for _, a := range accounts {
		words = append(words, cobra.CompletionWithDesc(a.ID, plain(a.title())))
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}
