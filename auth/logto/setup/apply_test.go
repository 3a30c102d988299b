package setup_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"doorkey/auth/logto/management/managementtest"
	"doorkey/auth/logto/setup"

	"github.com/google/go-cmp/cmp"
)

func TestSetsAnEmptyLogtoUp(t *testing.T) {
	s := managementtest.Start(t)
	s.Experience["socialSignInConnectorTargets"] = []any{"google"}
	s.Connectors = []object{{"id": "g", "connectorId": "google-universal", "target": "google", "config": object{"clientSecret": "their-s3cret"}}}
	plan := inspect(t, s, everything())
	if plan.Changes() != 7 || plan.Blocked() != 0 {
		t.Errorf("%+v", plan.Steps)
	}
	var told []string
	if err := plan.Apply(t.Context(), func(step setup.Step) { told = append(told, step.What) }); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"POST /api/applications", "POST /api/applications", "POST /api/resources",
		"POST /api/resources/" + s.Resources[1]["id"].(string) + "/scopes", "POST /api/resources/" + s.Resources[1]["id"].(string) + "/scopes",
		"POST /api/connectors", "PATCH /api/sign-in-exp",
	}
	if diff := cmp.Diff(want, s.Writes()); diff != "" {
		t.Error(diff)
	}
	if len(told) != 7 {
		t.Errorf("told of %v", told)
	}
	checkEverything(t, s)
	desktop, device := s.Applications[1], s.Applications[0]
	if found := plan.Found(); found.ClientID != desktop["id"] || found.DeviceClientID != device["id"] || found.ConnectorID != s.Connectors[1]["id"] {
		t.Errorf("%+v", found)
	}
	if targets := s.Experience["socialSignInConnectorTargets"]; !cmp.Equal(targets, []any{"google", "wecom"}) {
		t.Errorf("targets %v", targets)
	}
	if writes := apply(t, s, everything()); len(writes) > 0 {
		t.Errorf("the second run wrote %v", writes)
	}
}

// checkEverything looks at what the stand-in keeps.
func checkEverything(t *testing.T, s *managementtest.Server) {
	t.Helper()
	if len(s.Applications) != 2 || len(s.Resources) != 2 {
		t.Fatalf("%d applications, %d resources", len(s.Applications), len(s.Resources))
	}
	for _, app := range s.Applications {
		uris := []any{"http://127.0.0.1/callback", "http://[::1]/callback"}
		custom := object{"refreshTokenTtlInDays": 30.0}
		if app["name"] != "Doorkey" {
			uris, custom["isDeviceFlow"] = []any{}, true
		}
		if app["type"] != "Native" || !cmp.Equal(app["customClientMetadata"], any(custom)) ||
			!cmp.Equal(app["oidcClientMetadata"], any(object{"redirectUris": uris, "postLogoutRedirectUris": []any{}})) {
			t.Errorf("application %v", app)
		}
	}
	var scopes []string
	for _, scope := range s.Resources[1]["scopes"].([]any) {
		scopes = append(scopes, scope.(object)["name"].(string))
	}
	if !slices.Equal(scopes, []string{"read:orders", "write:orders"}) {
		t.Errorf("permissions %v", scopes)
	}
	connector := s.Connectors[len(s.Connectors)-1]
	want := object{"corpId": "wwcorp", "agentId": "1000002", "appSecret": wecomSecret, "scope": "snsapi_base"}
	if !cmp.Equal(connector["config"], any(want)) || !strings.HasPrefix(connector["id"].(string), "doorkey-") {
		t.Errorf("connector %v", connector)
	}
	if !slices.Contains(s.Experience["socialSignInConnectorTargets"].([]any), any("wecom")) {
		t.Error("WeCom is not on the sign-in page")
	}
}

// faults are what can become of one request.
var faults = map[string]func(w http.ResponseWriter, r *http.Request, next http.Handler){
	"is lost": func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) },
	"is done, and its answer lost": func(_ http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(nowhere{http.Header{}}, r)
		panic(http.ErrAbortHandler)
	},
	"meets an error": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, `{"code":"oops","message":"Internal server error"}`)
	},
	"meets a page": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		fmt.Fprint(w, "<html>Sign in to the Wi-Fi</html>")
	},
}

type nowhere struct{ header http.Header }

