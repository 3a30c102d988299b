package auth_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo/demotest"

	"github.com/coreos/go-oidc/v3/oidc"
)

const (
	manyPrograms = 32

	// reuseGrace is how long Logto takes a used refresh token for a retry.
	reuseGrace = 3 * time.Second
)

// many are programs with one session, whose access token has just expired.
type many struct {
	*computer
	t        *testing.T
	programs []*process
	expired  string
}

func newMany(t *testing.T) *many {
	t.Helper()
	m := &many{computer: newComputer(t), t: t}
	// Of the first token only the programs think that it is short. Those that
	// come after it last.
	const lifetime = time.Second
	m.faults.Next("/oidc/token", demotest.Edit(func(answer map[string]any) {
		answer["expires_in"] = lifetime.Seconds()
		m.expired, _ = answer["access_token"].(string)
	}))
	m.run(t, "sign-in "+demotest.ZhangSan)
	signedIn := time.Now()

	for range manyPrograms {
		m.programs = append(m.programs, m.launch(t))
	}
	for i, p := range m.programs {
		p.await()
		if i%2 == 0 { // the others begin now
			p.do("session")
		}
	}
	time.Sleep(time.Until(signedIn.Add(lifetime)))
	m.faults.Reset()
	return m
}

// wantToken checks that a program got a new token, and one that lasts.
func (m *many) wantToken(a answer) {
	m.t.Helper()
	if a.Token == m.expired || time.Until(a.Expiry) < 30*time.Minute {
		m.t.Errorf("the expired token %t, until %v", a.Token == m.expired, a.Expiry)
	}
}

// wantRefreshes checks how many requests came with a refresh token.
func (m *many) wantRefreshes(want int) {
	m.t.Helper()
	if n := m.faults.Refreshes(); n != want {
		m.t.Errorf("%d requests with a refresh token, want %d", n, want)
	}
}

// wantToGoOn checks that the session lives on when the grace is over: a
// program that is left with a refresh token that was used would end it.
func (m *many) wantToGoOn(programs ...*process) {
	m.t.Helper()
	m.clock.advance(reuseGrace + time.Second)
	for _, p := range programs {
		if got := m.whose(m.t, p.do("refresh").Token); got != "张三" {
			m.t.Errorf("the refreshed token is of %q", got)
		}
	}
	if n := m.logto.Revoked(); n != 0 {
		m.t.Errorf("%d grants were revoked", n)
	}
	for _, p := range m.programs {
		p.end()
	}
}

func TestManyProgramsShareOneRefresh(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault demotest.Fault
	}{
		{"of a provider that answers at once", nil},
		{"of a slow provider", demotest.DelayAnswer(reuseGrace + 500*time.Millisecond)},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := newMany(t)
			m.faults.Next("/oidc/token", test.fault, test.fault)
			for _, p := range m.programs {
				p.tell("token")
			}
			tokens := make(map[string]bool)
			for _, p := range m.programs {
				a := p.done("token")
				m.wantToken(a)
				tokens[a.Token] = true
			}
			m.wantRefreshes(1)
			if len(tokens) != 1 {
				t.Errorf("%d different tokens", len(tokens))
			}
			for token := range tokens {
				if got := m.whose(t, token); got != "张三" {
					t.Errorf("the token is of %q", got)
				}
			}
			m.faults.Clear()
			m.wantToGoOn(m.programs[0], m.programs[manyPrograms-1])
		})
	}
}

