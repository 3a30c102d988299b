package app

import (
	"errors"
	"net/http"
	"slices"
	"testing"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2/test"
)

var organizationScopes = []string{
	"offline_access", "profile", "email", "roles", "urn:logto:scope:organizations", "urn:logto:scope:organization_roles",
}

// company is somebody at a Logto with organizations.
type company struct {
	*program
	told []string // the organizations that OnOrganization was told of, and who was before
}

// At demo.Sample, 张三 is in both and 李四 in the first.
const (
	tech      = "示例科技"
	logistics = "Example Logistics"
)

func atCompany(t *testing.T, scopes ...string) *company {
	t.Helper()
	c := &company{}
	if scopes == nil {
		scopes = organizationScopes
	}
	sample := demo.Sample()
	faults := demotest.NewFaults()
	sample.Wrap = faults.Wrap
	logto := demotest.Start(t, sample)
	c.program = start(t, func(config *auth.Config, o *Options) {
		config.Issuer, config.Scopes = logto.Issuer(), scopes
		o.Issuer = config.Issuer
		o.OnOrganization = func(m auth.Membership) { c.told = append(c.told, m.ID) }
	})
	c.logto, c.faults = logto, faults
	return c
}

// restarts ends the program and starts it again on the same desk.
func (c *company) restarts() {
	c.t.Helper()
	c.app.Close()
	if err := c.client.Close(); err != nil {
		c.t.Fatal(err)
	}
	options := c.app.options
	options.Window, c.told, c.seen = nil, nil, nil
	var err error
	if c.client, err = auth.New(c.config); err != nil {
		c.t.Fatal(err)
	}
	if c.app, err = New(c.desk, c.client, options); err != nil {
		c.t.Fatal(err)
	}
	c.view, c.window = c.app.view, c.app.Window
	client, window := c.client, c.app
	c.t.Cleanup(func() {
		window.Close()
		_ = client.Close()
	})
}

func (p *person) organizations() []string {
	f := p.view.current.(*signedInScreen).facts
	if f.organization.root.Hidden {
		return nil
	}
	return f.choice.Options
}

func (p *person) worksIn() string {
	return p.view.current.(*signedInScreen).facts.choice.Selected
}

func (p *person) works(name string) {
	p.view.current.(*signedInScreen).facts.choice.SetSelected(name)
}

func (c *company) wasToldOf(organizations ...string) {
	c.t.Helper()
	if !slices.Equal(c.told, organizations) {
		c.t.Errorf("OnOrganization was told of %q, want %q", c.told, organizations)
	}
}

// offers waits for the names, which come from the userinfo endpoint.
func (c *company) offers(names ...string) {
	c.t.Helper()
	c.until("organizations", func() bool {
		return c.view.kind == kindSignedIn && slices.Equal(c.organizations(), names)
	})
}

const userinfoPath = "/oidc/me"

func TestChoosingAnOrganization(t *testing.T) {
	c := atCompany(t)
	c.signedIn(demotest.ZhangSan)
	c.offers("None", tech, logistics)
	if c.worksIn() != "None" {
		t.Errorf("they work in %q", c.worksIn())
	}
	c.reads("Roles", "manager")
	c.wasToldOf()
	c.works(logistics)
	if c.worksIn() != logistics {
		t.Errorf("they work in %q", c.worksIn())
	}
	c.reads("manager, admin")
	c.readsNot("editor")
	c.works(tech)
	c.reads("manager, member, editor")
	c.works(tech) // it is
	c.works("None")
	c.readsNot("editor")
	sample := demo.Sample()
	c.wasToldOf(sample.Organizations[1].ID, sample.Organizations[0].ID, "")
}

