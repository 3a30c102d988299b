package setup_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"doorkey/auth/doctor"
	"doorkey/auth/logto"
	"doorkey/auth/logto/management"
	"doorkey/auth/logto/setup"
)

// All of it on a real Logto, which is left as it was. A WeCom connector is made
// only where there is none.
func TestRealLogto(t *testing.T) {
	issuer, id, secret := os.Getenv("DOORKEY_TEST_LOGTO"), os.Getenv("DOORKEY_TEST_M2M_ID"), os.Getenv("DOORKEY_TEST_M2M_SECRET")
	if issuer == "" || id == "" || secret == "" {
		t.Skip("no real Logto: set DOORKEY_TEST_LOGTO to its issuer, and DOORKEY_TEST_M2M_ID and DOORKEY_TEST_M2M_SECRET to a machine-to-machine application with access to its Management API")
	}
	client, err := management.New(management.Config{Issuer: issuer, ClientID: id, ClientSecret: management.NewSecret(secret)})
	if err != nil {
		t.Fatal(err)
	}
	connectors, err := client.Connectors(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wanted := everything()
	unique := strconv.FormatInt(time.Now().UnixNano(), 36)
	wanted.Name = "Doorkey test " + unique
	wanted.Resources[0].Indicator = "https://" + unique + ".example.com"
	for _, c := range connectors {
		if c.Factory == management.WeComFactory {
			wanted.WeCom = nil
		}
	}
	before, err := client.SignInExperience(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	plan := realPlan(t, client, wanted)
	t.Cleanup(func() { cleanUp(t, client, issuer, id, secret, plan.Found(), wanted) })
	if plan.Blocked() > 0 || plan.Changes() < 5 {
		t.Fatalf("%+v", plan.Steps)
	}
	if err := plan.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	after, err := client.SignInExperience(t.Context())
	if err != nil || len(after.SocialTargets) < len(before.SocialTargets) {
		t.Errorf("targets %v, and before %v: %v", after.SocialTargets, before.SocialTargets, err)
	}
	if again := realPlan(t, client, wanted); again.Changes() != 0 || again.Blocked() != 0 {
		t.Errorf("the second run would change %+v", again.Steps)
	}
	wanted.RefreshDays = 60
	change := realPlan(t, client, wanted)
	if err := change.Apply(t.Context(), nil); err != nil || change.Changes() != 2 {
		t.Errorf("%+v: %v", change.Steps, err)
	}
	// The doctor knows whether one can sign in with what was made.
	for _, check := range doctor.Run(t.Context(), doctor.Target{Issuer: issuer, ClientID: plan.Found().ClientID}, nil) {
		if check.Status != doctor.OK {
			t.Errorf("%s: %s", check.ID, check.Found)
		}
	}
}

func realPlan(t *testing.T, client *management.Client, wanted setup.Wanted) *setup.Plan {
	t.Helper()
	plan, err := setup.Inspect(t.Context(), client, wanted)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// cleanUp deletes what was made; package management cannot, on purpose.
func cleanUp(t *testing.T, client *management.Client, issuer, id, secret string, found setup.Found, wanted setup.Wanted) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	form := url.Values{"grant_type": {"client_credentials"}, "resource": {client.Resource()}, "scope": {"all"}}
	r, _ := http.NewRequestWithContext(ctx, http.MethodPost, issuer+"/token", strings.NewReader(form.Encode()))
	r.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&token); err != nil {
		t.Fatal(err)
	}
	paths := []string{"/applications/" + found.ClientID, "/applications/" + found.DeviceClientID}
	if wanted.WeCom != nil {
		paths = append(paths, "/connectors/"+found.ConnectorID)
	}
	resources, err := client.Resources(ctx)
	if err != nil {
		t.Error(err)
	}
	for _, resource := range resources {
		if resource.Indicator == wanted.Resources[0].Indicator {
			paths = append(paths, "/resources/"+resource.ID)
		}
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "/") {
			continue // it was not made
		}
		r, _ := http.NewRequestWithContext(ctx, http.MethodDelete, logto.Endpoint(issuer)+"/api"+path, nil)
		r.Header.Set("Authorization", "Bearer "+token.AccessToken)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Error(err)
			continue
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusNoContent {
			t.Errorf("DELETE %s: %s", path, resp.Status)
		}
	}
}
