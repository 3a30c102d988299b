//go:build !windows && !darwin

package filestore

func stateDir() (string, error) { return homeState() }
