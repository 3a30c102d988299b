package keychain

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/zalando/go-keyring"
)

// A stuckRing is a keychain whose prompt nobody answers until the test does.
type stuckRing struct {
	answer chan struct{}

	mu    sync.Mutex
	items map[string]string
	calls int // that are or were stuck
	now   int // stuck at this moment
	most  int
}

func newStuckRing() *stuckRing {
	return &stuckRing{answer: make(chan struct{}), items: map[string]string{}}
}

// reached is the number of calls so far.
func (r *stuckRing) reached() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls
}

func (r *stuckRing) wait() {
	r.mu.Lock()
	r.calls++
	r.now++
	r.most = max(r.most, r.now)
	r.mu.Unlock()
	<-r.answer
	r.mu.Lock()
	r.now--
	r.mu.Unlock()
}

func (r *stuckRing) Get(_ context.Context, _, user string) (string, error) {
	r.wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	value, ok := r.items[user]
	if !ok {
		return "", keyring.ErrNotFound
	}
	return value, nil
}

func (r *stuckRing) Set(_ context.Context, _, user, value string) error {
	r.wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.items[user] = value
	return nil
}

func (r *stuckRing) Delete(_ context.Context, _, user string) error {
	r.wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.items, user)
	return nil
}

func TestACallThatIsStuckIsGivenUp(t *testing.T) {
	for _, test := range []struct {
		name    string
		ctx     func() (context.Context, context.CancelFunc)
		timeout time.Duration
		want    []error
		not     []error
	}{
		{
			"at the limit of the Keychain", func() (context.Context, context.CancelFunc) { return background, func() {} },
			30 * testTick, []error{ErrTimeout}, []error{context.DeadlineExceeded, context.Canceled},
		},
		{
			"at the deadline of the context",
			func() (context.Context, context.CancelFunc) { return context.WithTimeout(background, 30*testTick) },
			time.Hour, []error{ErrTimeout, context.DeadlineExceeded}, nil,
		},
		{
			"when the context is canceled",
			func() (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(background)
				time.AfterFunc(30*testTick, cancel)
				return ctx, cancel
			},
			time.Hour, []error{context.Canceled}, []error{ErrTimeout},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newStuckRing()
			defer close(r.answer)
			k := newKeychain(Options{Timeout: test.timeout, LockDir: t.TempDir()}, r)
			calls := map[string]func(context.Context) error{
				"read":   func(ctx context.Context) error { _, err := k.Read(ctx, accounts); return err },
				"write":  func(ctx context.Context) error { return k.Write(ctx, accounts, []byte("s")) },
				"remove": func(ctx context.Context) error { return k.Write(ctx, accounts, nil) },
			}
			for name, call := range calls { // the first is stuck in the keychain, the others behind it
				ctx, cancel := test.ctx()
				err := call(ctx)
				cancel()
				for _, want := range test.want {
					if !errors.Is(err, want) {
						t.Errorf("%s: %v is not %v", name, err, want)
					}
				}
				for _, not := range test.not {
					if errors.Is(err, not) {
						t.Errorf("%s: %v is %v", name, err, not)
					}
				}
				if errors.Is(err, ErrTimeout) && !strings.Contains(err.Error(), promptRemedy) {
					t.Errorf("%s: %v does not say what to do", name, err)
				}
			}
			if n := r.reached(); n != 1 {
				t.Errorf("%d calls reached the keychain; one prompt is enough", n)
			}
		})
	}
}

func TestACallThatWasStuckCompletesItsStepAndNoMore(t *testing.T) {
	for limit, want := range map[int]map[string]string{
		0:         {accounts: "1 raw\ns"}, // the one step
		testLimit: {},                     // it was stuck while it looked what is there
	} {
		r := newStuckRing()
		k := newKeychain(Options{Timeout: 30 * testTick, LockDir: t.TempDir()}, r)
		k.items.limit = limit
		if err := k.Write(background, accounts, []byte("s")); !errors.Is(err, ErrTimeout) {
			t.Fatal(err)
		}
		close(r.answer)
		k.turn <- struct{}{} // the stuck call has ended
		if diff := cmp.Diff(want, r.items); r.calls != 1 || diff != "" {
			t.Errorf("after the answer: %d calls; want the one that was stuck; items (-want +got):\n%s", r.calls, diff)
		}
	}
}

func TestThereIsNeverMoreThanOneCall(t *testing.T) {
	r := newStuckRing()
	k := newKeychain(Options{Timeout: time.Minute, LockDir: t.TempDir()}, r)
	k.items.limit = testLimit
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { _, _ = k.Read(background, accounts) })
		group.Go(func() { _ = k.Write(background, others, inParts("s", 2)) })
	}
	close(r.answer)
	group.Wait()
	if r.most != 1 {
		t.Errorf("%d calls at a time", r.most)
	}
}
