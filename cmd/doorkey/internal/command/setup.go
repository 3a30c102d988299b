package command

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"slices"

	"doorkey/auth/logto"
	"doorkey/auth/logto/management"
	"doorkey/auth/logto/setup"
	"doorkey/cmd/internal/settings"

	"github.com/spf13/cobra"
)

// setUp is how Logto is to be set up, as flags say it. None of them is a
// secret: other people on the machine can read a command line.
type setUp struct {
	endpoint           string
	managementResource string
	m2mID              string
	m2mSecretStdin     bool

	name        string
	refreshDays int
	device      bool
	resources   []string

	wecomCorpID, wecomAgentID, wecomScope string
	wecomSecretStdin                      bool
	noWeCom                               bool

	apply, replace, writeSettings bool
}

// Names in the environment.
const (
	envM2MID       = "DOORKEY_M2M_ID"
	envM2MSecret   = "DOORKEY_M2M_SECRET"
	envWeComSecret = "DOORKEY_WECOM_SECRET"
)

func (p *program) setupCommand() *cobra.Command {
	var s setUp
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "Set Logto up for signing in from a desktop, with WeCom",
		Long: `Setup does what people otherwise do by hand in the Logto Console: it makes a
Native application, connects WeCom (企业微信), puts it on the sign-in page, and
reads all of it back. It prints what only a person can do in WeCom's console.

By itself it changes nothing: it shows what is there and what would change. With
--apply it does what it shows. A second run changes nothing, and a run that broke
off can be made again. It does not change what it did not make unless you give
--replace, and never removes anything; to an application that you name with
--client-id it adds what is missing.

It works through Logto's Management API. Make a machine-to-machine application
for it once, in the Logto Console, and assign it the role "Logto Management API
access". Its App Secret, and the secret of the WeCom application, come from
` + envM2MSecret + ` and ` + envWeComSecret + `, from standard input, or are asked
for at a terminal. Where both come from standard input, the machine-to-machine
application's is the first line and WeCom's the second.`,
		Example: `  doorkey setup --endpoint https://abc.logto.app --m2m-id ID --wecom-corp-id wwID --wecom-agent-id 1000002
  doorkey setup --apply ...
  doorkey setup --resource https://api.example.com=read:orders,write:orders --refresh-days 30 ...`,
		GroupID: groupSetUp,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return setupError(p.setUp(cmd.Context(), s))
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&s.endpoint, "endpoint", "", "the Logto to set up, as `URL` of its endpoint or anything below it (instead of --issuer)")
	flags.StringVar(&s.m2mID, "m2m-id", "", "App `ID` of the machine-to-machine application ("+envM2MID+")")
	flags.BoolVar(&s.m2mSecretStdin, "m2m-secret-stdin", false, "read its App Secret from standard input")
	flags.StringVar(&s.managementResource, "management-resource", "", "`URL` that identifies the Management API: https://<tenant-id>.logto.app/api for Logto Cloud under a domain of your own")
	flags.StringVar(&s.name, "name", "Doorkey", "`name` of the Native application")
	flags.IntVar(&s.refreshDays, "refresh-days", 0, "for how many days, 1 to 180, people stay signed in who do not use it (`N`)")
	flags.BoolVar(&s.device, "device", false, "make a second application too, for signing in with a code on another device")
	flags.StringArrayVar(&s.resources, "resource", nil, "an API with its permissions, as `URL=read:x,write:x` or \"Its name URL=read:x\"; may be given more than once")
	flags.StringVar(&s.wecomCorpID, "wecom-corp-id", "", "Corp `ID` (企业ID)")
	flags.StringVar(&s.wecomAgentID, "wecom-agent-id", "", "Agent `ID` (AgentId) of the application in WeCom's console")
	flags.BoolVar(&s.wecomSecretStdin, "wecom-secret-stdin", false, "read its secret from standard input")
	flags.StringVar(&s.wecomScope, "wecom-scope", "", "what to learn of people: `snsapi_base` or snsapi_privateinfo")
	flags.BoolVar(&s.noWeCom, "no-wecom", false, "leave WeCom and the sign-in page alone")
	flags.BoolVar(&s.apply, "apply", false, "do what is shown")
	flags.BoolVar(&s.replace, "replace", false, "also change what setup did not make")
	flags.BoolVar(&s.writeSettings, "write-settings", false, "write what follows from it into your settings file; with --apply")
	return cmd
}

