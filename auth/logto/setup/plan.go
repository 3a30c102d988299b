package setup

import (
	"context"
	"fmt"
	"slices"

	"doorkey/auth/logto/management"
)

// Kind is what a step does.
type Kind string

const (
	Keep    Kind = "keep"    // all is as wanted
	Create  Kind = "create"  // it is not there
	Change  Kind = "change"  // something about it differs
	Blocked Kind = "blocked" // it differs and must not be changed; see Reason
)

// Step is one thing, as it is and as it is wanted.
type Step struct {
	What   string `json:"what"` // such as `application "Doorkey"`
	Kind   Kind   `json:"kind"`
	Diff   []Line `json:"diff,omitempty"`
	Reason string `json:"reason,omitempty"` // why it is blocked, and what to do
}

// Line is one difference. No line shows a secret.
type Line struct {
	Sign string `json:"sign"` // "+" is added, "-" taken away, "~" changed
	Text string `json:"text"`
}

func (s Step) equal(other Step) bool {
	return s.What == other.What && s.Kind == other.Kind && slices.Equal(s.Diff, other.Diff)
}

// item looks at one thing: it tells how it is, and how to bring it to what is
// wanted, which is nil where there is nothing to be done.
type item func(ctx context.Context) (Step, func(ctx context.Context) error, error)

// Plan is what there is and what will change.
type Plan struct {
	Steps []Step   `json:"steps"`
	Notes []string `json:"notes,omitempty"` // what is not for this package to change

	inspector *inspector
	items     []item
}

// inspector has what the items share.
type inspector struct {
	client *management.Client
	wanted Wanted
	found  Found // but for RefreshDays

	refreshDays, deviceRefreshDays int // of either application, 0 where there is none
}

// Found is what is there: its IDs, and how long a session lasts.
type Found struct {
	ClientID       string `json:"clientId,omitempty"`
	DeviceClientID string `json:"deviceClientId,omitempty"`
	ConnectorID    string `json:"connectorId,omitempty"`

	// RefreshDays is for how many days people stay signed in who do not use the
	// application, once the plan is applied. It is 0 where the application and
	// that for the device flow differ in it.
	RefreshDays int `json:"refreshDays,omitempty"`
}

// Inspect looks at what is there, and changes nothing. Errors are those of
// package management, and of Wanted.Check.
func Inspect(ctx context.Context, client *management.Client, wanted Wanted) (*Plan, error) {
	if err := wanted.Check(); err != nil {
		return nil, err
	}
	if err := client.CheckIssuer(ctx); err != nil {
		return nil, err
	}
	i := &inspector{client: client, wanted: wanted}
	plan := &Plan{inspector: i, items: i.items()}
	for _, look := range plan.items {
		step, _, err := look(ctx)
		if err != nil {
			return nil, err
		}
		plan.Steps = append(plan.Steps, step)
	}
	var err error
	plan.Notes, err = i.notes(ctx)
	return plan, err
}

// items are in the order in which they need each other.
func (i *inspector) items() []item {
	items := []item{i.application}
	if i.wanted.Device {
		items = append(items, i.deviceApplication)
	}
	for _, r := range i.wanted.Resources {
		items = append(items, i.resource(r))
		for _, scope := range r.Scopes {
			items = append(items, i.scope(r, scope))
		}
	}
	if !i.wanted.NoWeCom {
		items = append(items, i.connector, i.experience)
	}
	return items
}

// Found is what was there when it was last looked at.
func (p *Plan) Found() Found {
	i := p.inspector
	found := i.found
	if found.RefreshDays = i.refreshDays; i.wanted.Device && i.deviceRefreshDays != i.refreshDays {
		found.RefreshDays = 0
	}
	return found
}

// Changes is how many steps would change something.
func (p *Plan) Changes() int { return p.count(Create, Change) }

// Blocked is how many steps must not be made.
func (p *Plan) Blocked() int { return p.count(Blocked) }

func (p *Plan) count(kinds ...Kind) int {
	n := 0
	for _, s := range p.Steps {
		if slices.Contains(kinds, s.Kind) {
			n++
		}
	}
	return n
}

// BlockedError means that a plan cannot be applied as it is.
type BlockedError struct{ Steps []Step }

func (e *BlockedError) Error() string {
	text := fmt.Sprintf("%s: %s", e.Steps[0].What, e.Steps[0].Reason)
	if more := len(e.Steps) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}

// Err is a [*BlockedError] where the plan cannot be applied, else nil.
func (p *Plan) Err() error {
	e := &BlockedError{}
	for _, s := range p.Steps {
		if s.Kind == Blocked {
			e.Steps = append(e.Steps, s)
		}
	}
	if len(e.Steps) == 0 {
		return nil
	}
	return e
}
