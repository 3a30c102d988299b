package setup

import (
	"context"
	"errors"
	"fmt"
)

// Apply does what the plan shows, in its order, and looks after each step
// whether it is so now. report, which may be nil, is told of each step that
// has been made, and of each that needed nothing.
//
// A plan with blocked steps is refused before anything is done. The first step
// that fails ends it with a [*StepError]; whatever was done stays, and a new
// plan begins there. So does a plan that is no longer true, because somebody
// else has changed something meanwhile: only what was shown is done.
func (p *Plan) Apply(ctx context.Context, report func(Step)) error {
	if err := p.Err(); err != nil {
		return err
	}
	for n, look := range p.items {
		if err := p.apply(ctx, n, look); err != nil {
			return &StepError{Done: p.Steps[:n], Failed: p.Steps[n], Left: p.Steps[n+1:], Err: err}
		}
		if report != nil {
			report(p.Steps[n])
		}
	}
	return nil
}

func (p *Plan) apply(ctx context.Context, n int, look item) error {
	now, change, err := look(ctx)
	switch {
	case err != nil:
		return err
	case now.Kind == Keep:
		return nil
	case !now.equal(p.Steps[n]):
		return errors.New("it has been changed since it was looked at: run this again, and see what would be done now")
	}
	if err := change(ctx); err != nil {
		return err
	}
	after, _, err := look(ctx)
	if err != nil {
		return fmt.Errorf("it was changed, but could not be read back: %w", err)
	}
	if after.Kind != Keep {
		return errors.New("it is not so when it is read back, though Logto took the change: look at it in the Logto Console, and run this again")
	}
	return nil
}

// StepError is a step that failed.
type StepError struct {
	Done   []Step // before it; some of them may have needed nothing
	Failed Step
	Left   []Step
	Err    error
}

func (e *StepError) Error() string { return e.Failed.What + ": " + e.Err.Error() }
func (e *StepError) Unwrap() error { return e.Err }
