package filestore

import "os"

func stateDir() (string, error) { return os.UserConfigDir() }
