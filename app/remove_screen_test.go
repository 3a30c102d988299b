package app

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// quitting is a Fyne app that can be ended.
type quitting struct {
	fyne.App
	quits int
}

func (q *quitting) Quit() { q.quits++ }

// leaving is somebody with two accounts, about to remove everything.
type leaving struct {
	*program
	app     *quitting
	cache   string // the folder
	removed int    // how often the program was asked to
	wrong   error  // its answer
}

func atTheDoor(t *testing.T, change func(*auth.Config)) *leaving {
	t.Helper()
	l := &leaving{cache: filepath.Join(t.TempDir(), "look")}
	if err := os.MkdirAll(filepath.Join(l.cache, "pictures"), 0o700); err != nil {
		t.Fatal(err)
	}
	l.program = twoAccounts(t, func(c *auth.Config, o *Options) {
		if change != nil {
			change(c)
		}
		o.CacheDir = l.cache
		o.Save = func(Preferences) error { return nil }
		o.RemoveData = func() error { l.removed++; return l.wrong }
	})
	l.app = &quitting{App: l.desk}
	l.program.app.app = l.app
	l.program.app.remember(chosenOrganization, zhang, "a")
	l.press(fyne.KeyEscape)
	l.goes("Settings", "Remove all data…")
	return l
}

func (l *leaving) cached() bool {
	_, err := os.Stat(l.cache)
	return err == nil
}

