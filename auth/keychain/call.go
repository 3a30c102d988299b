package keychain

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// call runs work, which uses the keychain, and returns what it returns or, at the limit, ErrTimeout. While a prompt is open,
// the limit is the person's, not the keychain's.
//
// The turn can be waited for with a context; work cannot everywhere, so it gets a goroutine. That one owns the turn, which it
// gives back when work ends, not when the caller stops waiting: there is never a second call that is stuck.
func call[T any](ctx context.Context, k *Keychain, work func(context.Context) (T, error)) (T, error) {
	var none T
	clock := time.NewTimer(k.timeout)
	defer clock.Stop()
	select {
	case k.turn <- struct{}{}:
	case <-clock.C:
		return none, overdue(ctx, "an earlier call still waits for the keychain: "+promptRemedy)
	case <-ctx.Done():
		return none, overdue(ctx, "an earlier call still waits for the keychain: "+promptRemedy)
	}
	limited, cancel := context.WithCancel(ctx)
	defer cancel()
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	prompts := make(chan bool)
	go func() {
		value, err := work(context.WithValue(limited, promptKey{}, func(open bool) {
			if k.onPrompt != nil {
				k.onPrompt(open)
			}
			select {
			case prompts <- open:
			case <-limited.Done():
			}
		}))
		<-k.turn
		done <- result{value, err}
	}()
	for {
		select {
		case r := <-done:
			if r.err != nil && limited.Err() != nil && errors.Is(r.err, limited.Err()) {
				return none, overdue(ctx, promptRemedy)
			}
			return r.value, r.err
		case open := <-prompts:
			limit := k.timeout
			if open {
				limit = k.promptTimeout
			}
			clock.Reset(limit)
		case <-clock.C:
			return none, overdue(ctx, promptRemedy)
		case <-ctx.Done():
			return none, overdue(ctx, promptRemedy)
		}
	}
}

// overdue is the error of a call that took too long for ctx, the caller's context, or for the limit of the Keychain.
func overdue(ctx context.Context, remedy string) error {
	switch err := ctx.Err(); {
	case err == nil:
		return fmt.Errorf("%w: %s", ErrTimeout, remedy)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: %s (%w)", ErrTimeout, remedy, err)
	default: // the caller changed its mind
		return err
	}
}

type promptKey struct{}

// reading is the context for a call that changes nothing: it ends with ctx.
func reading(ctx context.Context) context.Context {
	tell, _ := ctx.Value(promptKey{}).(func(open bool))
	if tell == nil {
		return ctx
	}
	return withPrompt(ctx, tell)
}

// writing is the context for a call that changes something. The keychain may carry that out after ctx has ended, so it is
// waited for; only a prompt, before which nothing has changed, ends with ctx. The caller calls done after the call.
func writing(ctx context.Context) (_ context.Context, done func()) {
	tell, _ := ctx.Value(promptKey{}).(func(open bool))
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var stop func() bool
	return withPrompt(inner, func(open bool) {
		if open {
			stop = context.AfterFunc(ctx, cancel)
		} else if stop != nil {
			stop()
		}
		if tell != nil {
			tell(open)
		}
	}), cancel
}
