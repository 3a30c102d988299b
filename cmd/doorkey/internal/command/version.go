package command

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"doorkey/cmd/internal/baked"

	"github.com/spf13/cobra"
)

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print which version this is",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			b := build()
			return p.print(b, func(w io.Writer) { fmt.Fprintf(w, "doorkey %s\n", b.Version) })
		},
	}
}

// buildInfo is what was built, of what.
type buildInfo struct {
	Version  string            `json:"version"`
	Commit   string            `json:"commit,omitempty"`
	Go       string            `json:"go"`
	Platform string            `json:"platform"`
	Modules  map[string]string `json:"modules,omitempty"`
}

func build() buildInfo {
	b := buildInfo{Version: baked.Version(), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.Commit = s.Value
		}
	}
	b.Modules = map[string]string{}
	for _, m := range info.Deps {
		b.Modules[m.Path] = m.Version
	}
	return b
}