func TestTheChoiceSurvivesARestartAndIsThePersonsOwn(t *testing.T) {
	c := atCompany(t)
	c.signedIn(demotest.ZhangSan)
	c.offers("None", tech, logistics)
	c.works(logistics)
	logisticsID, techID := c.view.chosen.ID, demo.Sample().Organizations[0].ID

	c.restarts()
	c.offers("None", tech, logistics)
	if c.worksIn() != logistics {
		t.Errorf("after a restart they work in %q", c.worksIn())
	}
	c.wasToldOf(logisticsID)
	if err := c.client.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.app.draw()
	c.wasToldOf(logisticsID) // once

	c.signsIn(c.alike(), demotest.LiSi, auth.AnotherAccount())
	c.offers("None", tech)
	if c.worksIn() != "None" {
		t.Errorf("somebody else works in %q", c.worksIn())
	}
	c.wasToldOf(logisticsID, "")
	c.works(tech)
	c.goes("Switch account")
	c.until("the list", func() bool { return len(c.listed()) == 2 })
	test.Tap(c.inRow("张三", "Switch"))
	c.readsIn("Hello, 张三")
	if c.worksIn() != logistics {
		t.Errorf("back again they work in %q", c.worksIn())
	}
	c.wasToldOf(logisticsID, "", techID, logisticsID)
	test.Tap(c.button("Sign out"))
	c.shows(kindSignedOut)
	c.wasToldOf(logisticsID, "", techID, logisticsID, "")
}

func TestOnOrganizationIsToldAfterOnSignedIn(t *testing.T) {
	c := atCompany(t)
	c.signedIn(demotest.ZhangSan)
	c.offers("None", tech, logistics)
	c.works(tech)
	c.app.options.OnOrganization = func(auth.Membership) { c.seen = append(c.seen, "organization") }
	c.restarts()
	c.offers("None", tech, logistics)
	c.wasTold("张三", "organization")
}

// The organization of one person is another's too: that is news.
func TestAnotherPersonInTheSameOrganization(t *testing.T) {
	c := atCompany(t)
	c.signedIn(demotest.ZhangSan)
	c.offers("None", tech, logistics)
	c.works(tech)
	id := c.view.chosen.ID
	c.signsIn(c.alike(), demotest.LiSi, auth.AnotherAccount())
	c.offers("None", tech)
	c.works(tech)
	c.wasToldOf(id, "", id)
	c.goes("Switch account")
	c.until("the list", func() bool { return len(c.listed()) == 2 })
	test.Tap(c.inRow("张三", "Switch"))
	c.readsIn("Hello, 张三")
	c.wasToldOf(id, "", id, id)
}

func TestAnEndedSessionKeepsItsOrganization(t *testing.T) {
	c := atCompany(t)
	c.signedIn(demotest.ZhangSan)
	c.offers("None", tech, logistics)
	c.works(tech)
	id := c.view.chosen.ID
	c.ended()
	_ = c.client.Refresh(t.Context())
	c.shows(kindAgain)
	c.wasToldOf(id)
	c.goes("Continue with WeCom")
	c.shows(kindWaiting)
	c.signInAs(demotest.ZhangSan)
	c.offers("None", tech, logistics)
	if c.worksIn() != tech {
		t.Errorf("they work in %q", c.worksIn())
	}
	c.wasToldOf(id)
}

func TestSomebodyWhoIsNoLongerAMemberFallsBackToNone(t *testing.T) {
	p := withPages(t)
	w := &Window{app: p.desk, view: p.view}
	var told []string
	w.options.OnOrganization = func(m auth.Membership) { told = append(told, m.ID) }
	show := func(organizations ...auth.Membership) {
		state := signedInAs(zhang)
		state.Session.Profile.Organizations = organizations
		w.recall(state)
		p.view.show(state)
		w.tellOrganization(state)
	}
	p.view.actions.organization = w.choose
	alpha, beta := auth.Membership{ID: "a", Name: "Alpha", Roles: []string{"boss"}}, auth.Membership{ID: "b", Name: "Beta"}
	show(alpha, beta)
	p.works("Alpha")
	p.reads("boss")
	show(beta)
	if p.worksIn() != "None" {
		t.Errorf("they work in %q", p.worksIn())
	}
	p.readsNot("boss")
	show(beta, alpha) // again
	if p.worksIn() != "Alpha" {
		t.Errorf("they work in %q", p.worksIn())
	}
	show()
	if p.organizations() != nil {
		t.Errorf("there is a choice of %q", p.organizations())
	}
	if want := []string{"a", "", "a", ""}; !slices.Equal(told, want) {
		t.Errorf("the program was told of %q, want %q", told, want)
	}
}

