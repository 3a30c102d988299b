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
		// An App ID of the settings is not named for this purpose.
		ClientID:    p.flags[settings.KeyClientID],
		RefreshDays: s.refreshDays,
		Device:      s.device,
		NoWeCom:     s.noWeCom,
		Replace:     s.replace,
	}
	for _, text := range s.resources {
		wanted.Resources = append(wanted.Resources, parseResource(text))
	}
	if s.wecomCorpID != "" || s.wecomAgentID != "" || s.wecomScope != "" || s.wecomSecretStdin {
		wanted.WeCom = &setup.WeCom{CorpID: s.wecomCorpID, AgentID: s.wecomAgentID, Scope: s.wecomScope, Secret: management.NewSecret("to-come")}
	}
	if s.writeSettings && !s.apply {
		return wanted, usagef("--write-settings writes what --apply has made: give both")
	}
	return wanted, usage(wanted.Check())
}

// parseResource takes URL=scope,scope apart. The last = counts, since an
// address may have one in its query.
func parseResource(text string) setup.Resource {
	at := strings.LastIndex(text, "=")
	if at < 0 {
		return setup.Resource{Indicator: text}
	}
	r := setup.Resource{Indicator: text[:at]}
	for scope := range strings.SplitSeq(text[at+1:], ",") {
		if scope = strings.TrimSpace(scope); scope != "" {
			r.Scopes = append(r.Scopes, scope)
		}
	}
	return r
}
