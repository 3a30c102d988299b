package app

import (
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo/demotest"

	"fyne.io/fyne/v2/widget"
)

// Until when a session lasts is said only where the program knows it.
func TestUntilWhenASessionLasts(t *testing.T) {
	for name, lifetime := range map[string]time.Duration{"known": 30 * 24 * time.Hour, "not known": 0} {
		t.Run(name, func(t *testing.T) {
			p := start(t, func(c *auth.Config, _ *Options) { c.SessionLifetime = lifetime })
			p.signedIn(demotest.LiSi)
			ends := p.view.current.(*signedInScreen).facts.ends
			if shown := !ends.root.Hidden; shown != (lifetime > 0) {
				t.Errorf("%q is shown: %v", ends.root.Objects[0].(*widget.Label).Text, shown)
			}
			p.goes("Diagnostics")
			p.checked()
			if got := p.fact("Ends if unused"); (got == "(not there)") != (lifetime == 0) {
				t.Errorf("the diagnostics say %q", got)
			}
		})
	}
}
