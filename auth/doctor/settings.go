package doctor

import (
	"context"
	"strconv"
	"strings"
)

var (
	settingsOK         = outcome{"settings.ok", OK, "set are {{.Names}}", ""}
	settingsDefault    = outcome{"settings.default", OK, "nothing is set, so all is as it comes", ""}
	settingsIncomplete = outcome{"settings.incomplete", Failed, "it is not known where to sign in: {{.Missing}} is not set", "Enter it in the window, put it in the environment or in the settings file, or have an administrator do so for everybody."}
	settingsWrong      = outcome{"settings.wrong", Failed, "{{.Error}}", "Put it right there: none of what stands there counts until then."}
	settingsSecret     = outcome{"settings.secret", Warning, "a client secret is set, as a Traditional Web application needs it, and a secret that is on every desktop is none", "Better create a Native application in Logto, which needs neither a secret nor a fixed port, and use its App ID."}
)

// settings tells what is set and where it comes from.
func (e *examination) settings(context.Context) Check {
	local := e.target.Local
	params := Params{}
	var names, details []string
	for _, s := range local.Settings {
		if s.Source == "" {
			continue // nobody has set it
		}
		names = append(names, s.Name)
		details = append(details, s.Name+" = "+quote(s.Value)+" ("+quote(s.Source)+")")
	}
	var missing []string
	if e.target.Issuer == "" {
		missing = append(missing, "issuer")
	}
	if e.target.ClientID == "" {
		missing = append(missing, "client-id")
	}
	found := settingsOK
	switch {
	case local.SettingsErr != nil:
		found = settingsWrong
		wrong := strings.Split(local.SettingsErr.Error(), "\n") // as errors.Join puts them
		params["Error"] = quote(wrong[0])
		for _, also := range wrong[1:] {
			details = append(details, "also wrong: "+quote(also))
		}
	case len(missing) > 0:
		found = settingsIncomplete
		params["Missing"] = strings.Join(missing, ", ")
	case e.target.HasSecret:
		found = settingsSecret
	case len(names) == 0:
		found = settingsDefault
	}
	params["Names"] = quote(strings.Join(names, ", "))
	c := found.check(strconv.Itoa(len(local.Settings))+" settings", params, local.SettingsErr)
	c.Details = details
	return c
}
