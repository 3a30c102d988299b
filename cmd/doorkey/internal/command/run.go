// Package command is the command line of doorkey, a file for each command.
//
// Data goes to standard output, everything else to standard error. Each command
// has --json, and ends with one of the statuses named here.
package command

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"doorkey/cmd/internal/network"
	"doorkey/cmd/internal/settings"

	"github.com/spf13/cobra"
)

// World is what a run of the program has from outside.
type World struct {
	Args           []string // without the program's name
	Getenv         func(string) string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// Run runs one command and returns the exit status. An interrupt ends what it
// waits for.
func Run(w World) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	p := &program{World: w, flags: settings.Flags{}, network: network.New()}
	defer p.close()
	root := p.root()
	root.SetArgs(w.Args)
	root.SetIn(w.Stdin)
	root.SetOut(w.Stdout)
	root.SetErr(w.Stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return Done
	}
	switch {
	case !p.begun:
		err = usage(err)
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		err = errInterrupted
	}
	p.tell(err)
	return statusOf(err)
}

// Tree is the command with all others, for whoever writes their manual.
func Tree() *cobra.Command {
	p := &program{World: World{Getenv: func(string) string { return "" }}, flags: settings.Flags{}, network: network.New()}
	return p.root()
}

// program is one run.
type program struct {
	World
	flags   settings.Flags
	wrong   []error // with the flags
	begun   bool    // the command line was understood
	warns   bool    // of settings that work and could be better
	json    bool
	demo    bool
	network *network.Network
	opened  []io.Closer // closed at the end, the last first
}

func (p *program) close() {
	for i := len(p.opened) - 1; i >= 0; i-- {
		_ = p.opened[i].Close()
	}
	p.opened = nil
}

// root is the command that has all others.
func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "doorkey",
		Short: "Sign in through the browser, and stay signed in",
		Long: `Doorkey signs you in at Logto through your browser, keeps the session in the
system's keychain, and hands fresh tokens to scripts. It shares that session
with the Doorkey window.`,
		Example: `  doorkey signin --connector wecom
  doorkey token --format header | curl -H @- https://api.example.com/
  doorkey doctor`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: func(*cobra.Command, []string) error { return errors.Join(p.wrong...) },
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.AddGroup(&cobra.Group{ID: groupSession, Title: "Signing in, and what comes of it:"},
		&cobra.Group{ID: groupSetUp, Title: "Setting up, and finding out what is wrong:"})
	p.addSettings(root)
	root.AddCommand(
		p.signinCommand(), p.signoutCommand(), p.statusCommand(), p.whoamiCommand(), p.accountsCommand(),
		p.userinfoCommand(), p.tokenCommand(), p.execCommand(),
		p.setupCommand(), p.doctorCommand(),
		p.versionCommand(),
	)
	root.SetUsageTemplate(root.UsageTemplate() + statusHelp)
	p.noteBegin(root)
	return root
}

// noteBegin has each command note that it has begun: an error before that is
// one of the command line.
func (p *program) noteBegin(cmd *cobra.Command) {
	if run := cmd.RunE; run != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			p.begun = true
			return run(cmd, args)
		}
	}
	for _, child := range cmd.Commands() {
		p.noteBegin(child)
	}
}

const (
	groupSession = "session"
	groupSetUp   = "setup"
)

// addSettings adds the flags that every command has.
func (p *program) addSettings(root *cobra.Command) {
	flags := root.PersistentFlags()
	for _, s := range []struct {
		key  settings.Key
		help string
	}{
		{settings.KeyIssuer, "the Logto to sign in at, as `URL` https://<endpoint>/oidc (AUTH_LOGTO_ISSUER)"},
		{settings.KeyClientID, "the App `ID` of a Native application there (AUTH_LOGTO_ID)"},
		{settings.KeyRedirectURI, "`URI` as registered there, if not http://127.0.0.1/callback (AUTH_LOGTO_REDIRECT_URI)"},
		{settings.KeyDeviceClientID, "the App `ID` of a second Native application there, for sign-ins on another device (AUTH_LOGTO_DEVICE_ID)"},
		{settings.KeyScopes, "`names` of what to ask for besides, separated by blanks (AUTH_LOGTO_SCOPES)"},
		{settings.KeyResources, "`URIs` of API resources to get access tokens for, separated by blanks (AUTH_LOGTO_RESOURCES)"},
		{settings.KeyBrowser, "`command` that opens the browser, or system (DOORKEY_BROWSER)"},
		{settings.KeyProxy, "`URL` of a proxy, or none, or system (DOORKEY_PROXY)"},
		{settings.KeyCAFile, "PEM `file` with further certificate authorities, or system (DOORKEY_CA_FILE)"},
		{settings.KeyStorage, "`where` sessions are kept: keychain, or file for encrypted files (DOORKEY_STORAGE)"},
		{settings.KeyStorageFolder, "the `folder` of the encrypted files (DOORKEY_STORAGE_FOLDER)"},
		{settings.KeyStorageKeyFile, "a `file` with their key (DOORKEY_STORAGE_KEY_FILE)"},
		{settings.KeyStorageKeyCommand, "a `command` that prints their key (DOORKEY_STORAGE_KEY_COMMAND)"},
	} {
		set := p.flags.Setter(s.key)
		// pflag's own error would show the value, which may be a proxy's password.
		flags.Func(string(s.key), s.help, func(value string) error {
			if err := set(value); err != nil {
				p.wrong = append(p.wrong, &flagError{"--" + string(s.key), err})
			}
			return nil
		})
	}
	flags.BoolVar(&p.json, "json", false, "print data as JSON, and errors too")
	flags.BoolVar(&p.demo, "demo", false, "use a stand-in for Logto on this computer")
}

func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unexpected %q", args[0])
	}
	return nil
}
