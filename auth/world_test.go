package auth_test

import (
	"sync"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"
)

// world is a stand-in that can go wrong, a keychain, and one clock for all.
type world struct {
	*demo.Server
	t      *testing.T
	faults *demotest.Faults
	clock  *testClock
	store  *brokenStore
}

const (
	ordersAPI = "https://orders.example.test"
	stockAPI  = "https://stock.example.test"
	acme      = "acme0000org1" // 李四 is a member, 张三 is not
)

func newWorld(t *testing.T, cfg demo.Config) *world {
	t.Helper()
	w := &world{t: t, faults: demotest.NewFaults(), clock: newTestClock(), store: &brokenStore{Memory: keychain.NewMemory()}}
	cfg.Wrap = w.faults.Wrap
	cfg.Clock = w.clock.providers
	cfg.Resources = []demo.Resource{
		{Indicator: ordersAPI, Scopes: []string{"read:orders", "write:orders"}},
		{Indicator: stockAPI, Scopes: []string{"read:stock"}},
	}
	cfg.Organizations = []demo.Organization{{ID: acme, Name: "Acme", Members: []string{demotest.LiSi}, Roles: []string{"editor"}, Scopes: []string{"edit"}}}
	cfg.Roles = map[string][]string{demotest.LiSi: {"admin"}}
	w.Server = demotest.Start(t, cfg)
	return w
}

// program is one that does nothing in the background, unless change says so.
func (w *world) program(change func(*auth.Config)) *program {
	w.t.Helper()
	p := newProgram(w.t, w.Server, func(c *auth.Config) {
		c.Store, c.RefreshAhead = w.store, -1
		if change != nil {
			change(c)
		}
	})
	auth.Adjust(p.Client, w.clock.read, 20*time.Millisecond)
	return p
}

// inBackground is a change for a program that refreshes by itself.
func inBackground(c *auth.Config) { c.RefreshAhead = 0 }

// testClock is the real time and what a test does to it.
type testClock struct {
	begun time.Time

	mu     sync.Mutex
	passed time.Duration // besides
	slept  time.Duration // of that while the computer slept
	set    time.Duration // its wall clock, by hand
}

func newTestClock() *testClock { return &testClock{begun: time.Now()} }

// providers is what time it is elsewhere.
func (c *testClock) providers() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Round(0).Add(c.passed)
}

// now is what this computer's wall clock says.
func (c *testClock) now() time.Time {
	now, _ := c.read()
	return now
}

func (c *testClock) read() (wall time.Time, mono time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Round(0).Add(c.passed + c.set), time.Since(c.begun) + c.passed - c.slept
}

// advance has time pass.
func (c *testClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.passed += d
}

// sleep has time pass while the computer sleeps, and its monotonic clock
// stands still.
func (c *testClock) sleep(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.passed += d
	c.slept += d
}

// setBy sets the wall clock.
func (c *testClock) setBy(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set += d
}

// until waits for a condition that nothing announces.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("in vain: %s", what)
		}
	}
}

// mustToken gets an access token.
func (p *program) mustToken(options ...auth.TokenOption) auth.Token {
	p.t.Helper()
	token, err := p.AccessToken(p.t.Context(), options...)
	if err != nil {
		p.t.Fatal(err)
	}
	return token
}

// store is where the program keeps its sessions.
func (p *program) store() auth.Store { return p.config.Store }
