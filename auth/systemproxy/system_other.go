//go:build !windows && !darwin

package systemproxy

import (
	"context"
	"errors"
	"net/url"
)

func readSettings(context.Context) settings { return settings{} }

func runScript(settings, *url.URL) (string, error) { return "", errors.ErrUnsupported }