func (n nowhere) Header() http.Header       { return n.header }
func (nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (nowhere) WriteHeader(int)             {}

// Whatever goes wrong, wherever: what was done stays, the next run finishes,
// the one after that changes nothing, and nothing is there twice.
func TestGoesOnAfterAFailureAnywhere(t *testing.T) {
	for name, fault := range faults {
		t.Run("a request "+name, func(t *testing.T) {
			at := 1
			for ; ; at++ {
				s := managementtest.Start(t)
				var mu sync.Mutex
				n, failed := 0, ""
				s.Wrap = func(next http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						mu.Lock()
						n++
						here := n == at
						if here {
							failed = r.Method + " " + r.URL.Path
						}
						mu.Unlock()
						if here {
							fault(w, r, next)
							return
						}
						// A new connection each time, or Go sends a GET that got
						// no answer once more by itself.
						w.Header().Set("Connection", "close")
						next.ServeHTTP(w, r)
					})
				}
				plan, err := setup.Inspect(t.Context(), newClient(t, s), everything())
				if err == nil {
					err = plan.Apply(t.Context(), nil)
				}
				mu.Lock()
				request := failed
				mu.Unlock()
				if request == "" {
					if err != nil {
						t.Fatal(err)
					}
					break
				}
				if err == nil {
					t.Fatalf("%s %s, and nobody noticed", request, name)
				}
				checkWords(t, err)
				s.Writes()
				apply(t, s, everything())
				checkEverything(t, s)
				if writes := apply(t, s, everything()); len(writes) > 0 {
					t.Errorf("after %s (request %d): the third run wrote %v", request, at, writes)
				}
			}
			if at < 30 {
				t.Errorf("only %d requests", at)
			}
		})
	}
}

// checkWords wants a failure to tell where it happened, and no secret.
func checkWords(t *testing.T, err error) {
	t.Helper()
	text := err.Error()
	if failed, ok := errors.AsType[*setup.StepError](err); ok && !strings.HasPrefix(text, failed.Failed.What+": ") {
		t.Error(text)
	}
	if strings.Contains(text, "\n") || hasSecret(text) {
		t.Errorf("%q", text)
	}
}

func hasSecret(text string) bool {
	return strings.Contains(text, "s3cret") || strings.Contains(text, managementtest.ClientSecret) || strings.Contains(text, "m2m-access-token")
}

func TestFailureTellsHowFarItCame(t *testing.T) {
	s := managementtest.Start(t)
	s.Wrap = func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && r.URL.Path == "/api/resources" {
				faults["meets an error"](w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
	err := inspect(t, s, everything()).Apply(t.Context(), nil)
	failed, ok := errors.AsType[*setup.StepError](err)
	if !ok || len(failed.Done) != 2 || failed.Failed.What != "API resource https://api.example.com" || len(failed.Left) != 4 {
		t.Errorf("%+v", err)
	}
}

// A Logto that says yes and does no.
func TestReadsBack(t *testing.T) {
	for path, what := range map[string]string{
		"/api/sign-in-exp":  "sign-in experience",
		"/api/applications": `application "Doorkey"`,
		"/api/connectors":   "WeCom connector",
	} {
		s := managementtest.Start(t)
		s.Wrap = func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodGet && r.URL.Path == path {
					w.Header().Set("Content-Type", "application/json")
					fmt.Fprint(w, `{}`)
					return
				}
				next.ServeHTTP(w, r)
			})
		}
		err := inspect(t, s, everything()).Apply(t.Context(), nil)
		if err == nil || !strings.Contains(err.Error(), what) || !strings.Contains(err.Error(), "read back") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestDoesOnlyWhatWasShown(t *testing.T) {
	s := managementtest.Start(t)
	plan := inspect(t, s, everything())
	s.Connectors = []object{wecom(object{"corpId": "other", "agentId": "1", "appSecret": "x"})}
	err := plan.Apply(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "changed since it was looked at") {
		t.Error(err)
	}
	if s.Connectors[0]["config"].(object)["corpId"] != "other" {
		t.Error("what somebody else has made meanwhile was overwritten")
	}
}

func TestPlansShowNoSecret(t *testing.T) {
	s := managementtest.Start(t)
	s.Connectors = []object{wecom(object{"corpId": "wwcorp", "agentId": "1000002", "appSecret": "their-s3cret"})}
	wanted := everything()
	wanted.Replace = true
	plan := inspect(t, s, wanted)
	data, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(data), fmt.Sprintf("%+v %#v", plan.Steps, plan.Steps), fmt.Sprintf("%+v %#v %v", wanted, wanted, wanted.WeCom)} {
		if hasSecret(text) {
			t.Error(text)
		}
	}
	if !strings.Contains(string(data), "neither is shown") {
		t.Errorf("%s", data)
	}
}
