package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"doorkey/auth/logto/management"
)

// resource is an API. It is known by its indicator, and its name is let be.
func (i *inspector) resource(r Resource) item {
	return func(ctx context.Context) (Step, func(context.Context) error, error) {
		step := Step{What: "API resource " + r.Indicator, Kind: Keep}
		_, there, err := i.findResource(ctx, r.Indicator)
		if err != nil || there {
			return step, nil, err
		}
		name := cmp.Or(r.Name, r.Indicator)
		step.Kind, step.Diff = Create, []Line{{"+", "name: " + name}}
		return step, func(ctx context.Context) error { return i.client.CreateResource(ctx, name, r.Indicator) }, nil
	}
}

// scope is a permission of an API, which may yet have to be made.
func (i *inspector) scope(r Resource, name string) item {
	return func(ctx context.Context) (Step, func(context.Context) error, error) {
		step := Step{What: fmt.Sprintf("permission %s of %s", name, r.Indicator), Kind: Keep}
		resource, there, err := i.findResource(ctx, r.Indicator)
		has := slices.ContainsFunc(resource.Scopes, func(s management.Scope) bool { return s.Name == name })
		if err != nil || has {
			return step, nil, err
		}
		step.Kind = Create
		return step, func(ctx context.Context) error {
			if !there {
				return errors.New("its API resource is gone: run this again")
			}
			return i.client.CreateScope(ctx, resource.ID, name)
		}, nil
	}
}

func (i *inspector) findResource(ctx context.Context, indicator string) (management.Resource, bool, error) {
	all, err := i.client.Resources(ctx)
	if err != nil {
		return management.Resource{}, false, err
	}
	n := slices.IndexFunc(all, func(r management.Resource) bool { return r.Indicator == indicator })
	if n < 0 {
		return management.Resource{}, false, nil
	}
	return all[n], true, nil
}
