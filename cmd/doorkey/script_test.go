//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"
	"doorkey/auth/keychain/keychaintest"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"doorkey": main,
		"browser": browser,
		"remote":  remote,
		"phone":   phone,
	})
}

// The scripts in testdata/script show each command at work: with a keychain of
// GNOME's, and a Logto that is the demo's. In them
//
//	browser WHO URL             is a browser in which WHO signs in
//	remote WHO doorkey ARG...   is doorkey at a terminal, and a browser elsewhere
//	phone WHO doorkey ARG...    is doorkey at a terminal, and a phone that scans
//	status N doorkey ARG...     runs it and wants that exit status
//	logto stop                  takes the network away
//	logto suspend|deny|admit WHO
//	settings TEXT               writes the person's settings file
//	hostile KIND                points doorkey at what is no provider
//	damage OLD NEW              replaces text in what is stored; .* is all of it
func TestScripts(t *testing.T) {
	ring := keychaintest.Start(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("DOORKEY_SCRIPTS") == "update",
		Setup:               func(env *testscript.Env) error { return setUp(env, ring) },
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"status":   wantStatus,
			"logto":    changeLogto,
			"settings": writeSettings,
			"hostile":  hostile,
			"damage":   damage,
		},
	})
}

type logtoKey struct{}

// logto is the stand-in of one script.
type logto struct {
	*demo.Server
	faults *demotest.Faults
}

func setUp(env *testscript.Env, ring *keychaintest.Keyring) error {
	faults := demotest.NewFaults()
	config := demo.Sample()
	config.Port, config.Wrap = -1, faults.Wrap
	config.Resources = []demo.Resource{{Indicator: "https://api.example.test", Scopes: []string{"read:orders"}}}
	web, err := freeAddress()
	if err != nil {
		return err
	}
	config.Web = &demo.WebApplication{ID: "web-app", Secret: "hidden-web-secret", RedirectURI: web}
	server, err := demo.Start(config)
	if err != nil {
		return err
	}
	env.Defer(func() { _ = server.Close() })
	env.Values[logtoKey{}] = logto{server, faults}
	for _, variable := range ring.Env() {
		name, value, _ := strings.Cut(variable, "=")
		env.Setenv(name, value)
	}
	// The keychain is shared, with its locks in the cache folder, and the issuer
	// of each script is another one; what is in other files is each script's own.
	for name, folder := range map[string]string{"HOME": "home", "XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_RUNTIME_DIR": "run"} {
		path := env.WorkDir + "/." + folder
		if err := os.Mkdir(path, 0o700); err != nil {
			return err
		}
		env.Setenv(name, path)
	}
	env.Setenv("XDG_CONFIG_DIRS", env.WorkDir+"/.etc")
	env.Setenv("AUTH_LOGTO_ISSUER", server.Issuer())
	env.Setenv("AUTH_LOGTO_ID", demo.ClientID)
	env.Setenv("AUTH_LOGTO_DEVICE_ID", demo.DeviceClientID)
	env.Setenv("DOORKEY_BROWSER", "browser zhangsan")
	env.Setenv("ENDPOINT", server.Endpoint())
	env.Setenv("WEB", web)
	env.Setenv("TZ", "UTC")
	return nil
}

// freeAddress is a redirect URI like those of web applications, which name a
// port.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return fmt.Sprintf("http://localhost:%d/api/auth/callback/logto", l.Addr().(*net.TCPAddr).Port), nil
}

func wantStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N PROGRAM ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func changeLogto(ts *testscript.TestScript, _ bool, args []string) {
	l := ts.Value(logtoKey{}).(logto)
	switch {
	case len(args) == 1 && args[0] == "stop":
		l.faults.Always("", func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) })
	case len(args) == 1 && args[0] == "start":
		l.faults.Clear()
	case len(args) == 2 && args[0] == "suspend":
		l.Suspend(args[1], true)
	case len(args) == 2 && args[0] == "deny":
		l.DenyAccess(args[1], true)
	case len(args) == 2 && args[0] == "admit":
		l.Suspend(args[1], false)
		l.DenyAccess(args[1], false)
	case len(args) == 2 && args[0] == "asked":
		if n := l.faults.Requests(args[1]); n > 0 {
			ts.Fatalf("%s was asked for %d times", args[1], n)
		}
	case len(args) == 1 && args[0] == "reset":
		l.faults.Reset()
	default:
		ts.Fatalf("usage: logto stop|start|reset, or logto suspend|deny|admit WHO, or logto asked PATH")
	}
}

// damage changes what is in the keychain.
func damage(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: damage OLD NEW")
	}
	k := keychain.New(keychain.Options{Service: "doorkey"})
	defer k.Close()
	ts.Check(os.Setenv("DBUS_SESSION_BUS_ADDRESS", ts.Getenv("DBUS_SESSION_BUS_ADDRESS")))
	ts.Check(os.Setenv("XDG_CACHE_HOME", ts.Getenv("XDG_CACHE_HOME")))
	name := auth.RecordName(ts.Getenv("AUTH_LOGTO_ISSUER"), demo.ClientID)
	record, err := k.Read(context.Background(), name)
	ts.Check(err)
	changed := strings.Replace(string(record), args[0], args[1], 1)
	if args[0] == ".*" {
		changed = args[1]
	}
	if changed == string(record) {
		ts.Fatalf("%q is not stored", args[0])
	}
	ts.Check(k.Write(context.Background(), name, []byte(changed)))
}

func writeSettings(ts *testscript.TestScript, _ bool, args []string) {
	folder := ts.Getenv("XDG_CONFIG_HOME") + "/doorkey"
	ts.Check(os.MkdirAll(folder, 0o700))
	ts.Check(os.WriteFile(folder+"/settings.toml", []byte(strings.Join(args, "\n")+"\n"), 0o600))
}

// browser is what a person does in one: browser WHO URL.
func browser() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: browser WHO URL")
		os.Exit(2)
	}
	if os.Args[1] == "nobody" {
		return
	}
	if strings.Contains(os.Args[2], "/session/end") || !strings.Contains(os.Args[2], "/oidc/auth") {
		resp, err := http.Get(os.Args[2])
		if err == nil {
			resp.Body.Close()
		}
		exitOn(err)
		return
	}
	callback, err := demotest.Person(context.Background(), nil, os.Args[2], os.Args[1])
	exitOn(err)
	exitOn(navigate(callback))
}

// navigate goes to the callback as a browser does.
func navigate(callback string) error {
	request, err := http.NewRequest(http.MethodGet, callback, nil)
	if err != nil {
		return err
	}
	for name, value := range map[string]string{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site"} {
		request.Header.Set(name, value)
	}
	resp, err := (&http.Client{Timeout: 10 * time.Second}).Do(request)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