func TestTheChoiceOfAnOrganization(t *testing.T) {
	for name, c := range map[string]struct {
		members []auth.Membership
		want    []string
	}{
		"none":                      {nil, nil},
		"one":                       {[]auth.Membership{{ID: "a", Name: "Alpha"}}, []string{"None", "Alpha"}},
		"two":                       {[]auth.Membership{{ID: "a", Name: "Alpha"}, {ID: "b", Name: "Beta"}}, []string{"None", "Alpha", "Beta"}},
		"of one name":               {[]auth.Membership{{ID: "a", Name: "Alpha"}, {ID: "b", Name: "Alpha"}, {ID: "c", Name: "Beta"}}, []string{"None", "Alpha · a", "Alpha · b", "Beta"}},
		"without names":             {[]auth.Membership{{ID: "a"}, {ID: "b"}}, []string{"None", "a", "b"}},
		"called as none is":         {[]auth.Membership{{ID: "a", Name: "None"}}, []string{"None", "None · a"}},
		"one called as another's":   {[]auth.Membership{{ID: "a"}, {ID: "b", Name: "a"}}, []string{"None", "a", "a · b"}},
		"three, of which two equal": {[]auth.Membership{{ID: "c", Name: "Beta"}, {ID: "a", Name: "Alpha"}, {ID: "b", Name: "Alpha"}}, []string{"None", "Beta", "Alpha · a", "Alpha · b"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := withPages(t)
			var chose []string
			p.view.actions.organization = func(m auth.Membership) { chose = append(chose, m.ID) }
			state := signedInAs(zhang)
			state.Session.Profile.Organizations = c.members
			p.view.show(state)
			if got := p.organizations(); !slices.Equal(got, c.want) {
				t.Fatalf("%q, want %q", got, c.want)
			}
			for i := len(c.members); i > 0; i-- {
				p.works(c.want[i])
				if last := chose[len(chose)-1]; last != c.members[i-1].ID {
					t.Errorf("%q is %q", c.want[i], last)
				}
			}
			if len(c.members) > 0 {
				p.works("None")
				if last := chose[len(chose)-1]; last != "" || len(chose) != len(c.members)+1 {
					t.Errorf("they chose %q", chose)
				}
			}
			p.view.without.Organization = true
			p.view.again()
			if p.organizations() != nil {
				t.Error("the choice was left out, and is there")
			}
		})
	}
}

func TestRolesAreSaidOnce(t *testing.T) {
	p := withPages(t)
	state := signedInAs(zhang)
	state.Session.Profile.Roles = []string{"admin", "manager"}
	state.Session.Profile.Organizations = []auth.Membership{{ID: "a", Name: "Alpha", Roles: []string{"admin", "editor"}}, {ID: "", Name: "odd", Roles: []string{"ghost"}}}
	p.view.chosen = state.Session.Profile.Organizations[0]
	p.view.show(state)
	p.reads("admin, manager, editor")
	p.readsNot("ghost")
}

func TestAChoiceMadeOfflineHolds(t *testing.T) {
	c := atCompany(t)
	c.signedIn(demotest.ZhangSan)
	c.offers("None", tech, logistics)
	c.faults.Always("", demotest.Status(http.StatusServiceUnavailable))
	_ = c.client.Refresh(t.Context())
	c.readsIn("Offline. Last reached")
	c.works(tech)
	id := c.view.chosen.ID
	c.wasToldOf(id)
	c.restarts()
	c.readsIn("Offline. Last reached")
	if c.worksIn() != tech {
		t.Errorf("after a restart they work in %q", c.worksIn())
	}
	c.wasToldOf(id)
}

