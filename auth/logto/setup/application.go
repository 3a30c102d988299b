package setup

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"doorkey/auth/logto/management"
)

// Marks in the custom data of an application that this package has made. The
// name is in there as it was wanted: a person may give it another one in the
// Logto Console, and the application is found all the same.
const (
	markKey     = "doorkey"
	markName    = "application"
	markPurpose = "purpose"
)

const (
	forDesktop = "desktop"
	forDevice  = "device"
)

// defaultRefreshDays are in force where an application does not say.
const defaultRefreshDays = 14

// target is an application as it is wanted.
type target struct {
	purpose, name string
	redirectURIs  []string
	device        bool
	days          int
}

func (i *inspector) application(ctx context.Context) (Step, func(context.Context) error, error) {
	t := target{forDesktop, i.wanted.Name, RedirectURIs(), false, i.wanted.RefreshDays}
	return i.inspectApplication(ctx, t, i.wanted.ClientID, &i.found.ClientID, &i.refreshDays)
}

func (i *inspector) deviceApplication(ctx context.Context) (Step, func(context.Context) error, error) {
	t := target{forDevice, i.wanted.Name + " (device)", nil, true, i.wanted.RefreshDays}
	return i.inspectApplication(ctx, t, i.wanted.DeviceClientID, &i.found.DeviceClientID, &i.deviceRefreshDays)
}

// inspectApplication looks at the application by that ID, or else at the one
// that is meant. id gets its App ID, and lifetime for how many days its refresh
// tokens are to last.
func (i *inspector) inspectApplication(ctx context.Context, t target, named string, id *string, lifetime *int) (Step, func(context.Context) error, error) {
	step := Step{What: fmt.Sprintf("application %q", t.name), Kind: Keep}
	*id, *lifetime = "", 0
	var app management.Application
	var err error
	if named != "" {
		step.What = fmt.Sprintf("application %s", named)
		if app, err = i.client.Application(ctx, named); management.IsNotFound(err) {
			return blocked(step, "there is none by that App ID: copy it from the Logto Console, under Applications, or leave it out to have one made"), nil, nil
		}
	} else {
		var candidates []management.Application
		candidates, err = i.candidates(ctx, t)
		switch {
		case err != nil:
		case len(candidates) == 0:
			return t.create(step), func(ctx context.Context) error { return i.createApplication(ctx, t) }, nil
		case len(candidates) > 1:
			return blocked(step, fmt.Sprintf("there are %d by that name: name the one that is meant by its App ID (%s), or give another name", len(candidates), t.flag())), nil, nil
		default:
			app = candidates[0]
		}
	}
	if err != nil {
		return step, nil, err
	}
	*id = app.ID
	*lifetime = cmp.Or(t.days, app.Custom.Number("refreshTokenTtlInDays"), defaultRefreshDays)
	if named != "" {
		step.What = fmt.Sprintf("application %q (%s)", app.Name, named)
	}
	if why := t.unfit(app); why != "" {
		return blocked(step, why), nil, nil
	}
	change := management.Application{}
	var overwrites bool
	step, change, overwrites = t.compare(step, app)
	switch {
	case len(step.Diff) == 0:
		return step, nil, nil
	case !mayChange(app, t, named != "", overwrites) && !i.wanted.Replace:
		why := "it is there already, and was not made by this program: use --replace to change it, or another name to have one made"
		if named == "" {
			why += fmt.Sprintf("; or %s %s, if it is the one that is meant", t.flag(), app.ID)
		}
		return blocked(step, why), nil, nil
	}
	step.Kind = Change
	return step, func(ctx context.Context) error { return i.client.ChangeApplication(ctx, app.ID, change) }, nil
}

func blocked(s Step, reason string) Step {
	s.Kind, s.Reason = Blocked, reason
	return s
}

// mayChange tells whether an application is this package's, or whether the
// person has named it and nothing is overwritten.
func mayChange(app management.Application, t target, named, overwrites bool) bool {
	return isOurs(app, t) || named && !overwrites
}

// flag is what names an application by its App ID.
func (t target) flag() string {
	if t.device {
		return "--device-client-id"
	}
	return "--client-id"
}

