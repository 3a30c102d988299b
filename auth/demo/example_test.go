package demo_test

import (
	"context"
	"fmt"
	"net/url"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

func Example() {
	logto, err := demo.Start(demo.Config{Port: -1})
	if err != nil {
		panic(err)
	}
	defer logto.Close()

	// An application, without its browser and its listener.
	browser := demotest.NewBrowser()
	ctx := oidc.ClientContext(context.Background(), browser)
	provider, err := oidc.NewProvider(ctx, logto.Issuer())
	if err != nil {
		panic(err)
	}
	app := oauth2.Config{
		ClientID:    demo.ClientID,
		Endpoint:    provider.Endpoint(),
		RedirectURL: "http://127.0.0.1:49152/callback",
		Scopes:      []string{"openid", "profile", "offline_access"},
	}
	verifier := oauth2.GenerateVerifier()
	authorizeURL := app.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("prompt", "consent"))

	callback, err := demotest.Person(ctx, browser, authorizeURL, demotest.LiSi)
	if err != nil {
		panic(err)
	}
	answer, err := url.Parse(callback)
	if err != nil {
		panic(err)
	}
	tokens, err := app.Exchange(ctx, answer.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		panic(err)
	}
	person, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		panic(err)
	}
	fmt.Println(person.Subject, tokens.Extra("scope"))
	// Output: ls3v9c5t0r8b openid profile offline_access
}