func TestUserInfoIsAskedOnceForASignIn(t *testing.T) {
	c := atCompany(t)
	c.signedIn(demotest.ZhangSan)
	c.offers("None", tech, logistics)
	for range 3 {
		if err := c.client.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.app.draw()
	}
	c.restarts()
	c.offers("None", tech, logistics)
	c.idle()
	if n := c.faults.Requests(userinfoPath); n != 1 {
		t.Errorf("it was asked %d times", n)
	}
}

func TestUserInfoIsAskedOnlyIfItCanTellMore(t *testing.T) {
	for name, c := range map[string]struct {
		scopes []string
		who    string
		asked  int
	}{
		"nothing wanted":        {[]string{"offline_access", "profile"}, demotest.ZhangSan, 0},
		"no organization":       {organizationScopes, demotest.WangXiaoming, 0},
		"names":                 {organizationScopes, demotest.LiSi, 1},
		"the WeCom identity":    {[]string{"offline_access", "profile", "identities"}, demotest.WangXiaoming, 1},
		"the one and the other": {append(slices.Clone(organizationScopes), "identities"), demotest.ZhangSan, 1},
	} {
		t.Run(name, func(t *testing.T) {
			p := atCompany(t, c.scopes...)
			p.signedIn(c.who)
			p.until("the answer", func() bool { return !p.app.asking })
			p.restarts()
			p.shows(kindSignedIn)
			p.idle()
			if n := p.faults.Requests(userinfoPath); n != c.asked {
				t.Errorf("it was asked %d times, want %d", n, c.asked)
			}
		})
	}
}

// idle has the program draw and answer for a while.
func (c *company) idle() {
	c.t.Helper()
	for range 5 {
		c.until("the answer", func() bool { return !c.app.asking })
		c.app.draw()
		c.run()
	}
}

func TestAProviderThatDoesNotKnowIsNotAskedAgain(t *testing.T) {
	for name, fault := range map[string]demotest.Fault{
		"it knows no names":     demotest.Edit(func(told map[string]any) { delete(told, "organization_data") }),
		"it knows one":          demotest.Edit(func(told map[string]any) { told["organization_data"] = told["organization_data"].([]any)[:1] }),
		"it refuses":            demotest.Status(http.StatusForbidden),
		"it has no such thing":  demotest.Status(http.StatusNotFound),
		"it tells of the wrong": demotest.Edit(func(told map[string]any) { told["sub"] = "somebody else" }),
	} {
		t.Run(name, func(t *testing.T) {
			c := atCompany(t)
			c.faults.Always(userinfoPath, fault)
			c.signedIn(demotest.ZhangSan)
			c.until("the answer", func() bool { return c.faults.Requests(userinfoPath) > 0 && !c.app.asking })
			asked := c.faults.Requests(userinfoPath)
			c.idle()
			_ = c.client.Refresh(t.Context())
			c.idle()
			c.restarts()
			c.shows(kindSignedIn)
			c.idle()
			if n := c.faults.Requests(userinfoPath); n != asked {
				t.Errorf("it was asked %d times more", n-asked)
			}
		})
	}
}

func TestAProviderThatIsAwayIsAskedLater(t *testing.T) {
	c := atCompany(t)
	c.faults.Next(userinfoPath, demotest.Status(http.StatusServiceUnavailable))
	c.signedIn(demotest.ZhangSan)
	c.until("the answer", func() bool { return c.faults.Requests(userinfoPath) == 1 && !c.app.asking })
	c.run()
	if got := c.organizations(); slices.Contains(got, tech) {
		t.Fatalf("%q", got)
	}
	if err := c.client.Refresh(t.Context()); err != nil { // the next news
		t.Fatal(err)
	}
	c.offers("None", tech, logistics)
	c.idle()
	if n := c.faults.Requests(userinfoPath); n != 2 {
		t.Errorf("it was asked %d times", n)
	}
}

