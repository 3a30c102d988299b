package demo

import (
	"net/http"
	"net/url"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// The WeCom connector, as Logto has one.
const (
	connectorID     = "wn7em7y3w6ue"
	connectorTarget = "wecom"

	weComPath     = "/wecom/qrconnect"
	connectorPath = "/callback/" + connectorID
)

// wecomCode is what the stand-in WeCom gives the stand-in Logto for a person.
type wecomCode struct {
	key       string
	expiresAt time.Time
}

const wecomCodeTTL = 5 * time.Minute

func weComPage(state string) string {
	return weComPath + "?" + url.Values{"appid": {"ww-demo"}, "state": {state}}.Encode()
}

// colleaguesPage is what the WeCom page shows besides its fixed text.
type colleaguesPage struct {
	State  string
	People []person
}

// visit returns the interaction whose person is at WeCom with this state. WeCom
// itself knows nothing of interactions; the stand-in looks, to speak the same
// language on both sides and to say at once where a page is too old.
func (s *Server) visit(r *http.Request) (*goidc.AuthnSession, bool) {
	state := r.FormValue("state")
	if state == "" {
		return nil, false
	}
	id := s.store.byWeComState(state)
	as, err := s.store.Session(r.Context(), id)
	if err != nil || !s.fromSameBrowser(r, interactionOf(as)) {
		return nil, false
	}
	return as, true
}

func (st *store) byWeComState(state string) (id string) {
	st.mu.Lock()
	defer st.mu.Unlock()
	for id, as := range st.interactions {
		if same(interactionOf(as).WeComState, state) {
			return id
		}
	}
	return ""
}

func (s *Server) showWeCom(w http.ResponseWriter, r *http.Request) {
	as, ok := s.visit(r)
	if !ok {
		s.showExpired(w, r)
		return
	}
	s.render(w, http.StatusOK, "wecom", languageOf(r, interactionOf(as).UILocales),
		colleaguesPage{State: r.FormValue("state"), People: colleagues()}, formsLeadTo(as.RedirectURI))
}

// leaveWeCom takes the buttons of the WeCom page and goes back to Logto with a
// code for the person picked, or with none.
func (s *Server) leaveWeCom(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.visit(r); !ok {
		s.showExpired(w, r)
		return
	}
	back := url.Values{"state": {r.PostFormValue("state")}}
	picked := r.PostFormValue("person")
	if _, ok := findPerson(func(p person) bool { return p.WeCom != "" && p.Key == picked }); ok {
		back.Set("code", s.store.newWeComCode(picked))
	}
	redirect(w, r, connectorPath+"?"+back.Encode())
}

func (st *store) newWeComCode(key string) string {
	st.mu.Lock()
	defer st.mu.Unlock()
	now := st.now()
	for code, c := range st.wecomCodes {
		if !now.Before(c.expiresAt) {
			delete(st.wecomCodes, code)
		}
	}
	code := newSecret()
	st.wecomCodes[code] = wecomCode{key: key, expiresAt: now.Add(wecomCodeTTL)}
	return code
}

// redeemWeComCode returns whom a code is for, once.
func (st *store) redeemWeComCode(code string) (person, bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	c, ok := st.wecomCodes[code]
	delete(st.wecomCodes, code)
	if !ok || !st.now().Before(c.expiresAt) {
		return person{}, false
	}
	return findPerson(func(p person) bool { return p.Key == c.key })
}

// returnFromWeCom is Logto's /callback/<connector id>. A person who cancelled
// lands on the sign-in page; the application is not told (FACTS, "Authorize").
func (s *Server) returnFromWeCom(w http.ResponseWriter, r *http.Request) {
	as, ok := s.visit(r)
	if !ok {
		s.showExpired(w, r)
		return
	}
	p, ok := s.store.redeemWeComCode(r.FormValue("code"))
	s.store.update(as.ID, func(it *interaction) {
		it.WeComState = "" // a state is good for one return
		it.Cancelled, it.Standing = !ok, good
	})
	if !ok {
		redirect(w, r, signInPage(as.ID))
		return
	}
	s.finishSignIn(w, r, as.ID, p)
}