// candidates are the applications that this package has made for the target,
// or, where there is none, those by its name.
func (i *inspector) candidates(ctx context.Context, t target) ([]management.Application, error) {
	all, err := i.client.NativeApplications(ctx)
	if err != nil {
		return nil, err
	}
	ours := slices.DeleteFunc(slices.Clone(all), func(a management.Application) bool { return !isOurs(a, t) })
	if len(ours) > 0 {
		return ours, nil
	}
	return slices.DeleteFunc(all, func(a management.Application) bool { return a.Name != t.name }), nil
}

func isOurs(a management.Application, t target) bool {
	mark := a.Data.Document(markKey)
	return mark.Text(markName) == t.name && mark.Text(markPurpose) == t.purpose
}

// unfit tells why an application cannot become what is wanted.
func (t target) unfit(a management.Application) string {
	switch {
	case a.Type != management.TypeNative:
		return fmt.Sprintf("it is of the type %s, and a desktop takes a Native application: name another, or leave it out to have one made", a.Type)
	case a.Custom.Bool("isDeviceFlow") && !t.device:
		return "it is for the device flow, which cannot be changed: name another, or leave it out to have one made"
	case !a.Custom.Bool("isDeviceFlow") && t.device:
		return "it is not for the device flow, which cannot be changed: name another, or use another --name"
	}
	return ""
}

// create shows all of a new application.
func (t target) create(step Step) Step {
	step.Kind = Create
	kind := "type: Native"
	if t.device {
		kind = "type: Native, for the device flow"
	}
	step.Diff = append(step.Diff, Line{"+", kind})
	for _, uri := range t.redirectURIs {
		step.Diff = append(step.Diff, Line{"+", "redirect URI: " + uri})
	}
	if t.days != 0 {
		step.Diff = append(step.Diff, Line{"+", "refresh token: " + days(t.days)})
	}
	return step
}

func (i *inspector) createApplication(ctx context.Context, t target) error {
	uris := t.redirectURIs
	if uris == nil {
		uris = []string{}
	}
	mark := management.Document{}.With(markName, t.name).With(markPurpose, t.purpose)
	app := management.Application{
		Name:        t.name,
		Description: "Made by doorkey setup",
		Type:        management.TypeNative,
		OIDC:        management.Document{}.With("redirectUris", uris).With("postLogoutRedirectUris", []string{}),
		Custom:      management.Document{},
		Data:        management.Document{}.With(markKey, mark),
	}
	if t.days != 0 {
		app.Custom = app.Custom.With("refreshTokenTtlInDays", t.days)
	}
	if t.device {
		app.Custom = app.Custom.With("isDeviceFlow", true)
	}
	_, err := i.client.CreateApplication(ctx, app)
	return err
}

// compare shows what an application lacks, as a change of it. Only what it has
// been told otherwise is overwritten: Logto's defaults are nobody's choice.
func (t target) compare(step Step, a management.Application) (Step, management.Application, bool) {
	var change management.Application
	overwrites := false
	uris := a.OIDC.Texts("redirectUris")
	for _, uri := range t.redirectURIs {
		if !slices.Contains(uris, uri) {
			step.Diff = append(step.Diff, Line{"+", "redirect URI: " + uri})
			uris = append(uris, uri)
			change.OIDC = a.OIDC.With("redirectUris", uris)
		}
	}
	// Logto asks for these with every change, though it can have an
	// application without them.
	if change.OIDC != nil && a.OIDC.Texts("postLogoutRedirectUris") == nil {
		change.OIDC = change.OIDC.With("postLogoutRedirectUris", []string{})
	}
	if had := a.Custom.Number("refreshTokenTtlInDays"); t.days != 0 && had != t.days {
		change.Custom = a.Custom.With("refreshTokenTtlInDays", t.days)
		overwrites = had != 0
		was := days(had)
		if had == 0 {
			was = days(defaultRefreshDays) + " (Logto's default)"
		}
		step.Diff = append(step.Diff, Line{"~", "refresh token: " + was + " -> " + days(t.days)})
	}
	return step, change, overwrites
}

func days(n int) string {
	return strings.TrimSuffix(strconv.Itoa(n)+" days", map[bool]string{true: "s"}[n == 1])
}
