//go:build linux

package main

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// hostile points doorkey at what is no provider, or a bad one: hostile KIND.
// "certificate" has a certificate that nobody knows; its own is in $CA.
func hostile(ts *testscript.TestScript, _ bool, args []string) {
	kinds := map[string]http.HandlerFunc{
		"html": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<!doctype html><title>Welcome to the hotel</title>")
		},
		"huge": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"issuer":"`)
			for range 10 << 10 {
				if _, err := fmt.Fprint(w, strings.Repeat("x", 1<<10)); err != nil {
					return
				}
			}
			fmt.Fprint(w, `"}`)
		},
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/elsewhere" {
				ts.Fatalf("the redirect was followed")
			}
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		},
		"certificate": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) },
		"busy": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "30")
			http.Error(w, "slow down", http.StatusTooManyRequests)
		},
		"down": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "down", http.StatusBadGateway) },
		"controls": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "{\"issuer\":\"https://\\u001b[31m\\u202eevil.example/oidc\"}")
		},
	}
	if len(args) != 1 || kinds[args[0]] == nil {
		ts.Fatalf("usage: hostile KIND")
	}
	server := httptest.NewUnstartedServer(kinds[args[0]])
	server.Config.ErrorLog = nil
	if args[0] == "certificate" {
		server.StartTLS()
		file := filepath.Join(ts.Getenv("WORK"), "ca.pem")
		data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
		ts.Check(os.WriteFile(file, data, 0o600))
		ts.Setenv("CA", file)
	} else {
		server.Start()
	}
	ts.Defer(server.Close)
	ts.Setenv("AUTH_LOGTO_ISSUER", server.URL+"/oidc")
}