// Tokens for different APIs take a refresh each, one after the other: each
// needs the refresh token that the one before it brought.
func TestManyProgramsOfDifferentAPIs(t *testing.T) {
	m := newMany(t)
	audiences := []string{"", ordersAPI, stockAPI}
	command := func(i int) string { return "token " + audiences[i%len(audiences)] }
	for i, p := range m.programs {
		p.tell(command(i))
	}
	tokens := make(map[string]string) // audiences
	for i, p := range m.programs {
		a := p.done(command(i))
		m.wantToken(a)
		tokens[a.Token] = audiences[i%len(audiences)]
	}
	m.wantRefreshes(len(audiences))
	if len(tokens) != len(audiences) {
		t.Errorf("%d different tokens", len(tokens))
	}
	keys := oidc.NewRemoteKeySet(oidc.ClientContext(t.Context(), demotest.NewBrowser()), m.logto.Endpoint()+"/oidc/jwks")
	for token, audience := range tokens {
		if audience == "" {
			if got := m.whose(t, token); got != "张三" {
				t.Errorf("the provider's own token is of %q", got)
			}
			continue
		}
		if got := jwtClaims(t, auth.Token{Value: auth.NewSecret(token)})["aud"]; got != audience {
			t.Errorf("a token for %v, want %q", got, audience)
		}
		if _, err := keys.VerifySignature(t.Context(), token); err != nil {
			t.Error(err)
		}
	}
	m.wantToGoOn(m.programs[0], m.programs[1], m.programs[manyPrograms-1])
}

// The others find the lock free at once, and a refresh token that was used: the
// provider still takes it.
func TestAProgramIsKilledDuringTheSharedRefresh(t *testing.T) {
	m := newMany(t)
	rotated := make(chan struct{})
	m.faults.Next("/oidc/token", func(_ http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(httptest.NewRecorder(), r)
		close(rotated)
		<-r.Context().Done() // until nobody waits for the answer any more
		panic(http.ErrAbortHandler)
	})
	killed, others := m.programs[0], m.programs[1:]
	killed.tell("token")
	select {
	case <-rotated:
	case <-time.After(20 * time.Second):
		t.Fatal("no refresh")
	}
	for _, p := range others {
		p.tell("token")
	}
	time.Sleep(500 * time.Millisecond) // they come to wait for the lock
	m.wantRefreshes(1)
	killed.kill()

	tokens := make(map[string]bool)
	for _, p := range others {
		a := p.done("token")
		m.wantToken(a)
		tokens[a.Token] = true
	}
	m.wantRefreshes(2)
	if len(tokens) != 1 {
		t.Errorf("%d different tokens", len(tokens))
	}
	for token := range tokens {
		if got := m.whose(t, token); got != "张三" {
			t.Errorf("the token is of %q", got)
		}
	}
	if both := m.rotations.since(0); len(both) != 2 || both[0].used != both[1].used {
		t.Errorf("%d rotations, not two of the same refresh token", len(both))
	}
	m.wantToGoOn(others[0], others[len(others)-1])
}

// Programs that keep the session fresh by themselves refresh it once for all.
func TestManyProgramsInTheBackgroundShareTheRefreshes(t *testing.T) {
	const (
		programs = 8
		times    = 3
		lifetime = 2 * time.Second
	)
	c := newComputer(t)
	c.faults.Always("/oidc/token", demotest.Edit(func(answer map[string]any) { answer["expires_in"] = lifetime.Seconds() }))
	c.run(t, "sign-in "+demotest.ZhangSan)
	var all []*process
	for range programs {
		all = append(all, c.launch(t, backgroundVariable+"=1"))
	}
	for _, p := range all {
		p.await()
		p.tell("session")
	}
	until(t, "they refresh, again and again", func() bool { return len(c.rotations.since(0)) > times })
	for _, p := range all {
		p.done("session")
		if got := c.whose(t, p.do("token").Token); got != "张三" {
			t.Errorf("a token of %q", got)
		}
		p.end()
	}
	seen := c.rotations.since(0)
	for i := 1; i < len(seen); i++ {
		if seen[i].used != seen[i-1].given {
			t.Errorf("refresh %d did not use what the one before it had brought", i)
		}
		if apart := seen[i].answered.Sub(seen[i-1].answered); apart < lifetime/2 {
			t.Errorf("refresh %d came %v after the one before it", i, apart)
		}
	}
	if n := c.logto.Revoked(); n != 0 {
		t.Errorf("%d grants were revoked", n)
	}
}
