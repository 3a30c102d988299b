package command

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"

	"doorkey/auth"

	"github.com/spf13/cobra"
)

func (p *program) userinfoCommand() *cobra.Command {
	return p.aboutSession("userinfo", "Ask the provider what it knows of whoever is signed in",
		"Userinfo asks the provider's userinfo endpoint (OpenID Connect Core, section 5.3) and prints\nall claims that are known by then.",
		func(ctx context.Context, client *auth.Client) error {
			profile, err := client.UserInfo(ctx)
			if err != nil {
				return err
			}
			return p.print(profile.Claims, func(w io.Writer) {
				var rows []row
				for _, name := range slices.Sorted(maps.Keys(profile.Claims)) {
					rows = append(rows, row{plain(name), claimText(profile.Claims[name])})
				}
				writeRows(w, rows)
			})
		})
}

// claimText is text as it is, and anything else as JSON; nothing for null.
func claimText(claim any) string {
	switch c := claim.(type) {
	case nil:
		return ""
	case string:
		return c
	}
	data, err := json.Marshal(claim)
	if err != nil {
		return "?" // cannot be: it came as JSON
	}
	return string(data)
}
