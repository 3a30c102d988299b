package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/doctor"
	"doorkey/cmd/internal/connect"

	"github.com/spf13/cobra"
)

func (p *program) doctorCommand() *cobra.Command {
	var connector string
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Find out what works and what is in the way",
		Long: `Doctor looks at all that a sign-in needs, tells what it found and what to do:
the settings and where each comes from, the way to the provider (DNS, proxy,
TLS, clock), what the provider says of itself, its keys, the application and its
redirect URI, refresh tokens, the way back from the browser, the browser, the
keychain and the session. Nobody is signed in, no browser is opened, and what it
stores in the keychain it removes again.

Where several things failed, the exit status is that of the first of: a setting
(2), the provider cannot be reached (4), anything else (1). A warning is no
failure.`,
		Example: `  doorkey doctor
  doorkey doctor --connector github
  doorkey doctor --json | jq '.checks[] | select(.status == "failed")'`,
		GroupID: groupSetUp,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if timeout <= 0 {
				return usagef("--timeout: %v is no time to wait", timeout)
			}
			target, err := p.checkup()
			if err != nil {
				return err
			}
			target.Connector = connector
			return p.examine(cmd.Context(), target, timeout)
		},
	}
	cmd.Flags().StringVar(&connector, "connector", "", "the way to sign in to look for, by its `target` (default wecom)")
	cmd.Flags().DurationVar(&timeout, "timeout", time.Minute, "how long all checks may take")
	return cmd
}

// checkup is what there is to look at, also where the settings are wrong.
func (p *program) checkup() (doctor.Target, error) {
	s, wrong := p.settings()
	if p.demo {
		issuer, err := p.startDemo()
		if err != nil {
			return doctor.Target{}, err
		}
		s.Issuer, s.ClientID, s.ClientSecret, s.RedirectURI = issuer, demo.ClientID, "", ""
	}
	target := connect.Checkup(s, wrong, p.network)
	if client, err := p.client(nil); err == nil {
		target.Local.Session = func(ctx context.Context) (doctor.Session, error) { return sessionOf(client.Session(ctx)) }
	}
	return target, nil
}

// sessionOf is what the doctor is told of a session.
func sessionOf(s auth.Session, err error) (doctor.Session, error) {
	ended, hasEnded := errors.AsType[*auth.SessionEndedError](err)
	switch {
	case hasEnded:
		return doctor.Session{Ended: ended.Reason}, nil
	case errors.Is(err, auth.ErrSignedOut):
		return doctor.Session{}, nil
	case err != nil:
		return doctor.Session{}, err
	}
	return doctor.Session{SignedIn: true, Until: s.LastsUntil, Memory: s.StorageErr, Denied: s.RefreshErr}, nil
}

// examine makes the checks, and shows each as it ends.
func (p *program) examine(ctx context.Context, target doctor.Target, timeout time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	ids := target.IDs()
	report := func(c doctor.Check) { p.writeCheck(p.Stdout, c, ids) }
	if p.json {
		report = nil
	}
	checks := doctor.Run(limited, target, report)
	err := verdict(checks)
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case len(checks) < len(ids):
		err = fmt.Errorf("the check %s was not done after %v: look there, or give more time with --timeout", ids[len(checks)], timeout)
	}
	if p.json {
		err = errors.Join(p.printJSON(map[string]any{"ok": err == nil, "program": build(), "checks": checks}), err)
	}
	return err
}

// writeCheck writes what a check has found, and below it what to do.
func (p *program) writeCheck(w io.Writer, c doctor.Check, ids []string) {
	const statusWidth = len("warning") + 2
	idWidth := 0
	for _, id := range ids {
		idWidth = max(idWidth, len(id)+2)
	}
	begin, end := "", ""
	if p.hasColours(w) {
		begin, end = statusColours[c.Status], "\x1b[0m"
	}
	indent := strings.Repeat(" ", statusWidth)
	fmt.Fprintf(w, "%s%-*s%s%-*s%s\n", begin, statusWidth, c.Status, end, idWidth, c.ID, plain(c.Found))
	if c.Remedy != "" {
		fmt.Fprintf(w, "%s-> %s\n", indent, plain(c.Remedy))
	}
	for _, detail := range c.Details {
		fmt.Fprintf(w, "%s   %s\n", indent, plain(detail))
	}
}

var statusColours = map[doctor.Status]string{
	doctor.OK: "\x1b[32m", doctor.Warning: "\x1b[33m", doctor.Failed: "\x1b[1;31m", doctor.Skipped: "\x1b[2m",
}

// checksFailed is what the doctor has to say to who only looks at the exit
// status.
type checksFailed struct {
	ids    []string
	status int
}

func (e *checksFailed) Error() string {
	what := "this check"
	if len(e.ids) > 1 {
		what = fmt.Sprintf("%d checks", len(e.ids))
	}
	return what + " failed: " + strings.Join(e.ids, ", ")
}

// ExitStatus is for statusOf.
func (e *checksFailed) ExitStatus() int { return e.status }

// verdict is nil where nothing failed.
func verdict(checks []doctor.Check) error {
	e := &checksFailed{status: Failed}
	for _, c := range checks {
		if c.Status != doctor.Failed {
			continue
		}
		e.ids = append(e.ids, c.ID)
		switch {
		case e.status == Usage:
		case c.ID == doctor.IDSettings, c.Code == "reachable.no-issuer", c.Code == "reachable.address", c.Code == "reachable.http":
			e.status = Usage
		case c.ID == doctor.IDReachable, c.Code == "discovery.busy", c.Code == "discovery.server-error":
			e.status = Offline
		}
	}
	if len(e.ids) == 0 {
		return nil
	}
	return e
}
