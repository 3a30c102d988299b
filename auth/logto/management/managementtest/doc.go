// Package managementtest has a stand-in for Logto's Management API, for tests.
// It keeps what it is told, and answers as Logto 1.42 was seen to: recorded/
// has the real answers that it is made from, and its tests compare.
package managementtest
