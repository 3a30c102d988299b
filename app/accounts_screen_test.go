package app

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"doorkey/auth"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// listed are the people on the page, from the top down: the name, what stands
// below it, and what can be done.
func (p *person) listed() []string {
	p.t.Helper()
	s, is := p.view.page.(*accountsScreen)
	if !is {
		return nil
	}
	var rows []string
	for _, r := range s.rows {
		row := r.name.Text
		if r.second.Visible() {
			row += " (" + r.second.Text + ")"
		}
		if r.tick.Visible() {
			row += " ✓"
		}
		for _, b := range r.buttons() {
			row += " [" + b.Text + "]"
		}
		rows = append(rows, row)
	}
	return rows
}

func (p *program) lists(rows ...string) {
	p.t.Helper()
	p.until(strings.Join(rows, ", "), func() bool { return slices.Equal(p.listed(), rows) })
	p.isOn("Accounts")
}

// inRow is a button beside a person.
func (p *person) inRow(name, text string) *button {
	p.t.Helper()
	for _, r := range p.view.page.(*accountsScreen).rows {
		for _, b := range r.buttons() {
			if r.name.Text == name && b.Text == text {
				return b
			}
		}
	}
	p.t.Fatalf("there is no button %q beside %s", text, name)
	return nil
}

// As the list shows them.
const (
	lisiHere      = "李四 (lisi@example.test) ✓ [Sign out]"
	lisiThere     = "李四 (lisi@example.test) [Switch] [Sign out]"
	zhangsanHere  = "张三 (zhangsan@example.test) ✓ [Sign out]"
	zhangsanThere = "张三 (zhangsan@example.test) [Switch] [Sign out]"
)

// twoAccounts is a program with two people, the latter of whom is current, at
// the list of them.
func twoAccounts(t *testing.T, change func(*auth.Config, *Options)) *program {
	t.Helper()
	p := start(t, change)
	p.signedIn(demotest.LiSi)
	p.signsIn(p.alike(), demotest.ZhangSan, auth.AnotherAccount())
	p.readsIn("Hello, 张三")
	p.goes("Switch account")
	p.lists(zhangsanHere, lisiThere)
	return p
}

func TestAccountsListsEverybodyTheCurrentOneFirst(t *testing.T) {
	p := start(t, nil)
	p.signedIn(demotest.LiSi)
	p.goes("Switch account")
	p.lists(lisiHere)
	p.reads("Accounts", "[Add account]", "until they sign out")
	if got := p.keyboard(); got != "Back" {
		t.Errorf("Enter would press %q", got)
	}
	p.press(fyne.KeyEscape)
	p.signsIn(p.alike(), demotest.ZhangSan, auth.AnotherAccount())
	p.readsIn("Hello, 张三")
	p.goes("Switch account")
	p.lists(zhangsanHere, lisiThere)
}

func TestSwitchingShowsTheOtherPersonEverywhere(t *testing.T) {
	p := twoAccounts(t, nil)
	other := p.alike()
	if _, err := other.Session(t.Context()); err != nil {
		t.Fatal(err)
	}
	test.Tap(p.inRow("李四", "Switch"))
	p.until("the page gone", func() bool { return p.view.page == nil })
	p.reads("Hello, 李四")
	if got := p.window.Title(); got != "李四 – Doorkey" {
		t.Errorf("the title is %q", got)
	}
	p.until("the other program to see it", func() bool { return other.State().Session.Profile.Name == "李四" })
	p.wasTold("李四", "张三", "李四")
	if len(p.urls) != 0 {
		t.Error("a browser was opened")
	}
}

func TestAddingAnAccount(t *testing.T) {
	p := start(t, nil)
	p.signedIn(demotest.LiSi)
	p.goes("Switch account")
	p.lists(lisiHere)
	p.goes("Add account")
	p.shows(kindWaiting)
	asked := <-p.urls
	if u, err := url.Parse(asked); err != nil || !strings.Contains(u.Query().Get("prompt"), "login") {
		t.Errorf("the provider would not ask who it is: %s", asked)
	}
	p.urls <- asked
	p.signInAs(demotest.ZhangSan)
	p.readsIn("Hello, 张三")
	p.goes("Switch account")
	p.lists(zhangsanHere, lisiThere)
	p.wasTold("李四", "张三")
}

