package managementtest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The stand-in answers what a real Logto has answered to the same requests.
func TestAnswersAsRecorded(t *testing.T) {
	s := Start(t)
	token := getToken(t, s)
	create := func(name string) Object {
		status, made := ask(t, s, token, http.MethodPost, recorded(name).Object("request")["path"].(string), recorded(name).Object("request")["body"])
		if status > 299 {
			t.Fatalf("%s: %d %v", name, status, made)
		}
		return made.(Object)
	}

	native := create("application-create-native")
	compare(t, "application-create-native", 200, native)
	compare(t, "application-create-device", 200, create("application-create-device"))
	request := recorded("application-patch").Object("request")
	status, patched := ask(t, s, token, http.MethodPatch, "/api/applications/"+native["id"].(string), request["body"])
	compare(t, "application-patch", status, patched)
	for _, name := range []string{"application-create-bad-redirect", "application-get-missing", "resource-create"} {
		request := recorded(name).Object("request")
		status, got := ask(t, s, token, request["method"].(string), request["path"].(string), request["body"])
		compare(t, name, status, got)
	}
	resource := s.Resources[1]["id"].(string)
	scope := recorded("scope-create").Object("request")["body"]
	status, got := ask(t, s, token, http.MethodPost, "/api/resources/"+resource+"/scopes", scope)
	compare(t, "scope-create", status, got)
	status, got = ask(t, s, token, http.MethodPost, "/api/resources/"+resource+"/scopes", scope)
	compare(t, "scope-create-conflict", status, got)
	status, got = ask(t, s, token, http.MethodPost, "/api/resources", recorded("resource-create").Object("request")["body"])
	compare(t, "resource-create-conflict", status, got)
	status, got = ask(t, s, token, http.MethodPatch, "/api/applications/"+native["id"].(string), Object{"customClientMetadata": Object{"isDeviceFlow": true}})
	compare(t, "application-patch-device-flow", status, got)
	status, got = ask(t, s, token, http.MethodPatch, "/api/applications/"+native["id"].(string), Object{"oidcClientMetadata": Object{"redirectUris": []any{}}})
	compare(t, "application-patch-without-post-logout", status, got)

	conflict := recorded("connector-create-conflict").Object("request")["body"]
	if status, made := ask(t, s, token, http.MethodPost, "/api/connectors", conflict); status != 200 {
		t.Fatal(status, made)
	}
	status, got = ask(t, s, token, http.MethodPost, "/api/connectors", conflict)
	compare(t, "connector-create-conflict", status, got)
	id := s.Connectors[0]["id"].(string)
	status, got = ask(t, s, token, http.MethodPatch, "/api/connectors/"+id, Object{"config": Object{"corpId": "wwx"}})
	compare(t, "connector-patch-bad-config", status, got)
	status, got = ask(t, s, token, http.MethodPatch, "/api/connectors/"+id, recorded("connector-patch").Object("request")["body"])
	compare(t, "connector-patch", status, got)

	s.Experience = recorded("sign-in-exp-get").Object("body")
	for _, name := range []string{"sign-in-exp-get", "sign-in-exp-patch", "sign-in-exp-patch-unknown-target"} {
		request := recorded(name).Object("request")
		method, _ := request["method"].(string)
		status, got := ask(t, s, token, method, request["path"].(string), request["body"])
		compare(t, name, status, got)
	}
	status, got = ask(t, s, "no token", http.MethodGet, "/api/connectors", nil)
	compare(t, "management-unauthorized", status, got)
	s.NoRole = true
	status, got = ask(t, s, token, http.MethodGet, "/api/connectors", nil)
	compare(t, "management-forbidden", status, got)
}

func ask(t *testing.T, s *Server, token, method, path string, body any) (int, any) {
	t.Helper()
	data, _ := json.Marshal(body)
	r, err := http.NewRequest(method, s.URL+path, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var got any
	answered, _ := io.ReadAll(resp.Body)
	if err := json.Unmarshal(answered, &got); err != nil {
		t.Fatalf("%s %s: %q", method, path, answered)
	}
	return resp.StatusCode, got
}

func getToken(t *testing.T, s *Server) string {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "resource": {Resource}, "scope": {"all"}}
	r, _ := http.NewRequest(http.MethodPost, s.URL+"/oidc/token", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(url.QueryEscape(ClientID), url.QueryEscape(ClientSecret))
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var got Object
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	token, _ := got["access_token"].(string)
	delete(got, "access_token")
	if want := recorded("m2m-token").Object("body"); len(got) != len(want)-1 {
		t.Fatalf("%v", got)
	}
	return token
}

// compare leaves out what is another each time.
func compare(t *testing.T, name string, status int, got any) {
	t.Helper()
	want := recorded(name)
	if status != int(want["status"].(float64)) {
		t.Errorf("%s: %d, want %v", name, status, want["status"])
	}
	volatile := cmp.FilterPath(func(p cmp.Path) bool {
		index, ok := p.Last().(cmp.MapIndex)
		return ok && (index.Key().String() == "id" || index.Key().String() == "createdAt" || index.Key().String() == "resourceId")
	}, cmp.Ignore())
	if diff := cmp.Diff(want["body"], got, volatile); diff != "" {
		t.Errorf("%s:\n%s", name, diff)
	}
}
