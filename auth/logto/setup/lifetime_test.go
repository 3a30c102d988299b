package setup_test

import (
	"testing"

	"doorkey/auth/logto/management/managementtest"
	"doorkey/auth/logto/setup"
)

func TestHowLongASessionLastsIsToldAsTheApplicationsHaveIt(t *testing.T) {
	days := func(n float64) func(object) {
		return func(o object) { o["customClientMetadata"] = object{"refreshTokenTtlInDays": n} }
	}
	named := setup.Wanted{Name: "Doorkey", NoWeCom: true, ClientID: "theirs", Replace: true}
	with := func(change func(*setup.Wanted)) setup.Wanted {
		w := named
		change(&w)
		return w
	}
	for _, test := range []struct {
		name   string
		there  func(*managementtest.Server)
		wanted setup.Wanted
		want   int
	}{
		{"where nobody has set it", apps(native("Doorkey", nil)), named, 14},
		{"where somebody has", apps(native("Doorkey", days(1))), named, 1},
		{"as it is set now", apps(native("Doorkey", days(1))), with(func(w *setup.Wanted) { w.RefreshDays = 90 }), 90},
		{"of an application that is made", apps(), setup.Wanted{Name: "Doorkey", NoWeCom: true}, 14},
		{"of two that are the same", apps(), setup.Wanted{Name: "Doorkey", NoWeCom: true, Device: true, RefreshDays: 7}, 7},
		{"of two that differ", apps(native("Doorkey", days(30))), with(func(w *setup.Wanted) { w.Device = true }), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := managementtest.Start(t)
			test.there(s)
			plan := inspect(t, s, test.wanted)
			if err := plan.Apply(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if found := plan.Found(); found.RefreshDays != test.want {
				t.Errorf("%d days, want %d", found.RefreshDays, test.want)
			}
		})
	}
}