func TestAddingAnAccountThatIsGivenUp(t *testing.T) {
	p := start(t, nil)
	p.signedIn(demotest.LiSi)
	p.goes("Switch account")
	p.goes("Add account")
	p.shows(kindWaiting)
	p.press(fyne.KeyEscape)
	p.shows(kindSignedIn)
	p.reads("Hello, 李四")
	p.wasTold("李四")
}

const revocation = "/oidc/token/revocation"

func TestSigningOutOneOfSeveral(t *testing.T) {
	p := twoAccounts(t, nil)
	leave := p.inRow("李四", "Sign out")
	p.window.Canvas().Focus(leave)
	p.press(fyne.KeyReturn)
	p.press(fyne.KeyReturn) // before it is done
	p.lists(zhangsanHere)
	if got := p.keyboard(); got != "Back" {
		t.Errorf("%q has the keyboard, after a row went", got)
	}
	if n := p.faults.Requests(revocation); n != 1 {
		t.Errorf("%d sessions were revoked", n)
	}
	p.press(fyne.KeyReturn)
	p.isOn("")
	p.reads("Hello, 张三")
	p.wasTold("李四", "张三")
}

func TestSigningOutTheCurrentOne(t *testing.T) {
	p := twoAccounts(t, nil)
	test.Tap(p.inRow("张三", "Sign out"))
	p.lists(lisiThere)
	if p.view.kind != kindSignedOut {
		t.Error("the screen beneath is of somebody")
	}
	if got := p.window.Title(); got != "Doorkey" {
		t.Errorf("the title is %q", got)
	}
	test.Tap(p.inRow("李四", "Switch"))
	p.readsIn("Hello, 李四")
	p.isOn("")
	p.wasTold("李四", "张三", "李四")
}

func TestSigningOutTheLastOneGoesBack(t *testing.T) {
	p := start(t, nil)
	p.signedIn(demotest.LiSi)
	p.goes("Switch account")
	p.lists(lisiHere)
	test.Tap(p.inRow("李四", "Sign out"))
	p.until("the page gone", func() bool { return p.view.page == nil })
	p.reads("[Continue with WeCom]")
	p.press(fyne.KeyReturn) // on the button that has the keyboard
	p.shows(kindWaiting)
}

func TestSwitchingToASessionThatHasEnded(t *testing.T) {
	p := twoAccounts(t, nil)
	zhangsan := p.client.State().Session.Profile.ID
	p.ended()
	_ = p.client.Refresh(t.Context())
	p.until("the end", func() bool { return p.view.kind == kindAgain })
	p.lists(zhangsanHere, lisiThere)
	test.Tap(p.inRow("李四", "Switch"))
	p.readsIn("Hello, 李四")
	p.goes("Switch account")
	p.lists(lisiHere, zhangsanThere)
	test.Tap(p.inRow("张三", "Switch"))
	p.shows(kindAgain)
	p.isOn("")
	p.reads("张三", "Your sign-in has ended.")
	if got := p.client.State().Session.Profile.ID; got != zhangsan {
		t.Errorf("%s is current", got)
	}
}

// The list may know before the screen does.
func TestThePageGoesOnceTheScreenSaysThatNobodyIsThere(t *testing.T) {
	p := withPages(t)
	people := []auth.Session{zhang}
	p.view.actions.accounts = func(done func([]auth.Session, error)) { done(people, nil) }
	p.view.show(signedInAs(zhang))
	p.goes("Switch account")
	people = nil
	p.view.show(signedInAs(renewed(zhang)))
	p.isOn("Accounts")
	p.view.show(stateSignedOut)
	p.isOn("")
	p.reads("[Continue with WeCom]")
}

// faulty is a keychain in which something is wrong.
type faulty struct {
	*keychain.Memory
	damaged atomic.Pointer[string] // the subject whose session is
	locked  atomic.Bool
	seen    func(record []byte) // what is read; may be nil
}

func (f *faulty) Read(ctx context.Context, name string) ([]byte, error) {
	if f.locked.Load() {
		return nil, keychain.ErrLocked
	}
	record, err := f.Memory.Read(ctx, name)
	if f.seen != nil {
		f.seen(record)
	}
	if who := f.damaged.Load(); who != nil {
		record = bytes.Replace(record, []byte(`{"sub":"`+*who+`",`), []byte(`{"sub":"`+*who+`";`), 1)
	}
	return record, err
}

func (f *faulty) Write(ctx context.Context, name string, record []byte) error {
	if f.locked.Load() {
		return keychain.ErrLocked
	}
	return f.Memory.Write(ctx, name, record)
}

