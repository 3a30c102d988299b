package demo_test

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"doorkey/auth/demo"
)

func TestExperienceIsShapedAsRecorded(t *testing.T) {
	l := newLab(t, demo.Config{})
	answer := l.get("/api/.well-known/sign-in-exp?appId=" + demo.ClientID)
	if got := answer.header.Get("Content-Type"); answer.status != 200 || got != "application/json; charset=utf-8" {
		t.Errorf("%d, Content-Type %q", answer.status, got)
	}
	ours, logtos := answer.json(t), recorded(t, "sign-in-exp-public.json")

	// The brand is the demo's own, everything else as a fresh Logto has it.
	if got := ours["color"].(map[string]any)["primaryColor"]; got != "#1F6FEB" {
		t.Errorf("primary colour %v", got)
	}
	connector := ours["socialConnectors"].([]any)[0].(map[string]any)
	logo, ok := strings.CutPrefix(connector["logo"].(string), "data:image/svg+xml;base64,")
	svg, err := base64.StdEncoding.DecodeString(logo)
	if !ok || err != nil || !strings.HasPrefix(string(svg), "<svg ") {
		t.Errorf("logo %v: %v", connector["logo"], err)
	}
	for _, own := range []string{"color", "branding"} {
		if keys(ours[own]) == "" {
			t.Errorf("%s is empty", own)
		}
		delete(ours, own)
		delete(logtos, own)
	}
	logtos["socialConnectors"].([]any)[0].(map[string]any)["logo"] = connector["logo"]
	if diff := cmp.Diff(logtos, ours); diff != "" {
		t.Errorf("(-recorded +ours):\n%s", diff)
	}
}

func TestBrandLogoIsServed(t *testing.T) {
	l := newLab(t, demo.Config{})
	branding := l.get("/api/.well-known/sign-in-exp").json(t)["branding"].(map[string]any)
	for _, name := range []string{"logoUrl", "darkLogoUrl"} {
		if got := l.get(branding[name].(string)); got.status != 200 || got.header.Get("Content-Type") != "image/svg+xml" {
			t.Errorf("%s %v: %d %s", name, branding[name], got.status, got.header.Get("Content-Type"))
		}
	}
}

func keys(object any) string {
	return strings.Join(slices.Sorted(maps.Keys(object.(map[string]any))), " ")
}
