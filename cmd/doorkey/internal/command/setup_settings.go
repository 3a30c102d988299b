package command

import (
	"fmt"
	"slices"
	"strings"

	"doorkey/auth/logto/setup"
	"doorkey/cmd/internal/settings"
)

// setupSettings are the settings that follow from what was set up. Scopes have
// to be asked for at the sign-in, or nobody gets a permission.
func setupSettings(issuer string, wanted setup.Wanted, found setup.Found) settings.File {
	f := settings.File{Issuer: issuer, ClientID: found.ClientID, DeviceClientID: found.DeviceClientID}
	var resources, scopes []string
	for _, r := range wanted.Resources {
		resources = append(resources, r.Indicator)
		for _, scope := range r.Scopes {
			if !slices.Contains(scopes, scope) {
				scopes = append(scopes, scope)
			}
		}
	}
	f.Resources, f.Scopes = strings.Join(resources, " "), strings.Join(scopes, " ")
	if found.RefreshDays > 0 {
		f.SessionLifetime = settings.Days(found.RefreshDays)
	}
	return f
}

// setupField is one of them, in the order of the file.
type setupField struct {
	key   settings.Key
	value func(*settings.File) *string
}

var setupFields = []setupField{
	{settings.KeyIssuer, func(f *settings.File) *string { return &f.Issuer }},
	{settings.KeyClientID, func(f *settings.File) *string { return &f.ClientID }},
	{settings.KeyDeviceClientID, func(f *settings.File) *string { return &f.DeviceClientID }},
	{settings.KeyScopes, func(f *settings.File) *string { return &f.Scopes }},
	{settings.KeyResources, func(f *settings.File) *string { return &f.Resources }},
	{settings.KeySessionLifetime, func(f *settings.File) *string { return &f.SessionLifetime }},
}

// settingsText is what stands in a file.
func settingsText(f settings.File) string {
	var b strings.Builder
	for _, field := range setupFields {
		if value := *field.value(&f); value != "" {
			fmt.Fprintf(&b, "%s = %q\n", field.key, value)
		}
	}
	return b.String()
}

// saveSettings has the window and the other commands use what was set up. A
// file that says something else was not written by this, and is left as it is.
// Before anything is changed it is called to find that out, with write false.
func (s setUp) saveSettings(wanted settings.File, write bool) error {
	var other string
	err := settings.Save(func(f *settings.File) {
		changed := *f
		for _, field := range setupFields {
			there, value := field.value(&changed), *field.value(&wanted)
			if field.key == settings.KeySessionLifetime { // not a choice, but as the application has it
				*there = value
				continue
			}
			if value == "" || value == *there {
				continue
			}
			if *there != "" && !s.replace && other == "" {
				other = fmt.Sprintf("%s = %q", field.key, *there)
			}
			*there = value
		}
		if write && other == "" {
			*f = changed
		}
	})
	if err != nil || other == "" {
		return err
	}
	path, _ := settings.Path() // Save has found it
	return usagef("%s is not written, since it has %s: use --replace to have it changed, or leave out --write-settings", path, plain(other))
}
