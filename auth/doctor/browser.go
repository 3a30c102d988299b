package doctor

import (
	"context"

	"doorkey/auth/loopback"
)

var (
	browserOK   = outcome{"browser.ok", OK, "pages are opened with {{.Program}}", ""}
	browserNone = outcome{"browser.none", Warning, "no browser can be opened: {{.Error}}", "Name one in the settings or in $BROWSER, or at a sign-in open the address that is shown there yourself, on this computer or another."}
)

// browser looks which one would be opened, and opens none.
func (e *examination) browser(context.Context) Check {
	find := e.target.Local.Browser
	if find == nil {
		find = loopback.Browser
	}
	program, err := find()
	if err != nil {
		return browserNone.check("what opens web pages here", Params{"Error": quote(err.Error())}, err)
	}
	return browserOK.check("what opens web pages here", Params{"Program": quote(program)}, nil)
}
