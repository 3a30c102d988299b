package auth

import "time"

// Adjust sets what tests need otherwise: the clocks, and how often the keeper
// looks at them. It is for a Client that has not been used yet.
func Adjust(c *Client, read func() (wall time.Time, mono time.Duration), wallCheck time.Duration) {
	c.clock.read = func() moment {
		wall, mono := read()
		return moment{wall, mono}
	}
	c.wallCheck = wallCheck
}

// PollEvery sets how often a device sign-in asks a provider that does not say.
func PollEvery(c *Client, interval time.Duration) { c.devicePoll = interval }