func TestAPersonWhoseSessionCannotBeRead(t *testing.T) {
	store := &faulty{Memory: keychain.NewMemory()}
	p := start(t, func(c *auth.Config, _ *Options) { c.Store = store })
	p.signedIn(demotest.LiSi)
	lisi := p.client.State().Session.Profile.ID
	p.signsIn(p.alike(), demotest.ZhangSan, auth.AnotherAccount())
	p.readsIn("Hello, 张三")
	store.damaged.Store(&lisi)
	p.goes("Switch account")
	p.lists(zhangsanHere, lisi+" (cannot be read) [Switch] [Sign out]")
	test.Tap(p.inRow(lisi, "Switch"))
	p.readsIn("is damaged")
	p.isOn("Accounts")
	p.reads("张三")
	test.Tap(p.inRow(lisi, "Sign out"))
	p.lists(zhangsanHere)
	p.readsNot("is damaged")
}

// Somebody of whom the provider tells nothing is not somebody who cannot be
// read.
func TestSomebodyWithoutANameIsNoFault(t *testing.T) {
	p := withPages(t)
	nobody := auth.Session{Profile: auth.Profile{ID: "q3n8d5v1t6b2"}, SignedInAt: lisi.SignedInAt, Storage: auth.InMemory, StorageErr: keychain.ErrLocked}
	p.view.actions.accounts = func(done func([]auth.Session, error)) { done([]auth.Session{nobody}, nil) }
	p.view.show(signedInAs(zhang))
	p.goes("Switch account")
	p.reads("q3n8d5v1t6b2")
	p.readsNot("cannot be read")
}

func TestWhatGoesWrongOnThePageStaysOnIt(t *testing.T) {
	t.Run("the keychain does not let go", func(t *testing.T) {
		store := &faulty{Memory: keychain.NewMemory()}
		p := twoAccounts(t, func(c *auth.Config, _ *Options) { c.Store = store })
		store.locked.Store(true)
		test.Tap(p.inRow("李四", "Sign out"))
		p.readsIn("The keychain is locked.")
		p.until("the button", func() bool { return !p.inRow("李四", "Sign out").Disabled() })
		p.app.draw()
		p.reads("The keychain is locked.")
		p.isOn("Accounts")
		store.locked.Store(false)
		test.Tap(p.inRow("李四", "Sign out"))
		p.lists(zhangsanHere)
		p.until("the sentence gone", func() bool { return !strings.Contains(p.words(), "locked") })
	})
	t.Run("the provider was not told", func(t *testing.T) {
		p := twoAccounts(t, nil)
		p.faults.Always(revocation, demotest.Status(http.StatusServiceUnavailable))
		test.Tap(p.inRow("李四", "Sign out"))
		p.lists(zhangsanHere)
		p.readsIn("could not be told")
		p.app.draw() // which lists anew
		p.until("the list", func() bool { return !p.view.page.(*accountsScreen).loading })
		p.reads("could not be told")
	})
	t.Run("they were signed out meanwhile", func(t *testing.T) {
		p := withPages(t)
		people := []auth.Session{zhang, lisi}
		var answer func(error)
		p.view.actions.accounts = func(done func([]auth.Session, error)) { done(people, nil) }
		p.view.actions.switchTo = func(_ string, done func(error)) { answer = done }
		p.view.show(signedInAs(zhang))
		p.goes("Switch account")
		test.Tap(p.inRow("李四", "Switch"))
		people = people[:1]
		answer(fmt.Errorf("switch: %w", auth.ErrNoAccount))
		p.reads("not signed in on this computer any more")
		p.readsNot("李四")
		p.isOn("Accounts")
	})
	t.Run("the list cannot be had", func(t *testing.T) {
		p := withPages(t)
		wrong := error(keychain.ErrLocked)
		p.view.actions.accounts = func(done func([]auth.Session, error)) { done([]auth.Session{zhang, lisi}, wrong) }
		p.view.show(signedInAs(zhang))
		p.goes("Switch account")
		p.reads("The keychain is locked.")
		p.readsNot("李四")
		wrong = nil
		p.view.show(signedInAs(zhang))
		p.reads("李四")
		p.readsNot("locked")
		wrong = keychain.ErrLocked
		p.view.show(signedInAs(zhang))
		p.reads("李四", "The keychain is locked.") // what was listed stays
	})
}

