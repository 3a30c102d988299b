package demo

import (
	_ "embed"
	"encoding/base64"
	"net/http"
	"strings"
)

// experienceTemplate is recorded/sign-in-exp-public.json in the demo's own
// colours.
//
//go:embed experience.json
var experienceTemplate string

// serveExperience is the public description of the sign-in page, from which an
// application knows the brand and the connectors before anybody signs in.
func (s *Server) serveExperience(w http.ResponseWriter, _ *http.Request) {
	body := strings.NewReplacer(
		"{{endpoint}}", s.endpoint,
		"{{wecom logo}}", "data:image/svg+xml;base64,"+base64.StdEncoding.EncodeToString(weComLogo),
	).Replace(experienceTemplate)
	w.Header().Del("Cache-Control")
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Write([]byte(body))
}