// setUp shows what would change, and does it with --apply.
func (p *program) setUp(ctx context.Context, s setUp) error {
	issuer, err := p.setupIssuer(s)
	if err != nil {
		return err
	}
	wanted, err := p.setupWanted(s)
	if err != nil {
		return err
	}
	config, err := p.managementConfig(ctx, s, issuer, &wanted)
	if err != nil {
		return err
	}
	client, err := management.New(config)
	if err != nil {
		return usage(err)
	}
	if s.writeSettings {
		if err := s.saveSettings(setupSettings(issuer, wanted, setup.Found{ClientID: wanted.ClientID}), false); err != nil {
			return err
		}
	}
	plan, err := setup.Inspect(ctx, client, wanted)
	if err != nil {
		return err
	}
	v := newSetupView(client, plan)
	if !s.apply {
		v.finish(ctx, wanted, plan.Found())
		if err := p.print(v, v.writePlan); err != nil {
			return err
		}
		return plan.Err()
	}
	if !p.json {
		v.writeSteps(p.Stdout)
	}
	err = plan.Apply(ctx, func(step setup.Step) {
		if verb := map[setup.Kind]string{setup.Create: "made", setup.Change: "changed"}[step.Kind]; verb != "" {
			p.say("%s, and read back: %s", verb, plain(step.What))
		}
	})
	v.note(err)
	if err == nil {
		v.finish(ctx, wanted, plan.Found())
		if s.writeSettings {
			err = s.saveSettings(setupSettings(issuer, wanted, v.Found), true)
		}
	}
	if printed := p.print(v, v.writeResult); printed != nil {
		return printed
	}
	if err == nil && !wanted.NoWeCom {
		p.lookAsPeopleDo(ctx, v)
	}
	return err
}

// setupIssuer is the issuer of whatever address was given.
func (p *program) setupIssuer(s setUp) (string, error) {
	inForce, err := p.settings()
	switch {
	case err != nil:
		return "", err
	case p.demo:
		return "", usagef("the stand-in of --demo has no Management API: name a Logto")
	case s.endpoint != "" && p.flags[settings.KeyIssuer] != "":
		return "", usagef("--endpoint and --issuer say the same: give one of them")
	}
	address := cmp.Or(s.endpoint, inForce.Issuer)
	if address == "" {
		return "", usagef("it is not known which Logto to set up: give --endpoint, such as https://abc.logto.app")
	}
	issuer, err := logto.Issuer(address)
	return issuer, usage(err)
}

// managementConfig reads the secrets, of which WeCom's goes into wanted.
func (p *program) managementConfig(ctx context.Context, s setUp, issuer string, wanted *setup.Wanted) (management.Config, error) {
	config := management.Config{
		Issuer:     issuer,
		Resource:   s.managementResource,
		ClientID:   cmp.Or(s.m2mID, p.Getenv(envM2MID)),
		HTTPClient: p.network.Client(),
	}
	if config.ClientID == "" {
		return config, usagef("give --m2m-id, the App ID of a machine-to-machine application: make one in the Logto Console, under Applications, and assign it the role \"Logto Management API access\"")
	}
	m2m, wecom, err := p.setupSecrets(ctx, s, wanted.WeCom != nil)
	if err != nil {
		return config, err
	}
	config.ClientSecret = m2m
	if wanted.WeCom != nil {
		wanted.WeCom.Secret = wecom
	}
	return config, usage(wanted.Check())
}

// lookAsPeopleDo asks for what Logto tells everybody who signs in.
func (p *program) lookAsPeopleDo(ctx context.Context, v *setupView) {
	e, err := logto.FetchExperience(ctx, p.network.Client(), v.Issuer, v.ClientID)
	if err != nil {
		p.say("what people see could not be looked at: %v", err)
		return
	}
	if !slices.ContainsFunc(e.Connectors, func(c logto.SocialConnector) bool { return c.Target == management.WeComTarget }) {
		p.say("the sign-in page does not show WeCom yet, though it is set up: give it a minute, and run doorkey doctor")
		return
	}
	p.say("the sign-in page of %s shows WeCom", v.Issuer)
}

// statusError is an error whose exit status is known here.
type statusError struct {
	error
	status int
}

func (e *statusError) ExitStatus() int { return e.status }
func (e *statusError) Unwrap() error   { return e.error }

// setupError adds what this program can do about an error, and its status.
func setupError(err error) error {
	var unreachable *management.UnreachableError
	var certificate *tls.CertificateVerificationError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &certificate):
		return fmt.Errorf("%w: if its authority is your own organization's, name its certificate with --ca-file; if not, somebody may be listening in, so do not go on", err)
	case errors.As(err, &unreachable), errors.Is(err, management.ErrRateLimited):
		return &statusError{err, Offline}
	case errors.Is(err, management.ErrResource):
		return fmt.Errorf("%w: give it with --management-resource", err)
	case errors.Is(err, management.ErrUnauthorized), errors.Is(err, management.ErrForbidden):
		return &statusError{err, NoAccess}
	}
	return err
}