func (l *leaving) people() int {
	l.t.Helper()
	people, err := l.client.Accounts(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	return len(people)
}

func TestRemovingAllDataAsksFirst(t *testing.T) {
	l := atTheDoor(t, nil)
	l.isOn("Remove all data")
	l.reads("cannot be undone", "sign-ins of all accounts", "settings", "Your account at the provider stays.")
	if got := l.keyboard(); got != "Cancel" {
		t.Errorf("Enter would press %q", got)
	}
	l.press(fyne.KeyReturn)
	l.isOn("Settings")
	if l.removed != 0 || !l.cached() || l.people() != 2 {
		t.Error("something was removed")
	}
}

func TestRemovingAllDataRemovesEverythingAndEndsTheProgram(t *testing.T) {
	l := atTheDoor(t, nil)
	other := l.alike()
	l.faults.Reset()
	test.Tap(l.button("Remove everything"))
	l.until("the end", func() bool { return l.app.quits > 0 })
	if l.people() != 0 {
		t.Errorf("%d are signed in", l.people())
	}
	if people, _ := other.Accounts(t.Context()); len(people) != 0 {
		t.Errorf("%d are signed in for another program", len(people))
	}
	if n := l.faults.Requests(revocation); n != 2 {
		t.Errorf("%d sessions were revoked", n)
	}
	if l.cached() || l.removed != 1 || l.app.quits != 1 {
		t.Errorf("the folder is there: %v; the program was asked to remove its data %d times, and to quit %d times", l.cached(), l.removed, l.app.quits)
	}
	if l.program.app.remembered(chosenOrganization, zhang) != "" {
		t.Error("an organization is remembered")
	}
}

func TestRemovingAllDataWithoutAProvider(t *testing.T) {
	l := atTheDoor(t, nil)
	l.faults.Always("", demotest.Status(http.StatusServiceUnavailable))
	test.Tap(l.button("Remove everything"))
	l.until("the end", func() bool { return l.app.quits > 0 })
	if l.people() != 0 || l.cached() || l.removed != 1 {
		t.Error("something is left")
	}
}

func TestALockedKeychainKeepsEverything(t *testing.T) {
	store := &faulty{Memory: keychain.NewMemory()}
	l := atTheDoor(t, func(c *auth.Config) { c.Store = store })
	store.locked.Store(true)
	test.Tap(l.button("Remove everything"))
	l.readsIn("The keychain is locked.")
	l.isOn("Remove all data")
	if !l.cached() || l.removed != 0 || l.app.quits != 0 {
		t.Error("something else was removed")
	}
	if l.program.app.remembered(chosenOrganization, zhang) == "" {
		t.Error("the organization was forgotten")
	}
	store.locked.Store(false)
	if l.people() != 2 {
		t.Errorf("%d are signed in", l.people())
	}
	test.Tap(l.button("Remove everything"))
	l.readsNot("The keychain is locked.")
	l.until("the end", func() bool { return l.app.quits > 0 })
}

func TestWhatCannotBeRemovedIsSaid(t *testing.T) {
	l := atTheDoor(t, nil)
	l.wrong = errors.New("permission denied")
	test.Tap(l.button("Remove everything"))
	l.readsIn("Not everything could be removed.")
	if l.app.quits != 0 || l.cached() {
		t.Error("what could be removed was not, or the program ended")
	}
	l.wrong = nil
	test.Tap(l.button("Remove everything"))
	l.until("the end", func() bool { return l.app.quits > 0 })
	if l.removed != 2 {
		t.Errorf("the program was asked %d times", l.removed)
	}
}

func TestRemovingAllDataIsPressedOnce(t *testing.T) {
	p := withPages(t)
	var done func(error)
	p.view.actions.removeData = func(d func(error)) { p.do("remove"); done = d }
	p.view.show(signedInAs(zhang))
	p.goes("Settings", "Remove all data…")
	p.tabTo("Remove everything")
	p.press(fyne.KeyReturn)
	p.press(fyne.KeyReturn)
	test.Tap(p.button("Remove everything"))
	p.wants("remove")
	for _, name := range []string{"Back", "Cancel"} { // there is no way back
		test.Tap(p.button(name))
	}
	p.press(fyne.KeyEscape)
	p.window.Canvas().Unfocus()
	p.press(fyne.KeyEscape)
	p.isOn("Remove all data")
	done(keychain.ErrLocked)
	p.reads("The keychain is locked.")
	p.press(fyne.KeyEscape)
	p.isOn("Settings")
}

func TestRemovingAllDataBeforeTheSetup(t *testing.T) {
	d := newDesk(t)
	cache := filepath.Join(t.TempDir(), "look")
	if err := os.Mkdir(cache, 0o700); err != nil {
		t.Fatal(err)
	}
	removed := false
	w, err := d.newSetup(Options{
		Save: func(Preferences) error { return nil }, CacheDir: cache, RemoveData: func() error { removed = true; return nil },
	}, SetupOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	app := &quitting{App: d}
	w.app = app
	p := &program{person: &person{desk: d, view: w.view, window: w.Window}, app: w}
	p.goes("Settings", "Remove all data…", "Remove everything")
	p.until("the end", func() bool { return app.quits > 0 })
	if _, err := os.Stat(cache); err == nil || !removed {
		t.Error("something is left")
	}
}

func TestRemovingShowsProgressOnceItIsSlow(t *testing.T) {
	d := newDesk(t)
	synctest.Test(t, func(t *testing.T) {
		var done func(error)
		v := newView(there, actions{removeData: func(f func(error)) { done = f }}, d.post)
		w := d.NewWindow("")
		defer w.Close()
		w.SetContent(v.root)
		v.show(signedInAs(zhang))
		v.openPage(func() screen { return newRemoveScreen(v) })
		s := v.page.(*removeScreen)
		moves := func(after time.Duration) bool {
			time.Sleep(after)
			synctest.Wait()
			d.run()
			return len(s.moving.Objects) > 0
		}
		s.remove.OnTapped()
		if moves(slow - time.Millisecond) {
			t.Error("a short one flickers")
		}
		if !moves(time.Millisecond) {
			t.Error("a long one does not show")
		}
		bar := s.moving.Objects[0].(*widget.ProgressBarInfinite)
		done(errors.New("no"))
		if moves(2*slow) || bar.Running() {
			t.Error("it goes on after the answer")
		}
		s.remove.OnTapped()
		done(nil)
		if moves(2 * slow) {
			t.Error("it shows though it was answered in time")
		}
		s.remove.OnTapped()
		time.Sleep(slow)
		synctest.Wait() // it is about to show
		v.close()
		if moves(0) {
			t.Error("it shows on a closed page")
		}
		done(nil)
		v.wait()
	})
}
