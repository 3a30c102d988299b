package main

import (
	"flag"
	"fmt"
	"io"
	"strconv"

	"doorkey/cmd/internal/settings"
)

// command is what the command line asks for.
type command struct {
	demo     bool
	signIn   signInFlag
	version  bool
	settings settings.Settings
}

const usage = `Doorkey signs you in through your browser and keeps you signed in.

Usage: doorkey-desktop [flags]

  --demo               sign in at a stand-in for Logto on this computer
  --sign-in[=wecom]    start straight into the sign-in, if nobody is signed in;
                       with a connector's name, past Logto's own page
  --issuer URL         the Logto to sign in at, https://<endpoint>/oidc
                       (or AUTH_LOGTO_ISSUER)
  --client-id ID       the App ID of a Native application there
                       (or AUTH_LOGTO_ID)
  --redirect-uri URI   as registered there, if not http://127.0.0.1/callback
                       (or AUTH_LOGTO_REDIRECT_URI)
  --version            print the version
  --help               print this

$BROWSER names the browser to open, if it is not to be the system's.
`

func parse(args []string, stderr io.Writer) (command, error) {
	var c command
	flags := flag.NewFlagSet("doorkey-desktop", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, usage) }
	flags.BoolVar(&c.demo, "demo", false, "")
	flags.Var(&c.signIn, "sign-in", "")
	flags.BoolVar(&c.version, "version", false, "")
	flags.StringVar(&c.settings.Issuer, "issuer", "", "")
	flags.StringVar(&c.settings.ClientID, "client-id", "", "")
	flags.StringVar(&c.settings.RedirectURI, "redirect-uri", "", "")
	if err := flags.Parse(args); err != nil {
		return command{}, err
	}
	if flags.NArg() > 0 {
		err := fmt.Errorf("unexpected %q: see doorkey-desktop --help", flags.Arg(0))
		fmt.Fprintln(stderr, "doorkey-desktop:", err)
		return command{}, err
	}
	return c, nil
}

// signInFlag is --sign-in or --sign-in=CONNECTOR.
type signInFlag struct {
	wanted    bool
	connector string
}

func (f *signInFlag) IsBoolFlag() bool { return true }
func (f *signInFlag) String() string   { return f.connector }

func (f *signInFlag) Set(value string) error {
	on, err := strconv.ParseBool(value)
	if err != nil {
		*f = signInFlag{wanted: true, connector: value}
		return nil
	}
	*f = signInFlag{wanted: on}
	return nil
}
