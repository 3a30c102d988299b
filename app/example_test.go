package app_test

import (
	"fmt"
	"log"

	"doorkey/app"
	"doorkey/auth"

	"fyne.io/fyne/v2"
)

// A program that asks who is there, and goes on once it knows.
func ExampleNew() {
	const issuer = "https://logto.example.com/oidc"
	client, err := auth.New(auth.Config{Issuer: issuer, ClientID: "your-native-app-id"})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	// In a program of yours this is what app.NewWithID of Fyne returned.
	program := fyne.CurrentApp()
	window, err := app.New(program, client, app.Options{
		AppName: "Notes",
		Issuer:  issuer,
		OnSignedIn: func(s auth.Session) {
			fmt.Println("welcome,", s.Profile.DisplayName()) // open your own window here
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	window.Window.ShowAndRun()
	window.Close()
}