func TestNobodyIsAskedWhileOffline(t *testing.T) {
	c := atCompany(t)
	c.faults.Always(userinfoPath, demotest.Status(http.StatusServiceUnavailable))
	c.signedIn(demotest.ZhangSan)
	c.until("the answer", func() bool { return c.faults.Requests(userinfoPath) == 1 && !c.app.asking })
	c.faults.Always("", demotest.Status(http.StatusServiceUnavailable))
	_ = c.client.Refresh(t.Context())
	c.readsIn("Offline. Last reached")
	c.idle()
	if n := c.faults.Requests(userinfoPath); n > 2 { // one may have been on its way
		t.Errorf("it was asked %d times", n)
	}
	before := c.faults.Requests(userinfoPath)
	c.idle()
	if n := c.faults.Requests(userinfoPath); n != before {
		t.Errorf("it was asked %d times more", n-before)
	}
	c.faults.Clear()
	c.offers("None", tech, logistics)
}

func TestAskingIsForWhoeverIsCurrent(t *testing.T) {
	c := atCompany(t)
	release := make(chan struct{})
	c.faults.Next(userinfoPath, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
		next.ServeHTTP(w, r)
	})
	c.signedIn(demotest.ZhangSan)
	c.until("the question", func() bool { return c.faults.Requests(userinfoPath) == 1 })
	c.signsIn(c.alike(), demotest.LiSi, auth.AnotherAccount())
	c.readsIn("Hello, 李四")
	close(release)
	c.offers("None", tech) // asked once the first answer has come
	c.idle()
	c.goes("Switch account")
	c.until("the list", func() bool { return len(c.listed()) == 2 })
	test.Tap(c.inRow("张三", "Switch"))
	c.offers("None", tech, logistics)
}

func TestWhatIsRememberedIsOfNobodyElse(t *testing.T) {
	w := &Window{app: newDesk(t)}
	other, elsewhere := zhang, zhang
	other.Profile.ID, elsewhere.Issuer = "l", "https://login.example.org/oidc"
	w.remember(chosenOrganization, zhang, "a b")
	w.remember(chosenOrganization, other, "c")
	w.remember(askedAbout, zhang, "x")
	for _, c := range []struct {
		s    auth.Session
		want string
	}{{zhang, "a b"}, {other, "c"}, {elsewhere, ""}} {
		if got := w.remembered(chosenOrganization, c.s); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	w.remember(chosenOrganization, zhang, "")
	w.remember(chosenOrganization, zhang, "")
	if got := w.remembered(chosenOrganization, zhang); got != "" {
		t.Errorf("%q", got)
	}
	for _, list := range []string{chosenOrganization, askedAbout} {
		kept := w.app.Preferences().StringList(list)
		if len(kept) != 1 {
			t.Errorf("%q is kept", kept)
		}
	}
	w.forgetEverybody()
	for _, list := range []string{chosenOrganization, askedAbout} {
		if kept := w.app.Preferences().StringList(list); len(kept) != 0 {
			t.Errorf("%q is kept", kept)
		}
	}
}

func TestAnAnswerIsWhatAskingAgainWouldNotChange(t *testing.T) {
	for err, want := range map[error]bool{
		&auth.UnreachableError{Err: errors.New("x")}: false,
		auth.ErrSignedOut:             false,
		auth.ErrClosed:                false,
		keychain.ErrTooLarge:          true,
		errors.New("HTTP status 404"): true,
	} {
		if got := isAnswer(err); got != want {
			t.Errorf("%v: %v", err, got)
		}
	}
}
