// Signin is the shortest program that signs somebody in with oauth2cli, verifies
// the ID token with go-oidc and stores the tokens with go-keyring.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log"
	"net"
	"os"
	"os/exec"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/int128/oauth2cli"
	"github.com/zalando/go-keyring"
	"golang.org/x/oauth2"
)

func main() {
	ctx, clientID := context.Background(), os.Getenv("AUTH_LOGTO_ID")
	provider, err := oidc.NewProvider(ctx, os.Getenv("AUTH_LOGTO_ISSUER"))
	check(err)
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInParams // saves it a request that fails
	address, verifier, nonce, ready := freeAddress(), oauth2.GenerateVerifier(), rand.Text(), make(chan string, 1)
	go func() { check(exec.Command(os.Getenv("BROWSER"), <-ready).Run()) }()
	token, err := oauth2cli.GetToken(ctx, oauth2cli.Config{
		OAuth2Config: oauth2.Config{
			ClientID: clientID, Endpoint: endpoint, RedirectURL: "http://" + address + "/callback",
			Scopes: strings.Fields(os.Getenv("SCOPES")),
		},
		AuthCodeOptions:         []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(verifier), oidc.Nonce(nonce), oauth2.SetAuthURLParam("prompt", "consent")},
		TokenRequestOptions:     []oauth2.AuthCodeOption{oauth2.VerifierOption(verifier)},
		LocalServerBindAddress:  []string{address},
		LocalServerCallbackPath: "/callback",
		LocalServerReadyChan:    ready,
	})
	check(err)
	raw, _ := token.Extra("id_token").(string)
	idToken, err := provider.Verifier(&oidc.Config{ClientID: clientID}).Verify(ctx, raw)
	check(err)
	if idToken.Nonce != nonce {
		log.Fatal("the nonce is another sign-in's")
	}
	data, err := json.Marshal(map[string]string{"access_token": token.AccessToken, "refresh_token": token.RefreshToken, "id_token": raw})
	check(err)
	check(keyring.Set("yardstick", "session", string(data)))
}

// freeAddress is one to listen on: the redirect URI has to name its port.
func freeAddress() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	defer l.Close()
	return l.Addr().String()
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
