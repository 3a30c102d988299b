package setup

import (
	"context"
	"slices"
	"strings"

	"doorkey/auth/logto/management"
)

// experience is WeCom on the sign-in page, behind those that are there.
func (i *inspector) experience(ctx context.Context) (Step, func(context.Context) error, error) {
	step := Step{What: "sign-in experience", Kind: Keep}
	e, err := i.client.SignInExperience(ctx)
	if err != nil || slices.Contains(e.SocialTargets, management.WeComTarget) {
		return step, nil, err
	}
	targets := append(slices.Clone(e.SocialTargets), management.WeComTarget)
	text := "social sign-in: " + management.WeComTarget
	if len(e.SocialTargets) > 0 {
		text += " (behind " + strings.Join(e.SocialTargets, ", ") + ")"
	}
	step.Kind, step.Diff = Change, []Line{{"+", text}}
	return step, func(ctx context.Context) error { return i.client.SetSocialTargets(ctx, targets) }, nil
}

// notes are what is the tenant's own choice, but may surprise whoever signs in.
func (i *inspector) notes(ctx context.Context) ([]string, error) {
	var notes []string
	if !i.wanted.NoWeCom {
		e, err := i.client.SignInExperience(ctx)
		if err != nil {
			return nil, err
		}
		if e.SignInMode == "SignIn" {
			notes = append(notes, "Logto lets nobody new in (sign-in experience, sign-up: off): only people whose account has WeCom linked already can use it.")
		} else if len(e.SignUp.Identifiers) > 0 {
			notes = append(notes, "Whoever comes from WeCom for the first time is asked by Logto for: "+strings.Join(e.SignUp.Identifiers, ", ")+" (sign-in experience, sign-up). To have nobody asked, clear the sign-up identifiers there.")
		}
	}
	if slices.ContainsFunc(i.wanted.Resources, func(r Resource) bool { return len(r.Scopes) > 0 }) {
		notes = append(notes, "Nobody has the permissions of an API resource until a role with them is given to people: Logto Console, Roles.")
	}
	return notes, nil
}
