package keychain

import (
	"context"
	"errors"
	"fmt"
)

// call runs work, which uses the keychain, and returns what it returns or, at the limit, ErrTimeout.
//
// The turn can be waited for with a context; work cannot, so it gets a goroutine. That one owns the turn, which it gives back
// when work ends, not when the caller stops waiting: there is never a second call that is stuck.
func call[T any](ctx context.Context, k *Keychain, work func(context.Context) (T, error)) (T, error) {
	var none T
	limited, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	select {
	case k.turn <- struct{}{}:
	case <-limited.Done():
		return none, overdue(ctx, "an earlier call still waits for the keychain: "+promptRemedy)
	}
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := work(limited)
		<-k.turn
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		if r.err != nil && errors.Is(r.err, limited.Err()) {
			return none, overdue(ctx, promptRemedy)
		}
		return r.value, r.err
	case <-limited.Done():
		return none, overdue(ctx, promptRemedy)
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
