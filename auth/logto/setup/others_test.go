package setup_test

import (
	"strings"
	"testing"

	"doorkey/auth/logto/management"
	"doorkey/auth/logto/management/managementtest"
	"doorkey/auth/logto/setup"

	"github.com/google/go-cmp/cmp"
)

// What is done about what others have made.
func TestWhatOthersHaveMade(t *testing.T) {
	noWeCom := setup.Wanted{Name: "Doorkey", NoWeCom: true}
	with := func(change func(*setup.Wanted)) setup.Wanted {
		w := noWeCom
		change(&w)
		return w
	}
	ready := func(app object) {
		app["oidcClientMetadata"].(object)["redirectUris"] = []any{"http://[::1]/callback", "http://127.0.0.1/callback"}
	}
	forWeCom := setup.Wanted{Name: "Doorkey", WeCom: everything().WeCom}
	forWeCom.WeCom.Scope = ""
	replace := forWeCom
	replace.Replace = true
	connected := object{"corpId": "wwcorp", "agentId": "1000002", "appSecret": wecomSecret, "scope": "mine"}
	for _, test := range []struct {
		name   string
		there  func(*managementtest.Server)
		wanted setup.Wanted
		step   int
		kind   setup.Kind
		says   string // in the diff, or as the reason
	}{
		{"an application of the same name", apps(native("Doorkey", nil)), noWeCom, 0, setup.Blocked, "--replace"},
		{"the App ID to name it by", apps(native("Doorkey", nil)), noWeCom, 0, setup.Blocked, "--client-id theirs"},
		{"with --replace", apps(native("Doorkey", nil)), with(func(w *setup.Wanted) { w.Replace = true }), 0, setup.Change, "+ redirect URI: http://127.0.0.1/callback"},
		{"that is as wanted", apps(native("Doorkey", ready)), noWeCom, 0, setup.Keep, ""},
		{"twice", apps(native("Doorkey", nil), native("Doorkey", nil)), with(func(w *setup.Wanted) { w.Replace = true }), 0, setup.Blocked, "there are 2"},
		{"of another name", apps(native("Other", nil)), noWeCom, 0, setup.Create, "+ type: Native"},
		{"of another type", apps(native("Doorkey", func(o object) { o["type"] = "SPA" })), noWeCom, 0, setup.Create, ""},
		{"for the device flow", apps(native("Doorkey", func(o object) { o["customClientMetadata"] = object{"isDeviceFlow": true} })), noWeCom, 0, setup.Blocked, "device flow"},
		{"named by its App ID", apps(native("Other", nil)), with(func(w *setup.Wanted) { w.ClientID = "theirs" }), 0, setup.Change, "+ redirect URI: http://[::1]/callback"},
		{"named, of another type", apps(native("Other", func(o object) { o["type"] = "SPA" })), with(func(w *setup.Wanted) { w.ClientID = "theirs"; w.Replace = true }), 0, setup.Blocked, "type SPA"},
		{"named, but not there", apps(), with(func(w *setup.Wanted) { w.ClientID = "nosuch" }), 0, setup.Blocked, "none by that App ID"},
		{"named, with Logto's own refresh days", apps(native("Other", ready)), with(func(w *setup.Wanted) { w.ClientID = "theirs"; w.RefreshDays = 30 }), 0, setup.Change, "14 days (Logto's default) -> 30 days"},
		{"named, with refresh days of its own", apps(native("Other", func(o object) { o["customClientMetadata"] = object{"refreshTokenTtlInDays": 1.0} })),
			with(func(w *setup.Wanted) { w.ClientID = "theirs"; w.RefreshDays = 30 }), 0, setup.Blocked, "--replace"},
		{"the same with --replace", apps(native("Other", func(o object) { o["customClientMetadata"] = object{"refreshTokenTtlInDays": 1.0} })),
			with(func(w *setup.Wanted) { w.ClientID = "theirs"; w.RefreshDays = 30; w.Replace = true }), 0, setup.Change, "~ refresh token: 1 day -> 30 days"},

		{"an application for the device flow", apps(native("Doorkey (device)", func(o object) { o["customClientMetadata"] = object{"isDeviceFlow": true, "refreshTokenTtlInDays": 1.0} })),
			with(func(w *setup.Wanted) { w.Device = true; w.RefreshDays = 30 }), 1, setup.Blocked, "--device-client-id theirs"},
		{"named for the device flow", apps(native("Other", func(o object) { o["customClientMetadata"] = object{"isDeviceFlow": true} })),
			with(func(w *setup.Wanted) { w.Device = true; w.DeviceClientID = "theirs" }), 1, setup.Keep, ""},
		{"named for the device flow, but not for it", apps(native("Other", nil)),
			with(func(w *setup.Wanted) { w.Device = true; w.DeviceClientID = "theirs"; w.Replace = true }), 1, setup.Blocked, "not for the device flow"},

		{"a connector as wanted", connector(connected), forWeCom, 1, setup.Keep, ""},
		{"a connector with another secret", connector(object{"corpId": "wwcorp", "agentId": "1000002", "appSecret": "their-s3cret"}), forWeCom, 1, setup.Blocked, "--replace"},
		{"the same with --replace", connector(object{"corpId": "wwcorp", "agentId": "1000002", "appSecret": "their-s3cret"}), replace, 1, setup.Change, "~ secret: another one is there"},
		{"a connector of another company", connector(object{"corpId": "other", "agentId": "7", "appSecret": wecomSecret}), replace, 1, setup.Change, "~ Corp ID: other -> wwcorp"},
		{"any connector, where none is described", connector(object{"corpId": "other"}), setup.Wanted{Name: "Doorkey"}, 1, setup.Keep, ""},
		{"no connector, where none is described", apps(), setup.Wanted{Name: "Doorkey"}, 1, setup.Blocked, "--wecom-corp-id"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := managementtest.Start(t)
			test.there(s)
			plan := inspect(t, s, test.wanted)
			step := plan.Steps[test.step]
			text := step.Reason
			for _, line := range step.Diff {
				text += "\n" + line.Sign + " " + line.Text
			}
			if step.Kind != test.kind || !strings.Contains(text, test.says) || hasSecret(text) {
				t.Errorf("%s: %s", step.Kind, text)
			}
			if (plan.Err() != nil) != (test.kind == setup.Blocked) {
				t.Error(plan.Err())
			}
			err := plan.Apply(t.Context(), nil)
			if writes := s.Writes(); test.kind == setup.Blocked && (err == nil || len(writes) > 0) || test.kind != setup.Blocked && err != nil {
				t.Errorf("%v, wrote %v", err, writes)
			}
			if test.kind != setup.Blocked {
				if writes := apply(t, s, test.wanted); len(writes) > 0 {
					t.Errorf("the second run wrote %v", writes)
				}
			}
		})
	}
}

