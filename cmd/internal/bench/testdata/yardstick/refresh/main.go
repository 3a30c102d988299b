// Refresh redeems the refresh token that signin has stored, stores what it
// brought in its place, and prints the access token: one Get, one POST, one Set.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"

	"github.com/zalando/go-keyring"
)

func main() {
	stored, err := keyring.Get("yardstick", "session")
	check(err)
	var session struct {
		AccessToken  string `json:"access_token"`
		RefreshToken string `json:"refresh_token"`
		IDToken      string `json:"id_token"`
	}
	check(json.Unmarshal([]byte(stored), &session))
	answer, err := http.PostForm(os.Getenv("AUTH_LOGTO_ISSUER")+"/token", url.Values{
		"grant_type":    {"refresh_token"},
		"client_id":     {os.Getenv("AUTH_LOGTO_ID")},
		"refresh_token": {session.RefreshToken},
	})
	check(err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		log.Fatal(answer.Status)
	}
	check(json.NewDecoder(answer.Body).Decode(&session))
	data, err := json.Marshal(session)
	check(err)
	check(keyring.Set("yardstick", "session", string(data)))
	fmt.Println(session.AccessToken)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
