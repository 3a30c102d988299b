package filestore

import "os"

// stateDir is %LocalAppData%: what is sealed here does not follow the person to
// other computers.
func stateDir() (string, error) { return os.UserCacheDir() }