func TestTheListFollowsAnotherProgram(t *testing.T) {
	p := start(t, nil)
	p.signedIn(demotest.LiSi)
	lisi := p.client.State().Session.Profile.ID
	p.goes("Switch account")
	p.lists(lisiHere)
	other := p.alike()
	p.signsIn(other, demotest.ZhangSan, auth.AnotherAccount())
	p.lists(zhangsanHere, lisiThere)
	if _, err := other.Switch(t.Context(), lisi); err != nil {
		t.Fatal(err)
	}
	p.lists(lisiHere, zhangsanThere)
	if err := other.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.lists(zhangsanThere)
	p.signsIn(other, demotest.ZhangSan)
	p.lists(zhangsanHere)
	if err := other.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.until("the page gone", func() bool { return p.view.page == nil })
	p.reads("[Continue with WeCom]")
}

// The one in its place would sign out somebody else.
func TestTheKeyboardGoesToNobodyElsesButton(t *testing.T) {
	people := []auth.Session{zhang, lisi}
	open := func(t *testing.T) *person {
		p := withPages(t)
		p.view.actions.accounts = func(done func([]auth.Session, error)) { done(people, nil) }
		p.view.show(signedInAs(zhang))
		p.goes("Switch account")
		p.window.Canvas().Focus(p.inRow("李四", "Switch"))
		return p
	}
	t.Run("the list is the same", func(t *testing.T) {
		p := open(t)
		has := p.window.Canvas().Focused()
		p.view.show(signedInAs(renewed(zhang)))
		if p.window.Canvas().Focused() != has {
			t.Errorf("%q has the keyboard", p.keyboard())
		}
	})
	t.Run("the other has become current", func(t *testing.T) {
		p := open(t)
		p.view.show(signedInAs(lisi))
		if got := p.keyboard(); got != "Back" {
			t.Errorf("Enter would press %q", got)
		}
	})
	t.Run("the other has gone", func(t *testing.T) {
		p := open(t)
		people = people[:1]
		p.view.show(signedInAs(renewed(zhang)))
		if got := p.keyboard(); got != "Back" {
			t.Errorf("Enter would press %q", got)
		}
		p.press(fyne.KeyReturn)
		p.wants()
	})
}

func TestNothingIsDrawnAfterThePageIsClosed(t *testing.T) {
	p := withPages(t)
	var lists []func([]auth.Session, error)
	var switched, signedOut func(error)
	p.view.actions.accounts = func(done func([]auth.Session, error)) { lists = append(lists, done) }
	p.view.actions.switchTo = func(_ string, done func(error)) { switched = done }
	p.view.actions.dismiss = func(_ string, done func(error)) { signedOut = done }
	p.view.show(signedInAs(zhang))
	p.goes("Switch account")
	page := p.view.page.(*accountsScreen)
	lists[0]([]auth.Session{zhang, lisi}, nil)
	test.Tap(p.inRow("李四", "Switch"))
	test.Tap(p.inRow("张三", "Sign out"))
	p.view.show(signedInAs(renewed(zhang))) // lists anew
	p.press(fyne.KeyEscape)
	p.goes("Settings")
	asked := len(lists)
	lists[asked-1]([]auth.Session{lisi}, keychain.ErrLocked)
	switched(keychain.ErrLocked)
	signedOut(nil)
	if len(lists) != asked || len(page.rows) != 2 || page.banner.Visible() {
		t.Error("it goes on")
	}
	p.isOn("Settings") // and no other page was closed
	switched(nil)
	p.isOn("Settings")
}

// An older list that comes late is not to be the last.
func TestListsComeInTheirOrder(t *testing.T) {
	p := withPages(t)
	var lists []func([]auth.Session, error)
	p.view.actions.accounts = func(done func([]auth.Session, error)) { lists = append(lists, done) }
	p.view.show(signedInAs(zhang))
	p.goes("Switch account")
	for range 3 {
		p.view.show(signedInAs(renewed(zhang)))
	}
	if len(lists) != 1 {
		t.Fatalf("%d lists are on their way", len(lists))
	}
	lists[0]([]auth.Session{zhang}, nil)
	if len(lists) != 2 {
		t.Fatal("the list is old and stays")
	}
	lists[1]([]auth.Session{zhang, lisi}, nil)
	if len(lists) != 2 || len(p.listed()) != 2 {
		t.Errorf("%d lists, %q", len(lists), p.listed())
	}
}

