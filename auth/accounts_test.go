package auth_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"
)

func names(sessions []auth.Session) []string {
	var all []string
	for _, s := range sessions {
		all = append(all, s.Profile.Name)
	}
	return all
}

func (p *program) mustAccounts() []auth.Session {
	p.t.Helper()
	sessions, err := p.Accounts(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	return sessions
}

func TestSeveralAccounts(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	if got := p.mustAccounts(); len(got) != 0 {
		t.Errorf("before anybody signed in: %q", names(got))
	}
	zhang := p.signIn(demotest.ZhangSan)
	zhangsToken := p.mustToken().Value.Reveal()
	li := p.signIn(demotest.LiSi, auth.AnotherAccount())
	if got := names(p.mustAccounts()); !slices.Equal(got, []string{"李四", "张三"}) {
		t.Fatalf("accounts = %q", got)
	}
	if p.mustToken().Value.Reveal() == zhangsToken {
		t.Error("the token of the other account was handed out")
	}

	q := w.program(nil) // another program, or this one after a restart
	if got := names(q.mustAccounts()); !slices.Equal(got, []string{"李四", "张三"}) {
		t.Errorf("accounts after a restart = %q", got)
	}
	w.faults.Reset()
	session, err := p.Switch(t.Context(), zhang.Profile.ID)
	if err != nil || session.Profile.Name != "张三" {
		t.Fatalf("switched to %q, %v", session.Profile.Name, err)
	}
	if p.mustToken().Value.Reveal() != zhangsToken {
		t.Error("not the token of 张三")
	}
	if n := w.faults.Requests(""); n != 0 {
		t.Errorf("switching took %d requests", n)
	}
	if state := p.State(); state.Session.Profile.Name != "张三" {
		t.Errorf("state of %q", state.Session.Profile.Name)
	}
	if got := names(w.program(nil).mustAccounts()); !slices.Equal(got, []string{"张三", "李四"}) {
		t.Errorf("accounts after the switch = %q", got)
	}

	t.Run("a refresh changes nobody's place", func(t *testing.T) {
		w.clock.advance(2 * time.Hour)
		p.t = t
		p.mustToken()
		if _, err := p.Switch(t.Context(), li.Profile.ID); err != nil {
			t.Fatal(err)
		}
		p.mustToken()
		if session, err := w.program(nil).Session(t.Context()); err != nil || session.Profile.Name != "李四" {
			t.Errorf("session = %q, %v", session.Profile.Name, err)
		}
	})
	t.Run("signing out one leaves the other, and nobody current", func(t *testing.T) {
		p.t = t
		if err := p.SignOut(t.Context()); err != nil {
			t.Fatal(err)
		}
		for name, program := range map[string]*program{"here": p, "after a restart": w.program(nil)} {
			if session, err := program.Session(t.Context()); !errors.Is(err, auth.ErrSignedOut) {
				t.Errorf("%s: session = %q, %v", name, session.Profile.Name, err)
			}
			if got := names(program.mustAccounts()); !slices.Equal(got, []string{"张三"}) {
				t.Errorf("%s: accounts = %q", name, got)
			}
		}
		if _, err := p.Switch(t.Context(), zhang.Profile.ID); err != nil {
			t.Fatal(err)
		}
		p.mustToken()
	})
	t.Run("signing out another than the current one", func(t *testing.T) {
		p.t = t
		p.signIn(demotest.LiSi, auth.AnotherAccount())
		if err := p.SignOut(t.Context(), auth.Account(zhang.Profile.ID)); err != nil {
			t.Fatal(err)
		}
		if got := names(p.mustAccounts()); !slices.Equal(got, []string{"李四"}) {
			t.Errorf("accounts = %q", got)
		}
		if state := p.State(); state.Phase != auth.SignedIn || state.Session.Profile.Name != "李四" {
			t.Errorf("state = %v, %q", state.Phase, state.Session.Profile.Name)
		}
		p.mustToken()
	})
	t.Run("signing out all", func(t *testing.T) {
		p.t = t
		p.signIn(demotest.ZhangSan, auth.AnotherAccount())
		if err := p.SignOut(t.Context(), auth.EveryAccount()); err != nil {
			t.Fatal(err)
		}
		if got := p.mustAccounts(); len(got) != 0 {
			t.Errorf("accounts = %q", names(got))
		}
		if left := readRecord(t, w.store, zhang); left != "" {
			t.Errorf("left in the keychain: %d bytes", len(left))
		}
	})
	t.Run("nobody of that name", func(t *testing.T) {
		if _, err := p.Switch(t.Context(), "nobody"); !errors.Is(err, auth.ErrNoAccount) {
			t.Errorf("error = %v", err)
		}
	})
}

// Two tenants and one keychain: neither sees the other's people.
func TestTwoTenants(t *testing.T) {
	one, two := newWorld(t, demo.Config{}), newWorld(t, demo.Config{})
	two.store = one.store
	p, q := one.program(nil), two.program(nil)
	p.signIn(demotest.ZhangSan)
	q.signIn(demotest.LiSi)
	for want, program := range map[string]*program{"张三": one.program(nil), "李四": two.program(nil)} {
		if got := names(program.mustAccounts()); !slices.Equal(got, []string{want}) {
			t.Errorf("accounts = %q, want %s", got, want)
		}
		program.mustToken()
	}
	if err := q.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	one.program(nil).mustToken()
}

// Whoever was signed in stays, whoever comes back from a browser that is shared.
func TestASignInKeepsWhoWasSignedIn(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	zhang := p.signIn(demotest.ZhangSan)
	token := p.mustToken().Value.Reveal()
	q := w.program(nil) // which has not looked who is signed in
	q.browser = demotest.NewBrowser()
	q.signIn(demotest.LiSi)
	if got := names(q.mustAccounts()); !slices.Equal(got, []string{"李四", "张三"}) {
		t.Errorf("accounts = %q", got)
	}
	if status := userInfo(t, w.Server, token); status != http.StatusOK {
		t.Errorf("the token of 张三: %d", status)
	}
	if _, err := q.Switch(t.Context(), zhang.Profile.ID); err != nil {
		t.Error(err)
	}
	if err := q.Refresh(t.Context()); err != nil {
		t.Error(err)
	}
}

// Signing in again as the same person, in the same browser, may give another
// token of the same grant: nothing is revoked then.
func TestSigningInAgainRevokesNothing(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	for range 3 {
		p.signIn(demotest.ZhangSan)
	}
	if n := w.faults.Requests("/oidc/token/revocation"); n != 0 {
		t.Errorf("%d revocations", n)
	}
	if err := p.Refresh(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAccountsWithoutAKeychain(t *testing.T) {
	w := newWorld(t, demo.Config{})
	w.store.read, w.store.write = keychain.ErrUnavailable, keychain.ErrUnavailable
	p := w.program(nil)
	zhang := p.signIn(demotest.ZhangSan)
	p.signIn(demotest.LiSi, auth.AnotherAccount())
	if got := names(p.mustAccounts()); !slices.Equal(got, []string{"李四", "张三"}) {
		t.Errorf("accounts = %q", got)
	}
	if _, err := p.Switch(t.Context(), zhang.Profile.ID); err != nil {
		t.Fatal(err)
	}
	li := p.mustAccounts()[1]
	for range 2 {
		w.clock.advance(2 * time.Hour)
		p.mustToken()
	}
	for _, id := range []string{li.Profile.ID, zhang.Profile.ID} { // there and back again
		if _, err := p.Switch(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		w.clock.advance(2 * time.Hour)
		p.mustToken()
	}
	if err := p.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := names(p.mustAccounts()); !slices.Equal(got, []string{"李四"}) {
		t.Errorf("accounts = %q", got)
	}
}

// A session that cannot be read does not hide the others.
func TestADamagedAccount(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	zhang := p.signIn(demotest.ZhangSan)
	p.signIn(demotest.LiSi, auth.AnotherAccount())
	edit(t, w.store, zhang, func(m map[string]any) { m["scopes"] = 7 })
	got := p.mustAccounts()
	if len(got) != 2 || got[1].Profile.ID != zhang.Profile.ID || !errors.Is(got[1].StorageErr, auth.ErrDamaged) {
		t.Errorf("accounts = %+v", got)
	}
	if err := p.SignOut(t.Context(), auth.Account(zhang.Profile.ID)); err != nil {
		t.Error(err)
	}
	if got := names(p.mustAccounts()); !slices.Equal(got, []string{"李四"}) {
		t.Errorf("accounts = %q", got)
	}
}

func TestWhatTheOptionsAskFor(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(func(c *auth.Config) { c.Resources = []string{ordersAPI} })
	done := p.begin(t.Context(), auth.AnotherAccount(), auth.LoginHint("zhangsan@example.test"),
		auth.Fresh(90*time.Second), auth.Resource(stockAPI), auth.Organization(acme), auth.Scopes("read:stock", "email"))
	u, err := url.Parse(p.nextURL())
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{
		"prompt":     "login consent",
		"login_hint": "zhangsan@example.test",
		"max_age":    "90",
		"scope":      "openid offline_access profile email urn:logto:scope:organizations read:stock",
	} {
		if got := q.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if got := q["resource"]; !slices.Equal(got, []string{ordersAPI, stockAPI, "urn:logto:resource:organizations"}) {
		t.Errorf("resource = %q", got)
	}
	if err := p.SignOut(t.Context()); err != nil {
		t.Error(err)
	}
	await(t, done)
	for _, bad := range []auth.SignInOption{auth.Fresh(-1), auth.Resource("no URI"), auth.Resource("https://a.test/#x"), auth.MinValidity(time.Minute)} {
		if _, err := p.SignIn(t.Context(), bad); err == nil {
			t.Errorf("%+v was accepted", bad)
		}
	}
}
