package app

import (
	"doorkey/auth"
)

// accounts are the people who are signed in here.
func (w *Window) accounts(done func([]auth.Session, error)) {
	var people []auth.Session
	w.later(func() (err error) {
		people, err = w.client.Accounts(w.ctx)
		return err
	}, func(err error) {
		for _, p := range people {
			w.errors.meet(p.Profile)
		}
		done(people, err)
	})
}

func (w *Window) switchTo(id string, done func(error)) {
	w.later(func() error {
		_, err := w.client.Switch(w.ctx, id)
		return err
	}, func(err error) {
		w.draw()
		done(err)
	})
}

func (w *Window) dismiss(id string, done func(error)) {
	w.later(func() error { return w.client.SignOut(w.ctx, auth.Account(id)) }, func(err error) {
		w.draw()
		done(err)
	})
}

// useAnother signs in somebody besides whoever is there.
func (v *view) useAnother() {
	v.closePage()
	v.actions.another()
}

// secondLines are what else tells people apart, each beside a name: with more
// where two would look the same.
func secondLines(people []auth.Session) []string {
	lines := make([]string, len(people))
	for i, s := range people {
		lines[i] = secondLine(s.Profile)
	}
	same := func(i, j int) bool {
		return i != j && people[i].Profile.DisplayName() == people[j].Profile.DisplayName() && lines[i] == lines[j]
	}
	further := make([]string, len(people))
	for i, s := range people {
		for j := range people {
			if same(i, j) {
				further[i] = workID(s.Profile)
			}
		}
	}
	for i, more := range further {
		switch {
		case lines[i] == "":
			lines[i] = more
		case more != "":
			lines[i] = more + " · " + lines[i] // what is cut off is at the end
		}
	}
	return lines
}

// workID is what is different for each person: the name in the company's
// directory, as people know it, or else the ID.
func workID(p auth.Profile) string {
	if p.WeCom != nil && p.WeCom.UserID != "" {
		return p.WeCom.UserID
	}
	return shownID(p)
}

// shownID is the ID fit to be shown. It is compared as it is.
func shownID(p auth.Profile) string { return auth.Profile{ID: p.ID}.DisplayName() }