func TestAButtonOfARowIsPressedOnce(t *testing.T) {
	p := withPages(t)
	p.view.show(signedInAs(zhang))
	p.goes("Switch account")
	test.Tap(p.inRow("李四", "Switch"))
	test.Tap(p.inRow("李四", "Switch"))
	test.Tap(p.inRow("李四", "Sign out")) // of whom one is about to switch to
	p.view.show(signedInAs(renewed(zhang)))
	test.Tap(p.inRow("李四", "Switch"))
	p.wants("switch to l")
	test.Tap(p.inRow("张三", "Sign out"))
	p.wants("sign out z")
}

func TestManyPeopleScrollAndCanAllBeReached(t *testing.T) {
	p := withPages(t)
	people := []auth.Session{zhang}
	for i := range 14 {
		other := lisi
		other.Profile = auth.Profile{ID: fmt.Sprint(i), Name: fmt.Sprint("Person ", i), Email: fmt.Sprint(i, "@example.com")}
		people = append(people, other)
	}
	p.view.actions.accounts = func(done func([]auth.Session, error)) { done(people, nil) }
	p.view.show(signedInAs(zhang))
	p.goes("Switch account")
	p.fits()
	want := []string{"Back", "Sign out"}
	for range 14 {
		want = append(want, "Switch", "Sign out")
	}
	want = append(want, "Add account")
	if got := p.tabs(); !slices.Equal(got, want) {
		t.Errorf("Tab leads to %q", got)
	}
	last := p.inRow("Person 13", "Sign out")
	bottom := func() float32 {
		return fyne.CurrentApp().Driver().AbsolutePositionForObject(last).Y + last.Size().Height
	}
	p.window.Canvas().Focus(p.inRow("张三", "Sign out"))
	if bottom() <= windowSize.Height {
		t.Error("there is nothing to scroll")
	}
	p.window.Canvas().Focus(last)
	if bottom() > windowSize.Height {
		t.Error("the last one is out of the window")
	}
}

func TestPeopleOfOneNameCanBeToldApart(t *testing.T) {
	person := func(id, name, email, wecom string) auth.Session {
		s := auth.Session{Profile: auth.Profile{ID: id, Name: name, Email: email}, SignedInAt: lisi.SignedInAt}
		if wecom != "" {
			s.Profile.WeCom = &auth.WeComIdentity{UserID: wecom}
		}
		return s
	}
	for _, c := range []struct {
		name   string
		people []auth.Session
		want   []string
	}{
		{"by what the provider tells", []auth.Session{person("1", "张伟", "a@example.com", ""), person("2", "张伟", "b@example.com", "")}, []string{"a@example.com", "b@example.com"}},
		{"one has nothing", []auth.Session{person("1", "张伟", "a@example.com", ""), person("2", "张伟", "", "")}, []string{"a@example.com", ""}},
		{"both have nothing", []auth.Session{person("1", "张伟", "", ""), person("2", "张伟", "", "")}, []string{"1", "2"}},
		{"by the company's directory", []auth.Session{person("1", "张伟", "", "ZhangWei"), person("2", "张伟", "", "ZhangWei2")}, []string{"ZhangWei", "ZhangWei2"}},
		{"all the same", []auth.Session{person("1", "张伟", "a@example.com", ""), person("2", "张伟", "a@example.com", "")}, []string{"1 · a@example.com", "2 · a@example.com"}},
		{"other names", []auth.Session{person("1", "张伟", "", ""), person("2", "王伟", "", "")}, []string{"", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := secondLines(c.people); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestLongNamesFitTheList(t *testing.T) {
	for _, name := range []string{longLatin, longHan, strings.Repeat("Donaudampfschiff", 4)} {
		for _, locale := range []string{"en_US", "zh_CN", "ja_JP"} {
			t.Run(name+" "+locale, func(t *testing.T) {
				p := withPages(t)
				inLocale(t, locale+".UTF-8")
				long := lisi
				long.Profile.Name, long.Profile.Email = name, strings.ReplaceAll(name, " ", ".")+"@subsidiary.example.com"
				p.view.actions.accounts = func(done func([]auth.Session, error)) { done([]auth.Session{zhang, long}, nil) }
				p.view.show(signedInAs(zhang))
				p.view.openPage(func() screen { return newAccountsScreen(p.view) })
				p.reads(name)
				p.fits()
			})
		}
	}
}
