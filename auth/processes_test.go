package auth_test

// childVariable makes the test binary one of the programs of runChild, so that
// tests have other processes.
const childVariable = "AUTH_TEST_CHILD"

// runChild is the program of that name; it returns the exit status.
func runChild(name string) int { return 2 }
