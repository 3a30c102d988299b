package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"doorkey/auth"
	"doorkey/auth/keychain"

	"github.com/spf13/cobra"
)

// tokenRequest is which token is wanted, as flags say it.
type tokenRequest struct {
	audience
	idToken  bool
	signIn   bool
	variable string
	exact    bool // the validity was asked for, and is no default
}

func (r *tokenRequest) addTo(cmd *cobra.Command) {
	flags := cmd.Flags()
	r.add(flags)
	r.addValidity(flags)
	flags.BoolVar(&r.idToken, "id-token", false, "the ID token, for a service that knows people by it, as Kubernetes does")
	flags.BoolVar(&r.signIn, "sign-in", false, "open the browser where a sign-in is needed")
	flags.StringVar(&r.variable, "env", "DOORKEY_TOKEN", "`name` of the environment variable")
	cmd.MarkFlagsMutuallyExclusive("id-token", "resource")
	cmd.MarkFlagsMutuallyExclusive("id-token", "organization")
}

func (p *program) tokenCommand() *cobra.Command {
	var r tokenRequest
	format := "text"
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Print a fresh access token",
		Long: `Token prints an access token of whoever is signed in that is good for a while,
refreshed where needed. One that is at hand costs no network.

Without --resource and --organization it is for the provider itself (userinfo).
For an API resource, the sign-in must have asked for it: doorkey signin --resource.

Formats:
  text             the token
  json             token, type, expiry and scopes
  header           Authorization: Bearer …, for curl -H @-
  exec-credential  what kubectl's exec plugins print (client.authentication.k8s.io)
  env              NAME=token, for an env file`,
		Example: `  doorkey token --format header | curl -H @- https://id.example.com/oidc/me
  doorkey token --resource https://api.example.com --min-validity 10m
  doorkey token --format exec-credential --id-token`,
		GroupID: groupSession,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if p.json && !cmd.Flags().Changed("format") {
				format = "json"
			}
			write, known := tokenFormats[format]
			if !known {
				return usagef("--format: %q is not known: use text, json, header, exec-credential or env", format)
			}
			if err := r.check(); err != nil {
				return err
			}
			r.exact = cmd.Flags().Changed("min-validity")
			t, err := p.token(cmd.Context(), r)
			if err != nil && t.Value.IsZero() {
				return err
			}
			return errors.Join(write(p, t, r), err)
		},
	}
	r.addTo(cmd)
	cmd.Flags().StringVar(&format, "format", format, "text, json, header, exec-credential or env (`name`)")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(
		[]string{"text", "json", "header", "exec-credential", "env"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// token gets the token, after a sign-in where one is needed and wanted. With a
// token it may return what is wrong all the same.
func (p *program) token(ctx context.Context, r tokenRequest) (auth.Token, error) {
	client, err := p.client(nil)
	if err != nil {
		return auth.Token{}, err
	}
	t, err := r.from(ctx, client)
	if r.signIn && (statusOf(err) == SignInNeeded || errors.Is(err, keychain.ErrUnavailable) || errors.Is(err, auth.ErrDamaged)) {
		session, err := p.signInWith(ctx, client, signIn{audience: r.audience}, auth.Shared())
		if err != nil {
			return auth.Token{}, err
		}
		if session.Storage == auth.InMemory {
			p.say("the session ends with this command, since it could not be stored: %s", plain(message(session.StorageErr)))
		}
		t, err = r.from(ctx, client)
		return t, err
	}
	if unasked, is := errors.AsType[*auth.NotRequestedError](err); is {
		return auth.Token{}, &notRequestedError{unasked}
	}
	if err != nil {
		return auth.Token{}, err
	}
	return t, p.doubts(client.State(), t, r)
}

// doubts is what whoever gets a token has to know.
func (p *program) doubts(state auth.State, t auth.Token, r tokenRequest) error {
	if err := state.Session.StorageErr; err != nil {
		return fmt.Errorf("the session was refreshed and could not be stored, so that the next command needs a new sign-in: %w", &auth.StoreError{Place: "the keychain", Err: err})
	}
	left := time.Until(t.Expiry).Round(time.Second)
	if !r.exact || t.Expiry.IsZero() || left >= r.minValidity-time.Second {
		return nil
	}
	if state.Err != nil {
		return fmt.Errorf("this token is valid for another %v only, not for %v: %w", left, r.minValidity, state.Err)
	}
	return fmt.Errorf("this token is valid for another %v only, not for %v: the provider's tokens do not last that long", left, r.minValidity)
}

func (r tokenRequest) from(ctx context.Context, client *auth.Client) (auth.Token, error) {
	if r.idToken {
		return client.IDToken(ctx, r.minValidity)
	}
	return client.AccessToken(ctx, append(r.options(), auth.MinValidity(r.minValidity))...)
}

// notRequestedError says what to type, where the library says what to write.
type notRequestedError struct{ *auth.NotRequestedError }

func (e *notRequestedError) Error() string {
	if e.Resource != "" {
		return fmt.Sprintf("the sign-in did not ask for the resource %q: run doorkey signin --resource %[1]s", e.Resource)
	}
	return fmt.Sprintf("the sign-in did not ask for organizations: run doorkey signin --organization %s", e.Organization)
}

func (e *notRequestedError) Unwrap() error { return e.NotRequestedError }

// tokenView is a token as it is printed.
type tokenView struct {
	Token        string    `json:"token"`
	Type         string    `json:"type"`
	Expiry       time.Time `json:"expires_at,omitzero"`
	Scopes       []string  `json:"scopes,omitempty"`
	Resource     string    `json:"resource,omitempty"`
	Organization string    `json:"organization,omitempty"`
	IsIDToken    bool      `json:"id_token,omitempty"`
}
