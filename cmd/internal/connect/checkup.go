package connect

import (
	"net/http"

	"doorkey/auth/doctor"
	"doorkey/auth/keychain"
	"doorkey/cmd/internal/network"
	"doorkey/cmd/internal/settings"
)

// Checkup is what the doctor is to look at: what is set, with what is wrong with
// it, the network as it is, and the keychain that [Config] uses.
func Checkup(s settings.Settings, wrong error, n *network.Network) doctor.Target {
	local := &doctor.Local{
		Settings:    []doctor.Setting{},
		SettingsErr: wrong,
		Browser:     n.Browser,
		Keychain:    keychain.New(keychain.Options{}).Probe,
	}
	for _, line := range s.Redacted() {
		shown := doctor.Setting{Name: string(line.Key), Value: line.Value}
		if line.Source.Layer != settings.Default {
			shown.Source = line.Source.String()
		}
		local.Settings = append(local.Settings, shown)
	}
	return doctor.Target{
		Issuer:      s.Issuer,
		ClientID:    s.ClientID,
		HasSecret:   s.ClientSecret != "",
		RedirectURI: s.RedirectURI,
		HTTPClient:  &http.Client{Transport: n.Transport()},
		Local:       local,
	}
}
