package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"doorkey/auth/logto/management"
	"doorkey/auth/logto/setup"
)

// setupView is a plan, or what has become of it.
type setupView struct {
	Issuer     string          `json:"issuer"`
	Management string          `json:"managementApi"`
	Applied    bool            `json:"applied"` // all of it
	Steps      []setupStepView `json:"steps"`
	Notes      []string        `json:"notes"`
	setup.Found
	CallbackURL string       `json:"callbackUrl,omitempty"`
	Settings    string       `json:"settingsToml,omitempty"`
	FyneApp     string       `json:"fyneAppToml,omitempty"`
	Checklist   []setup.Task `json:"wecomChecklist,omitempty"`

	endpoint string
}

// setupStepView is a step and how far it has come.
type setupStepView struct {
	setup.Step
	State string `json:"state"` // planned, done, kept, blocked, failed or left
}

func newSetupView(client *management.Client, plan *setup.Plan) *setupView {
	v := &setupView{Issuer: client.Issuer(), Management: client.Resource(), Notes: plan.Notes, endpoint: client.Endpoint(), Found: plan.Found()}
	if v.Notes == nil {
		v.Notes = []string{}
	}
	for _, step := range plan.Steps {
		state := "planned"
		switch step.Kind {
		case setup.Keep:
			state = "kept"
		case setup.Blocked:
			state = "blocked"
		}
		v.Steps = append(v.Steps, setupStepView{step, state})
	}
	return v
}

// note takes down how far Apply has come.
func (v *setupView) note(err error) {
	if errors.As(err, new(*setup.BlockedError)) {
		return
	}
	v.Applied = err == nil
	done := len(v.Steps)
	if failed, ok := errors.AsType[*setup.StepError](err); ok {
		done = len(failed.Done)
	}
	for i := range v.Steps {
		switch {
		case i < done && v.Steps[i].State == "planned":
			v.Steps[i].State = "done"
		case i == done:
			v.Steps[i].State = "failed"
		case i > done:
			v.Steps[i].State = "left"
		}
	}
}

// finish adds what follows from what is there.
func (v *setupView) finish(ctx context.Context, wanted setup.Wanted, found setup.Found) {
	v.Found = found
	if v.ClientID != "" {
		v.Settings = settingsText(setupSettings(v.Issuer, wanted, found))
		v.FyneApp = "[Release]\n" + v.Settings // see package baked
	}
	if !wanted.NoWeCom && v.ConnectorID != "" {
		v.CallbackURL = setup.CallbackURL(v.endpoint, v.ConnectorID)
		v.Checklist = setup.Checklist(v.endpoint, v.ConnectorID, addressesOf(ctx, v.endpoint))
	}
}

// addressesOf is what the host of an address resolves to, here and now.
func addressesOf(ctx context.Context, endpoint string) []netip.Addr {
	u, err := url.Parse(endpoint)
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		return nil
	}
	for i := range addresses {
		addresses[i] = addresses[i].Unmap()
	}
	slices.SortFunc(addresses, netip.Addr.Compare)
	return slices.Compact(addresses)
}

// writePlan is for people who have not said --apply.
func (v *setupView) writePlan(w io.Writer) {
	v.writeSteps(w)
	counts := map[setup.Kind]int{}
	for _, s := range v.Steps {
		counts[s.Kind]++
	}
	switch {
	case counts[setup.Blocked] > 0:
		fmt.Fprintf(w, "\nNothing has been changed, and nothing will be before what is marked ! is settled.\n")
	case counts[setup.Create]+counts[setup.Change] > 0:
		fmt.Fprintf(w, "\n%d to make, %d to change, %d as wanted. Nothing has been changed yet: add --apply to do it.\n", counts[setup.Create], counts[setup.Change], counts[setup.Keep])
	default:
		fmt.Fprintf(w, "\nAll is as wanted: there is nothing to do.\n")
		v.writeRest(w)
	}
}

var setupSigns = map[setup.Kind]string{setup.Keep: "=", setup.Create: "+", setup.Change: "~", setup.Blocked: "!"}

func (v *setupView) writeSteps(w io.Writer) {
	fmt.Fprintf(w, "Logto:           %s\nManagement API:  %s\n\n", plain(v.Issuer), plain(v.Management))
	for _, s := range v.Steps {
		fmt.Fprintf(w, "%s %s\n", setupSigns[s.Kind], plain(s.What))
		for _, line := range s.Diff {
			fmt.Fprintf(w, "    %s %s\n", line.Sign, plain(line.Text))
		}
		if s.Reason != "" {
			fmt.Fprintf(w, "    %s\n", plain(s.Reason))
		}
	}
	for i, note := range v.Notes {
		if i == 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "Note: %s\n", plain(note))
	}
}

// writeResult is for people who have said --apply, and have seen the steps.
func (v *setupView) writeResult(w io.Writer) {
	counts := map[string]int{}
	for _, s := range v.Steps {
		counts[s.State]++
	}
	switch {
	case counts["blocked"] > 0:
		fmt.Fprintf(w, "\nNothing has been changed, and nothing will be before what is marked ! is settled.\n")
	case v.Applied && counts["done"] == 0:
		fmt.Fprintf(w, "\nAll was as wanted: nothing has been changed.\n")
	case v.Applied:
		fmt.Fprintf(w, "\nDone, and read back: %d made or changed, %d as they were.\n", counts["done"], counts["kept"])
	default:
		v.writeUnfinished(w)
	}
	v.writeRest(w)
}

// writeUnfinished says how far a run came that failed.
func (v *setupView) writeUnfinished(w io.Writer) {
	fmt.Fprintf(w, "\nNot finished:\n")
	for _, s := range v.Steps {
		fmt.Fprintf(w, "  %-7s %s\n", s.State, plain(s.What))
	}
	fmt.Fprintf(w, "Run the same again: what is done stays, and it goes on from there.\n")
}

// writeRest is what a person does next.
func (v *setupView) writeRest(w io.Writer) {
	if v.Settings != "" {
		fmt.Fprintf(w, "\nThe App ID is %s. In settings.toml, of a person or of a whole computer, for the window and the command line:\n\n%s", plain(v.ClientID), indent(v.Settings))
		fmt.Fprintf(w, "\nOr in FyneApp.toml, to build it in (go doc doorkey/cmd/internal/baked):\n\n%s", indent(v.FyneApp))
	}
	if len(v.Checklist) == 0 {
		return
	}
	fmt.Fprintf(w, "\nWhat is left for you to do in WeCom's console (企业微信管理后台, https://work.weixin.qq.com/wework_admin/):\n")
	for n, task := range v.Checklist {
		fmt.Fprintf(w, "\n  %d. %s (%s)", n+1, task.Name, task.Chinese)
		if len(task.Values) > 0 {
			fmt.Fprintf(w, ": %s", plain(strings.Join(task.Values, ", ")))
		}
		fmt.Fprintf(w, "\n     %s\n     %s\n", task.Where, plain(task.Note))
	}
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("    " + line)
	}
	return b.String()
}
