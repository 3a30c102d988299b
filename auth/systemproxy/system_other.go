//go:build !windows && !darwin

package systemproxy

import (
	"errors"
	"net/url"
)

func readSettings() settings { return settings{} }

func runScript(settings, *url.URL) (string, error) { return "", errors.ErrUnsupported }