func apps(all ...object) func(*managementtest.Server) {
	return func(s *managementtest.Server) { s.Applications = all }
}

func connector(config object) func(*managementtest.Server) {
	return func(s *managementtest.Server) {
		s.Connectors = []object{wecom(config)}
		s.Experience["socialSignInConnectorTargets"] = []any{"wecom"}
	}
}

func TestKeepsAllElse(t *testing.T) {
	s := managementtest.Start(t)
	s.Applications = []object{native("Doorkey", nil)}
	s.Connectors = []object{
		wecom(object{"corpId": "other", "agentId": "7", "appSecret": "x", "scope": "mine", "fromTheFuture": []any{1.0}}),
		{"id": "g", "connectorId": "google-universal", "target": "google"}, {"id": "h", "connectorId": "github-universal", "target": "github"},
	}
	s.Experience["socialSignInConnectorTargets"] = []any{"github", "google"}
	s.Resources = append(s.Resources, object{"id": "r", "name": "Theirs", "indicator": "https://api.example.com", "scopes": []any{object{"id": "s", "name": "admin"}}})
	wanted := everything()
	wanted.Replace, wanted.WeCom.Scope = true, ""
	apply(t, s, wanted)

	app := s.Applications[len(s.Applications)-1]
	if diff := cmp.Diff(object{
		"id": "theirs", "name": "Doorkey", "type": "Native", "isThirdParty": false,
		"oidcClientMetadata": object{
			"redirectUris":           []any{"http://127.0.0.1:1234/cb", "http://127.0.0.1/callback", "http://[::1]/callback"},
			"postLogoutRedirectUris": []any{"http://127.0.0.1/bye"}, "logoUri": "https://x.test/l.png",
		},
		"customClientMetadata": object{"rotateRefreshToken": false, "refreshTokenTtlInDays": 30.0},
		"customData":           object{"team": "blue"},
	}, app); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(object{"corpId": "wwcorp", "agentId": "1000002", "appSecret": wecomSecret, "scope": "mine", "fromTheFuture": []any{1.0}}, s.Connectors[0]["config"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]any{"github", "google", "wecom"}, s.Experience["socialSignInConnectorTargets"]); diff != "" {
		t.Error(diff)
	}
	if r := s.Resources[1]; r["name"] != "Theirs" || len(r["scopes"].([]any)) != 3 {
		t.Errorf("%v", r)
	}
}

// What setup has made is its own, under whatever name a person gives it.
func TestKnowsItsOwn(t *testing.T) {
	s := managementtest.Start(t)
	apply(t, s, everything())
	for _, app := range s.Applications {
		app["name"] = "Renamed " + app["name"].(string)
	}
	wanted := everything()
	wanted.RefreshDays = 60
	wanted.WeCom.AgentID, wanted.WeCom.Secret = "1000003", management.NewSecret("another")
	writes := apply(t, s, wanted)
	if len(writes) != 3 || len(s.Applications) != 2 {
		t.Errorf("%v", writes)
	}
	if s.Applications[0]["name"] != "Renamed Doorkey (device)" || s.Connectors[0]["config"].(object)["agentId"] != "1000003" {
		t.Errorf("%v %v", s.Applications[0], s.Connectors[0])
	}
}

func TestNotes(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(object)
		says   string
	}{
		{"a sign-in page for old hands only", func(e object) { e["signInMode"] = "SignIn" }, "nobody new"},
		{"a sign-up that asks", func(e object) { e["signUp"].(object)["identifiers"] = []any{"username"} }, "asked by Logto for: username"},
		{"permissions", func(object) {}, "Roles"},
	} {
		s := managementtest.Start(t)
		test.change(s.Experience)
		if notes := strings.Join(inspect(t, s, everything()).Notes, "\n"); !strings.Contains(notes, test.says) {
			t.Errorf("%s: %s", test.name, notes)
		}
	}
	if notes := inspect(t, managementtest.Start(t), setup.Wanted{Name: "x", NoWeCom: true}).Notes; len(notes) > 0 {
		t.Error(notes)
	}
}
