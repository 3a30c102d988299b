//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"doorkey/auth/logto/management/managementtest"

	"github.com/rogpeppe/go-internal/testscript"
)

const wecomSecret = "WeCom-s3cret"

// The scripts in testdata/setup show doorkey setup at work, with a stand-in for
// Logto's Management API. In them
//
//	setup N ARG...         runs doorkey setup for that Logto, wants that exit
//	                       status, and sees that no secret is in what it says
//	wrote [REQUEST...]     is what has changed something since the last time
//	api no-role            takes the application's access away
//	api theirs             has somebody else make an application and a connector
//	api html|huge|redirect|limit|gone|break-at REQUEST
//	                       makes it go wrong
//	api well               ends that
func TestSetup(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/setup",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setUpManagement,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"status": wantStatus,
			"setup":  runSetup,
			"wrote":  wantWrites,
			"api":    changeAPI,
		},
	})
}

type apiKey struct{}

// api is the stand-in of one script, and what goes wrong with it.
type api struct {
	*managementtest.Server
	fault atomic.Pointer[fault]
}

type fault func(w http.ResponseWriter, r *http.Request, next http.Handler)

func setUpManagement(env *testscript.Env) error {
	a := &api{Server: managementtest.New()}
	a.Wrap = func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if fault := a.fault.Load(); fault != nil {
				(*fault)(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
	a.Config.ErrorLog = log.New(io.Discard, "", 0)
	if strings.Contains(env.WorkDir, "certificate") {
		a.StartTLS()
	} else {
		a.Start()
	}
	env.Defer(a.Close)
	env.Values[apiKey{}] = a
	for name, folder := range map[string]string{"HOME": "home", "XDG_CONFIG_HOME": "config"} {
		path := env.WorkDir + "/." + folder
		if err := os.Mkdir(path, 0o700); err != nil {
			return err
		}
		env.Setenv(name, path)
	}
	env.Setenv("ENDPOINT", a.URL)
	env.Setenv("HOST", strings.SplitN(a.URL, "//", 2)[1])
	env.Setenv("DOORKEY_M2M_ID", managementtest.ClientID)
	env.Setenv("DOORKEY_M2M_SECRET", managementtest.ClientSecret)
	env.Setenv("DOORKEY_WECOM_SECRET", wecomSecret)
	env.Setenv("M2M_SECRET", managementtest.ClientSecret)
	env.Setenv("WECOM", "--wecom-corp-id=wwcorp --wecom-agent-id=1000002")
	return nil
}

func runSetup(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: setup N ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	argv := []string{"setup", "--endpoint", ts.Getenv("ENDPOINT")}
	for _, arg := range args[1:] {
		argv = append(argv, strings.Fields(arg)...)
	}
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec("doorkey", argv...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
	for _, stream := range []string{"stdout", "stderr"} {
		for _, secret := range []string{managementtest.ClientSecret, wecomSecret, "s3cret", "m2m-access-token"} {
			if strings.Contains(ts.ReadFile(stream), secret) {
				ts.Fatalf("%q is on %s", secret, stream)
			}
		}
	}
}

func wantWrites(ts *testscript.TestScript, _ bool, args []string) {
	if got := ts.Value(apiKey{}).(*api).Writes(); !slices.Equal(got, args) {
		ts.Fatalf("wrote %q, want %q", got, args)
	}
}

func changeAPI(ts *testscript.TestScript, _ bool, args []string) {
	a := ts.Value(apiKey{}).(*api)
	var wrong fault
	switch strings.Join(args[:1], " ") {
	case "well":
		a.Change(func() { a.NoRole = false })
	case "no-role":
		a.Change(func() { a.NoRole = true })
	case "theirs":
		a.Change(a.addTheirs)
	case "html":
		wrong = func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { fmt.Fprint(w, "<html>Wi-Fi</html>") }
	case "huge":
		wrong = func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			_, _ = io.WriteString(w, `{"issuer":"`+strings.Repeat("x", 10<<20)+`"}`)
		}
	case "redirect":
		wrong = func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			http.Redirect(w, r, "https://elsewhere.example.com/oidc?x=s3cret", http.StatusFound)
		}
	case "limit":
		wrong = func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	case "gone":
		wrong = func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }
	case "break-at":
		wrong = func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method+" "+r.URL.Path == args[1] {
				panic(http.ErrAbortHandler)
			}
			next.ServeHTTP(w, r)
		}
	default:
		ts.Fatalf("unknown: api %s", args)
	}
	if wrong == nil {
		a.fault.Store(nil)
		return
	}
	a.fault.Store(&wrong)
}

// addTheirs is what somebody else has made.
func (a *api) addTheirs() {
	a.Applications = append(a.Applications, managementtest.Object{
		"id": "their-app-id", "name": "Doorkey", "type": "Native",
		"oidcClientMetadata": managementtest.Object{"redirectUris": []any{"http://localhost/callback"}, "postLogoutRedirectUris": []any{}}, "customClientMetadata": managementtest.Object{},
	})
	a.Connectors = append(a.Connectors, managementtest.Object{
		"id": "theirconnector", "connectorId": "wecom-universal", "target": "wecom",
		"config": managementtest.Object{"corpId": "wwtheirs\x1b[2J", "agentId": "7", "appSecret": "their-s3cret"},
	})
}
