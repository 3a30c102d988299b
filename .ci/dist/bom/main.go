// Bom prints what a program of Go's is made of, as a CycloneDX 1.5 bill of
// materials: the modules that are linked into it and Go's own library, as they
// stand in the program itself. The date is that of SOURCE_DATE_EPOCH.
//
//	go run ./.ci/dist/bom FILE VERSION
package main

import (
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

type bom struct {
	Format      string      `json:"bomFormat"`
	SpecVersion string      `json:"specVersion"`
	Version     int         `json:"version"`
	Metadata    metadata    `json:"metadata"`
	Components  []component `json:"components"`
}

type metadata struct {
	Timestamp  string     `json:"timestamp"`
	Component  component  `json:"component"`
	Properties []property `json:"properties,omitempty"`
}

type component struct {
	Ref        string     `json:"bom-ref"`
	Type       string     `json:"type"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	PURL       string     `json:"purl,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: bom FILE VERSION")
		os.Exit(2)
	}
	b, err := read(os.Args[1], os.Args[2], os.Getenv("SOURCE_DATE_EPOCH"))
	if err == nil {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		err = out.Encode(b)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bom:", err)
		os.Exit(1)
	}
}

func read(file, version, epoch string) (bom, error) {
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return bom{}, fmt.Errorf("SOURCE_DATE_EPOCH is no number of seconds: %w", err)
	}
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		return bom{}, err
	}
	program := component{Type: "application", Name: strings.TrimSuffix(filepath.Base(file), ".exe"), Version: version}
	program.Ref = program.Name + "@" + version
	b := bom{
		Format: "CycloneDX", SpecVersion: "1.5", Version: 1,
		Metadata:   metadata{Timestamp: time.Unix(seconds, 0).UTC().Format(time.RFC3339), Component: program},
		Components: []component{module("std", strings.TrimPrefix(info.GoVersion, "go"), "")},
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "GOOS", "GOARCH", "CGO_ENABLED", "vcs.revision", "vcs.modified":
			b.Metadata.Properties = append(b.Metadata.Properties, property{"go:" + s.Key, s.Value})
		}
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		b.Components = append(b.Components, module(m.Path, m.Version, m.Sum))
	}
	return b, nil
}

// module is one of Go's, as the package URL specification names it.
func module(path, version, sum string) component {
	purl := "pkg:golang/" + path + "@" + strings.ReplaceAll(version, "+", "%2B")
	c := component{Ref: purl, Type: "library", Name: path, Version: version, PURL: purl}
	if sum != "" {
		c.Properties = []property{{"go:sum", sum}}
	}
	return c
}
