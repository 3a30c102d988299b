package setup

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"slices"
	"strings"

	"doorkey/auth/logto/management"
)

// ourConnector begins the ID of a connector that this package has made. There
// is no other place for a mark: a connector has no custom data. The rest is
// random, since no two tenants of a Logto may have the same ID.
const ourConnector = "doorkey-"

// connector is WeCom's, of which Logto takes one.
func (i *inspector) connector(ctx context.Context) (Step, func(context.Context) error, error) {
	step := Step{What: "WeCom connector (企业微信)", Kind: Keep}
	i.found.ConnectorID = ""
	all, err := i.client.Connectors(ctx)
	if err != nil {
		return step, nil, err
	}
	n := slices.IndexFunc(all, func(c management.Connector) bool { return c.Factory == management.WeComFactory })
	wecom := i.wanted.WeCom
	if n < 0 {
		if wecom == nil {
			return blocked(step, "there is none, and to make one takes what WeCom's console shows: give --wecom-corp-id, --wecom-agent-id and the secret, or --no-wecom to leave WeCom alone"), nil, nil
		}
		step.Kind, step.Diff = Create, wecom.lines()
		return step, func(ctx context.Context) error { return i.createConnector(ctx, wecom) }, nil
	}
	there := all[n]
	i.found.ConnectorID = there.ID
	if wecom == nil {
		return step, nil, nil
	}
	config, diff := wecom.compare(there.Config)
	step.Diff = diff
	switch {
	case len(diff) == 0:
		return step, nil, nil
	case !strings.HasPrefix(there.ID, ourConnector) && !i.wanted.Replace:
		return blocked(step, "it is there already, and was not made by this program: use --replace to change it, which people who sign in with it will notice; or leave out the --wecom flags to use it as it is"), nil, nil
	}
	step.Kind = Change
	return step, func(ctx context.Context) error { return i.client.ChangeConnector(ctx, there.ID, config) }, nil
}

func (i *inspector) createConnector(ctx context.Context, wecom *WeCom) error {
	config, _ := wecom.compare(nil)
	_, err := i.client.CreateConnector(ctx, management.Connector{
		ID:      ourConnector + strings.ToLower(rand.Text())[:16],
		Factory: management.WeComFactory,
		Config:  config,
	})
	if refused, ok := errors.AsType[*management.Error](err); ok && refused.Code == "connector.multiple_instances_not_supported" {
		return errors.New("somebody else has made one just now: run this again")
	}
	return err
}

// lines show all of a new connector.
func (w *WeCom) lines() []Line {
	_, diff := w.compare(nil)
	return diff
}

// compare returns a connector's configuration with what is wanted in it, and
// how that differs.
func (w *WeCom) compare(config management.Document) (management.Document, []Line) {
	var diff []Line
	set := func(key, label, wanted string) {
		if had := config.Text(key); had != wanted {
			config = config.With(key, wanted)
			if had == "" {
				diff = append(diff, Line{"+", label + ": " + wanted})
			} else {
				diff = append(diff, Line{"~", label + ": " + had + " -> " + wanted})
			}
		}
	}
	set("corpId", "Corp ID", w.CorpID)
	set("agentId", "Agent ID", w.AgentID)
	if had, wanted := config.Text("appSecret"), w.Secret.Reveal(); subtle.ConstantTimeCompare([]byte(had), []byte(wanted)) == 0 {
		config = config.With("appSecret", wanted)
		line := Line{"~", "secret: another one is there (neither is shown)"}
		if had == "" {
			line = Line{"+", "secret: as given (not shown)"}
		}
		diff = append(diff, line)
	}
	if w.Scope != "" {
		set("scope", "scope", w.Scope)
	}
	return config, diff
}
