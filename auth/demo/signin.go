package demo

import (
	"net/http"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// signInForm is what the sign-in page shows besides its fixed text.
type signInForm struct {
	Interaction   string
	Username      string
	WrongPassword bool
	Cancelled     bool
	Suspended     bool
	NoAccess      bool
	HintUsername  string
	HintPassword  string
}

// current returns the interaction a page belongs to. A page works only in the
// browser it was made for: its address or form names the interaction, and the
// browser's cookie shows that it began it.
func (s *Server) current(r *http.Request) (*goidc.AuthnSession, bool) {
	as, err := s.store.Session(r.Context(), r.FormValue("interaction"))
	if err != nil || !s.fromSameBrowser(r, interactionOf(as)) {
		return nil, false
	}
	return as, true
}

func (s *Server) showSignIn(w http.ResponseWriter, r *http.Request) {
	as, ok := s.current(r)
	if !ok {
		s.showExpired(w, r)
		return
	}
	it := interactionOf(as)
	s.renderSignIn(w, r, http.StatusOK, as, signInForm{
		Username:  it.LoginHint,
		Cancelled: it.Cancelled,
		Suspended: it.Standing == suspended,
		NoAccess:  it.Standing == denied,
	})
}

func (s *Server) renderSignIn(w http.ResponseWriter, r *http.Request, status int, as *goidc.AuthnSession, form signInForm) {
	form.Interaction = as.ID
	form.HintUsername = "zhangsan"
	form.HintPassword = password
	s.render(w, status, "signin", languageOf(r, interactionOf(as).UILocales), form, formsLeadTo(as.RedirectURI))
}

// signInWithPassword takes the form of the sign-in page. A wrong password
// stays on the page; no application ever hears of it.
func (s *Server) signInWithPassword(w http.ResponseWriter, r *http.Request) {
	as, ok := s.current(r)
	if !ok {
		s.showExpired(w, r)
		return
	}
	username := r.PostFormValue("username")
	p, ok := personByPassword(username, r.PostFormValue("password"))
	if !ok {
		s.renderSignIn(w, r, http.StatusUnprocessableEntity, as, signInForm{Username: username, WrongPassword: true})
		return
	}
	s.finishSignIn(w, r, as.ID, p)
}

// signInWithWeCom takes the button of the sign-in page.
func (s *Server) signInWithWeCom(w http.ResponseWriter, r *http.Request) {
	as, ok := s.current(r)
	state := newSecret()
	if !ok || !s.store.update(as.ID, func(it *interaction) { it.WeComState = state }) {
		s.showExpired(w, r)
		return
	}
	redirect(w, r, weComPage(state))
}

// finishSignIn records who signed in and lets the library take over again. Who
// may not sign in stays on the page; no application ever hears of it (FACTS,
// "Authorize").
func (s *Server) finishSignIn(w http.ResponseWriter, r *http.Request, id string, p person) {
	who := &login{Subject: p.ID, AuthTime: s.now()}
	standing := s.store.standingOf(p.ID)
	if !s.store.update(id, func(it *interaction) {
		it.Standing = standing
		if standing == good {
			it.Login = who
		}
	}) {
		s.showExpired(w, r)
		return
	}
	if standing != good {
		redirect(w, r, signInPage(id))
		return
	}
	redirect(w, r, s.store.resumePath(id))
}
