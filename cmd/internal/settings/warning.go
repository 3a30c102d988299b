package settings

// Warnings are what works and could be better, each with what to do; shown once
// to whoever sets it.
func Warnings(s Settings) []string {
	if s.ClientSecret == "" {
		return nil
	}
	return []string{s.Source(KeyClientSecret).String() + " is set, as a Traditional Web application needs it: " +
		"a secret that is on every desktop is none, and another program can take the redirect URI's fixed port; " +
		"better create a Native application in Logto, which needs neither, and use its App ID"}
}
