package keychain

import (
	"context"
	"errors"
	"fmt"
)

// call runs work, which asks the keychain, and returns what it returns or, at the limit, ErrTimeout.
// With a lock named, work has it to itself among all programs.
//
// What can wait with a context, for the turn and for the lock, is waited for here; work cannot, so it gets a goroutine. That
// one owns the turn and the lock: they are given back when work ends, not when the caller stops waiting. So a write that is stuck
// can complete late without hitting what somebody else wrote meanwhile, and there is never a second one stuck.
func call[T any](ctx context.Context, k *Keychain, lock string, work func(context.Context) (T, error)) (T, error) {
	var none T
	limited, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()

	select {
	case k.turn <- struct{}{}:
	case <-limited.Done():
		return none, overdue(ctx, "an earlier call still waits for the keychain: "+promptRemedy)
	}
	release := func() { <-k.turn }
	if lock != "" {
		unlock, err := k.lock(limited, lock)
		if err != nil {
			release()
			if errors.Is(err, limited.Err()) {
				err = overdue(ctx, "another program is writing to the keychain: "+promptRemedy)
			}
			return none, err
		}
		release = func() { unlock(); <-k.turn }
	}

	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := work(limited)
		release()
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
