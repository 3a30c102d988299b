package command

import (
	"context"
	"fmt"
	"io"
	"time"

	"doorkey/auth"

	"github.com/spf13/cobra"
)

// signIn is how to sign in, as flags say it.
type signIn struct {
	audience
	connector string
	scopes    []string
	locales   []string
	hint      string
	fresh     bool
	another   bool
	noBrowser bool
	device    bool
	timeout   time.Duration
}

func (p *program) signinCommand() *cobra.Command {
	var s signIn
	cmd := &cobra.Command{
		Use:   "signin",
		Short: "Sign in through the browser",
		Long: `Signin opens the browser at Logto and waits until you are back. The session goes
into the system's keychain, where doorkey and the Doorkey window both find it.

With --device you sign in on your phone, by a QR code or a code to type. It takes
an application of its own: see --device-client-id.

On a computer without a browser, --no-browser prints the address to open on
another one. That browser ends on a page that cannot be reached: paste its
address here. It is as good as your password until then, so give it to nobody.`,
		Example: `  doorkey signin --connector wecom
  doorkey signin --resource https://api.example.com --scope read:orders
  ssh -t server doorkey signin --device
  ssh -t server doorkey signin --no-browser`,
		GroupID: groupSession,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p.warns = true
			if s.device && !cmd.Flags().Changed("timeout") {
				s.timeout = 0 // as long as the code is good
			} else if s.timeout <= 0 {
				return usagef("--timeout: %v is no time to wait", s.timeout)
			}
			client, err := p.signInClient(s)
			if err != nil {
				return err
			}
			session, err := p.signInWith(cmd.Context(), client, s, auth.RequireStorage())
			if err != nil {
				return err
			}
			v := viewOf(session)
			return p.print(v, func(io.Writer) {
				p.say("signed in as %s", plain(v.Account.title()))
				p.sayWhoElse(cmd.Context(), client, session)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&s.connector, "connector", "", "go straight to one way to sign in, by its `target`, such as wecom")
	s.add(flags)
	flags.StringArrayVar(&s.scopes, "scope", nil, "ask for this `scope` too; may be given more than once")
	flags.StringArrayVar(&s.locales, "ui-locale", nil, "`language` of the provider's pages, such as zh-CN; the best first")
	flags.StringVar(&s.hint, "login-hint", "", "username, e-mail address or phone number to fill in (`text`)")
	flags.BoolVar(&s.fresh, "fresh", false, "have whoever is signed in prove anew who they are")
	flags.BoolVar(&s.another, "another-account", false, "have the provider ask who you are, whoever is signed in in the browser")
	flags.BoolVar(&s.noBrowser, "no-browser", false, "print the address to open, and take the one that the browser ends on")
	flags.BoolVar(&s.device, "device", false, "sign in on another device, such as your phone")
	flags.DurationVar(&s.timeout, "timeout", 5*time.Minute, "how long to wait for you; with --device as long as the code is good")
	cmd.MarkFlagsMutuallyExclusive("fresh", "another-account")
	cmd.MarkFlagsMutuallyExclusive("device", "no-browser")
	cmd.MarkFlagsMutuallyExclusive("device", "fresh")
	return cmd
}

// signInClient is the client for a sign-in.
func (p *program) signInClient(s signIn) (*auth.Client, error) {
	return p.client(func(c *auth.Config) {
		c.SignInTimeout = s.timeout
		if s.noBrowser {
			c.OpenBrowser = func(context.Context, string) error { return nil }
		}
	})
}

func (p *program) signInWith(ctx context.Context, client *auth.Client, s signIn, more ...auth.SignInOption) (auth.Session, error) {
	ctx, cancel := context.WithCancel(ctx)
	told := make(chan struct{})
	defer func() { cancel(); <-told }()
	states := client.Watch(ctx)
	go func() {
		defer close(told)
		p.tellProgress(ctx, client, states, s.noBrowser)
	}()
	return client.SignIn(ctx, append(s.options(), more...)...)
}

// sayWhoElse names those who were signed in before and still are.
func (p *program) sayWhoElse(ctx context.Context, client *auth.Client, signedIn auth.Session) {
	accounts, err := client.Accounts(ctx)
	if err != nil {
		return
	}
	for _, s := range accounts {
		if s.Profile.ID != signedIn.Profile.ID && !s.SignedInAt.IsZero() && s.Ended == "" {
			p.say("%s is still signed in, too: see doorkey accounts", plain(accountOf(s).title()))
		}
	}
}

func (s signIn) options() []auth.SignInOption {
	options := s.signInOptions()
	if s.connector != "" {
		options = append(options, auth.Connector(s.connector))
	}
	if len(s.scopes) > 0 {
		options = append(options, auth.Scopes(s.scopes...))
	}
	if len(s.locales) > 0 {
		options = append(options, auth.UILocales(s.locales...))
	}
	if s.hint != "" {
		options = append(options, auth.LoginHint(s.hint))
	}
	if s.fresh {
		options = append(options, auth.Fresh(0))
	}
	if s.another {
		options = append(options, auth.AnotherAccount())
	}
	if s.device {
		options = append(options, auth.Device())
	}
	return options
}

// tellProgress says what there is to do, once each, until the sign-in ends.
func (p *program) tellProgress(ctx context.Context, client *auth.Client, states <-chan auth.State, noBrowser bool) {
	var queued, shown, failed, finishing bool
	for state := range states {
		a := state.Attempt
		switch {
		case state.Phase != auth.SigningIn:
		case a.Step == auth.Queued && !queued:
			queued = true
			p.say("waiting for a sign-in that another program has begun")
		case a.Step == auth.Waiting && !shown:
			shown = true
			switch {
			case a.Device != nil:
				p.showDevice(*a.Device, a.Deadline)
			case noBrowser:
				p.askForCallback(ctx, client, a.URL)
			default:
				p.say("waiting for you in the browser; if none came up, open this address on this computer:\n\n  %s\n", a.URL)
			}
		case a.Step == auth.Finishing && !finishing:
			finishing = true
			p.say("received the answer, finishing the sign-in")
		}
		if a := state.Attempt; state.Phase == auth.SigningIn && a.OpenErr != nil && !failed {
			failed = true
			p.say("the browser could not be opened: %s", plain(a.OpenErr.Error()))
		}
	}
}

// askForCallback shows the address to open, and takes what is pasted.
func (p *program) askForCallback(ctx context.Context, client *auth.Client, address string) {
	fmt.Fprintf(p.Stderr, `Open this address in a browser, on this computer or another:

  %s

If that browser is on another computer, it ends on a page that cannot be reached:
paste its address here, and give it to nobody else.

`, address)
	// Reading cannot be ended: the program ends with this still waiting for a
	// line that nobody will type.
	go p.deliver(ctx, client)
}
