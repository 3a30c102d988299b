package app

import (
	"time"

	"doorkey/auth"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
)

// tray is the program's icon in the desktop's tray, with a menu.
type tray struct {
	desk desktop.App
	menu *fyne.Menu // the same one always: Fyne shows the first once more when it has started
	says string     // what the menu has been made of
}

// patience is how long a window that was to start in the tray waits for one.
const patience = 20 * time.Second

// StartInTray is for a start that nobody has asked for, such as at login. The
// window stays hidden where the desktop has a tray; otherwise nobody could find
// it, so it comes up after a while. It needs Options.Tray.
func (w *Window) StartInTray() {
	if !hasBus() {
		w.Window.Show()
		return
	}
	w.work.Go(func() {
		wait := time.NewTimer(patience)
		defer wait.Stop()
		select {
		case <-wait.C:
			w.post(func() {
				if w.tray == nil {
					w.Window.Show()
				}
			})
		case <-w.ctx.Done():
		}
	})
}

// ShowTray is Options.Tray for a set-up, and for a window that is to be seen
// before the tray is thought of. Call it before the app's Run.
func (w *Window) ShowTray() { w.lookForTray() }

// lookForTray puts the icon in the tray, or has it put there once the desktop
// has one. Fyne starts what talks to trays when the app's Run begins, and never
// after that; so this is for before, whether there is a tray by then or not.
func (w *Window) lookForTray() {
	desk, has := w.app.(desktop.App)
	if !has || !hasBus() {
		return
	}
	t := &tray{desk: desk, menu: fyne.NewMenu(w.options.AppName)}
	t.draw(w)
	desk.SetSystemTrayIcon(w.Window.Icon())
	w.work.Go(func() {
		followTray(w.ctx, func(is bool) {
			w.post(func() {
				w.tray, w.view.hasTray = nil, is
				if is {
					w.tray = t
					w.drawTray()
				}
			})
		})
	})
}

func (w *Window) drawTray() {
	if w.tray != nil {
		w.tray.draw(w)
	}
}

// draw makes the menu anew where it is to say something else.
func (t *tray) draw(w *Window) {
	who, inside := lang.X("doorkey.tray.nobody", "Nobody is signed in"), false
	if w.client != nil && (w.last.Phase == auth.Unknown || w.last.Phase == auth.Inaccessible) {
		who = lang.X("doorkey.tray.unknown", "Waiting for the keychain")
	}
	switch p := w.last.Session.Profile; kindOf(w.last) {
	case kindSignedIn:
		who, inside = p.DisplayName(), true
		if !w.last.LastReached.IsZero() {
			who = lang.X("doorkey.tray.offline", "{{.Name}} (offline)", map[string]string{"Name": who})
		}
	case kindAgain:
		who, inside = lang.X("doorkey.tray.again", "{{.Name}}: sign in again", map[string]string{"Name": p.DisplayName()}), true
	}
	open, leave := lang.X("doorkey.tray.open", "Open {{.App}}", map[string]string{"App": w.options.AppName}), lang.X("doorkey.signedin.signout", "Sign out")
	quit := lang.X("doorkey.tray.quit", "Quit")
	says := who + open + leave + quit
	if says == t.says {
		return
	}
	t.says = says
	name := fyne.NewMenuItem(who, nil)
	name.Disabled = true
	signOut := fyne.NewMenuItem(leave, func() { w.signOut(false) })
	signOut.Disabled = !inside
	end := fyne.NewMenuItem(quit, w.app.Quit)
	end.IsQuit = true
	t.menu.Items = []*fyne.MenuItem{
		name,
		fyne.NewMenuItem(open, w.Present),
		fyne.NewMenuItemSeparator(),
		signOut,
		end,
	}
	t.desk.SetSystemTrayMenu(t.menu)
}

// Present shows the window and brings it to the front, as far as the desktop
// lets a program do that.
func (w *Window) Present() {
	w.Window.Show()
	w.Window.RequestFocus()
}

// notify tells somebody who may not be looking that they have to sign in again.
func (w *Window) notify(p auth.Profile) {
	n := fyne.NewNotification(
		lang.X("doorkey.notify.title", "Sign in to {{.App}} again", map[string]string{"App": w.options.AppName}),
		lang.X("doorkey.notify.body", "The sign-in of {{.Name}} has ended.", map[string]string{"Name": p.DisplayName()}),
	)
	if hasBus() {
		w.work.Go(func() { w.app.SendNotification(n) }) // which may wait for a notifier to start
	}
}
