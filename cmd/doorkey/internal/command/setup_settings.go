package command

import (
	"doorkey/auth/logto/setup"
	"doorkey/cmd/internal/settings"
)

// checkSettingsFile finds out before anything is changed whether the settings
// may be written.
func (s setUp) checkSettingsFile(issuer string) error {
	if !s.writeSettings {
		return nil
	}
	return s.saveSettings(issuer, setup.Found{})
}

// saveSettings has the window and the other commands use what was set up. A
// file that names another Logto or application was not written by this, and is
// left as it is. Without a clientID nothing is written.
func (s setUp) saveSettings(issuer string, found setup.Found) error {
	clientID := found.ClientID
	var other string
	err := settings.Save(func(f *settings.File) {
		switch {
		case s.replace:
		case f.Issuer != "" && f.Issuer != issuer:
			other = "Logto, " + f.Issuer
		case clientID != "" && f.ClientID != "" && f.ClientID != clientID:
			other = "application, " + f.ClientID
		}
		if clientID != "" && other == "" {
			f.Issuer, f.ClientID = issuer, clientID
			if found.DeviceClientID != "" {
				f.DeviceClientID = found.DeviceClientID
			}
		}
	})
	if err != nil || other == "" {
		return err
	}
	path, _ := settings.Path() // Save has found it
	return usagef("%s is not written, since it names another %s: use --replace to have it changed, or leave out --write-settings", path, plain(other))
}
