package auth_test

import (
	"testing"

	"doorkey/auth/demo/demotest"
)

// What the keychain of the desktop keeps, programs refresh in turn that have no
// client for other devices themselves.
func TestProgramsShareASessionOfAnotherDevice(t *testing.T) {
	c := newComputer(t)
	c.run(t, "sign-in-phone "+demotest.LiSi)
	p, q := c.start(t), c.start(t)
	for _, program := range []*process{p, q, p} {
		if a := program.do("refresh"); a.Person != "李四" || c.whose(t, a.Token) != "李四" {
			t.Errorf("%q has a token of %q", a.Person, c.whose(t, a.Token))
		}
	}
	last := p.do("token " + ordersAPI)
	if last.Token == "" || c.logto.Revoked() != 0 {
		t.Error("the grant was revoked")
	}
	opaque := p.do("refresh").Token
	if a := q.do("sign-out"); !a.SignedOut || c.whose(t, opaque) != "" {
		t.Error("not signed out at the provider")
	}
	p.end()
	q.end()
}
