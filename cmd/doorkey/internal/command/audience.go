package command

import (
	"time"

	"doorkey/auth"

	"github.com/spf13/pflag"
)

// audience is what a token is for, as flags say it.
type audience struct {
	resource, organization string
	minValidity            time.Duration
}

func (a *audience) add(flags *pflag.FlagSet) {
	flags.StringVar(&a.resource, "resource", "", "an API resource, by its `indicator` (an absolute URI)")
	flags.StringVar(&a.organization, "organization", "", "an organization, by its `ID`")
}

func (a *audience) addValidity(flags *pflag.FlagSet) {
	flags.DurationVar(&a.minValidity, "min-validity", 5*time.Minute, "how long the token must last, at most nine tenths of its lifetime")
}

// options are for AccessToken; the first two, for SignIn too.
func (a *audience) options() []auth.TokenOption {
	var options []auth.TokenOption
	if a.resource != "" {
		options = append(options, auth.Resource(a.resource))
	}
	if a.organization != "" {
		options = append(options, auth.Organization(a.organization))
	}
	return options
}

func (a *audience) signInOptions() []auth.SignInOption {
	var options []auth.SignInOption
	for _, o := range a.options() {
		options = append(options, o)
	}
	return options
}

func (a *audience) check() error {
	if a.minValidity < 0 {
		return usagef("--min-validity: %v is in the past", a.minValidity)
	}
	return nil
}
