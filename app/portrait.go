package app

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"doorkey/auth"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// portrait is whom a screen is about: the picture, a line with the name in it,
// and what else tells people of one name apart.
type portrait struct {
	avatar *avatar
	line   *widget.Label
	second *widget.Label
}

func newPortrait(v *view) *portrait {
	o := &portrait{avatar: newAvatar(v, avatarSize), line: title(""), second: body("")}
	o.second.Importance = widget.LowImportance
	return o
}

// objects are the portrait, from the top down, for a page.
func (o *portrait) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{container.NewCenter(o.avatar.root), gap(4), o.line, o.second}
}

// longName is how many letters a line has at most that still looks well in the
// size of a title.
const longName = 36

// show draws the person as they are now. It tells whether the page is to be
// laid out anew.
func (o *portrait) show(p auth.Profile, line string) (changed bool) {
	o.avatar.show(p)
	second := secondLine(p)
	if o.line.Text == line && o.second.Text == second {
		return false
	}
	o.line.SizeName = theme.SizeNameHeadingText
	if utf8.RuneCountInString(line) > longName {
		o.line.SizeName = theme.SizeNameSubHeadingText
	}
	o.line.SetText(line)
	o.second.SetText(second)
	o.second.Hidden = second == ""
	return true
}

// secondLine is what else tells people of one name apart.
func secondLine(p auth.Profile) string {
	line := strings.TrimSpace(cmp.Or(p.Email, p.Phone, p.Username)) // a username is exact
	if line == p.DisplayName() {
		return ""
	}
	return line
}
