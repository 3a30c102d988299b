package command

import (
	"strings"

	"doorkey/auth/logto/management"
	"doorkey/auth/logto/setup"
	"doorkey/cmd/internal/settings"
)

// setupWanted is what the flags ask for, but for the secret of WeCom, which is
// not asked for in vain: all else is checked first.
func (p *program) setupWanted(s setUp) (setup.Wanted, error) {
	wanted := setup.Wanted{
		Name: s.name,
		// App IDs of the settings are not named for this purpose.
		ClientID:       p.flags[settings.KeyClientID],
		DeviceClientID: p.flags[settings.KeyDeviceClientID],
		Device:         s.device || p.flags[settings.KeyDeviceClientID] != "",
		RefreshDays:    s.refreshDays,
		NoWeCom:        s.noWeCom,
		Replace:        s.replace,
	}
	for _, text := range s.resources {
		wanted.Resources = append(wanted.Resources, parseResource(text))
	}
	if s.wecomCorpID != "" || s.wecomAgentID != "" || s.wecomScope != "" || s.wecomSecretStdin {
		// Its secret is asked for once all else is right; until then something
		// stands for it.
		wanted.WeCom = &setup.WeCom{CorpID: s.wecomCorpID, AgentID: s.wecomAgentID, Scope: s.wecomScope, Secret: management.NewSecret("to-come")}
	}
	if s.writeSettings && !s.apply {
		return wanted, usagef("--write-settings writes what --apply has made: give both")
	}
	return wanted, usage(wanted.Check())
}

// parseResource takes "Name https://api.example.com=read:x,write:x" apart, of
// which only the address must be there. No address has a blank in it.
func parseResource(text string) setup.Resource {
	var r setup.Resource
	address, scopes, _ := strings.Cut(text, "=")
	address = strings.TrimSpace(address)
	if blank := strings.LastIndex(address, " "); blank >= 0 {
		r.Name, address = strings.TrimSpace(address[:blank]), address[blank+1:]
	}
	r.Indicator = address
	for scope := range strings.SplitSeq(scopes, ",") {
		if scope = strings.TrimSpace(scope); scope != "" {
			r.Scopes = append(r.Scopes, scope)
		}
	}
	return r
}
