package app

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"doorkey/auth"

	"fyne.io/fyne/v2/canvas"
)

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"":                     "?",
		"  ":                   "?",
		"张三":                   "张三",
		"欧阳娜娜":                 "娜娜",
		"王":                    "王",
		"阿卜杜热合曼江·买买提":          "买提",
		"山田 太郎":                "太郎",
		"김민준":                  "민준",
		"张三 (San Zhang)":       "张三",
		"ada lovelace":         "AL",
		"Ludwig van Beethoven": "LB",
		"plato":                "P",
		"élodie":               "É",
		"łukasz żak":           "ŁŻ",
		"jane@example.com":     "J",
		"🦊 fox":                "🦊F",
	} {
		t.Run(name, func(t *testing.T) {
			if got := initials(name); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

// here is a provider on this machine, which may have pictures on it.
var here = place{Host: "127.0.0.1:3001"}

func TestThePictureTakesThePlaceOfTheInitials(t *testing.T) {
	p := sitDown(t, here)
	s := zhang
	s.Profile.Picture = serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(asPNG(t, drawn(8, 8))) })
	p.view.show(signedInAs(s))
	a := p.view.current.(*signedInScreen).portrait.avatar
	if got := a.letters(); got != "张三" {
		t.Errorf("the initials are %q", got)
	}
	p.until("the picture", func() bool { return a.letters() == "" })
}

func TestTheInitialsStayWhereThereIsNoPicture(t *testing.T) {
	p := sitDown(t, here)
	s := zhang
	s.Profile.Picture = serve(t, http.NotFound)
	p.view.show(signedInAs(s))
	p.view.wait()
	p.run()
	if got := p.view.current.(*signedInScreen).portrait.avatar.letters(); got != "张三" {
		t.Errorf("the initials are %q", got)
	}
}

// gallery serves pictures, counts who asks, and can be away.
type gallery struct {
	asked atomic.Int32
	away  atomic.Bool
	url   string
}

func newGallery(t *testing.T) *gallery {
	g := new(gallery)
	picture := asPNG(t, drawn(8, 8))
	g.url = serve(t, func(w http.ResponseWriter, r *http.Request) {
		g.asked.Add(1)
		if g.away.Load() || r.URL.Query().Has("nowhere") {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(picture)
	})
	return g
}

// face is the avatar on the screen, and the person whose it is.
func (p *person) face() *avatar {
	switch s := p.view.current.(type) {
	case *signedInScreen:
		return s.portrait.avatar
	case *againScreen:
		return s.portrait.avatar
	}
	p.t.Fatal("nobody is on the screen")
	return nil
}

func (p *person) settles() {
	p.view.wait()
	p.run()
}

func withPicture(url string) auth.Session {
	s := renewed(zhang)
	s.Profile.Picture = url
	return s
}

func TestAPictureIsLoadedOnce(t *testing.T) {
	p, g := sitDown(t, here), newGallery(t)
	for range 3 { // a refresh each
		p.view.show(signedInAs(withPicture(g.url)))
	}
	p.settles()
	picture := p.face().root.Objects[0]
	p.view.show(signedInAs(withPicture(g.url)))
	p.settles()
	if p.face().root.Objects[0] != picture || p.face().letters() != "" {
		t.Error("it was drawn anew")
	}
	state := ended
	state.Session = withPicture(g.url)
	p.view.show(state)
	if p.face().letters() != "" {
		t.Error("the next screen does not have it")
	}
	p.settles()
	if n := g.asked.Load(); n != 1 {
		t.Errorf("loaded %d times", n)
	}
	p.view.show(stateSignedOut)
	if p.view.photo.image != nil {
		t.Error("it is kept for the next person")
	}
}

func TestAPictureThatIsNotThereIsAskedForOnce(t *testing.T) {
	p, g := sitDown(t, here), newGallery(t)
	for range 3 {
		p.view.show(signedInAs(withPicture(g.url + "?nowhere")))
		p.settles()
	}
	if n := g.asked.Load(); n != 1 {
		t.Errorf("asked for %d times", n)
	}
}

func TestAPictureIsReplacedOnceTheNextIsThere(t *testing.T) {
	p, g := sitDown(t, here), newGallery(t)
	p.view.show(signedInAs(withPicture(g.url)))
	p.settles()
	first := p.face().root.Objects[0]
	p.view.show(signedInAs(withPicture(g.url + "?another")))
	if p.face().root.Objects[0] != first {
		t.Error("the first one is gone before the next is there")
	}
	p.settles()
	if p.face().root.Objects[0] == first {
		t.Error("the first one is still there")
	}
	p.view.show(signedInAs(withPicture("")))
	if got := p.face().letters(); got != "张三" {
		t.Errorf("taken away, and the initials are %q", got)
	}
	p.view.show(signedInAs(withPicture(g.url)))
	p.settles()
	if got := p.face().letters(); got != "" {
		t.Errorf("back again, and the initials are %q", got)
	}
}

func TestAPictureIsLoadedOnceTheNetworkIsBack(t *testing.T) {
	p, g := sitDown(t, here), newGallery(t)
	g.away.Store(true)
	state := offline
	state.Session = withPicture(g.url)
	p.view.show(state)
	p.settles()
	g.away.Store(false)
	p.view.show(state)
	p.settles()
	if got := p.face().letters(); got != "张三" {
		t.Errorf("still offline, and the initials are %q", got)
	}
	p.view.show(signedInAs(withPicture(g.url)))
	p.settles()
	if got := p.face().letters(); got != "" {
		t.Errorf("online, and the initials are %q", got)
	}
	if n := g.asked.Load(); n != 2 {
		t.Errorf("asked for %d times", n)
	}
}

func TestADownloadEndsWithItsScreen(t *testing.T) {
	for name, leave := range map[string]func(*view){
		"another screen": func(v *view) { v.show(auth.State{Phase: auth.SignedOut}) },
		"window closed":  (*view).close,
	} {
		t.Run(name, func(t *testing.T) {
			asked, gone := make(chan struct{}), make(chan struct{})
			p := sitDown(t, here)
			s := zhang
			s.Profile.Picture = serve(t, func(_ http.ResponseWriter, r *http.Request) {
				close(asked)
				<-r.Context().Done() // a slow server
				close(gone)
			})
			p.view.show(signedInAs(s))
			<-asked
			start := time.Now()
			leave(p.view)
			p.view.wait()
			<-gone
			if took := time.Since(start); took > pictureTimeout/2 {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// What comes too late is not shown: neither a picture that has been loaded by
// the time it is not wanted any more, nor one that was wanted before.
func TestAPictureThatIsNotWantedAnyMore(t *testing.T) {
	p, g := sitDown(t, here), newGallery(t)
	p.view.show(signedInAs(withPicture(g.url)))
	p.view.wait() // it is there, and not drawn yet
	p.view.show(signedInAs(withPicture("")))
	p.run()
	if got := p.face().letters(); got != "张三" {
		t.Errorf("taken away, and the initials are %q", got)
	}
	p.view.show(signedInAs(withPicture(g.url)))
	p.settles()
	p.view.show(signedInAs(withPicture(g.url + "?another")))
	p.view.wait()
	p.view.show(signedInAs(withPicture(g.url)))
	p.run()
	if got := p.face().drawn; got != g.url {
		t.Errorf("the picture is that of %s", got)
	}
}

// letters are the initials shown, or nothing where a picture is.
func (a *avatar) letters() string {
	for _, o := range visibleIn(a.root) {
		if text, ok := o.(*canvas.Text); ok {
			return text.Text
		}
	}
	return ""
}
