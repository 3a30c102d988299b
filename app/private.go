package app

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"doorkey/auth"
)

const redacted = "[redacted]"

// private are the words that tell who somebody is, the longest first, so that
// none is left of which another is a part.
type private []string

func (p *private) add(who auth.Profile) {
	words := []string{who.ID, shownID(who), who.Name, who.Username, who.Email, who.Phone, who.Picture}
	if w := who.WeCom; w != nil {
		words = append(words, w.UserID, w.Name, w.Email, w.Phone, w.Avatar)
	}
	for _, word := range words {
		if utf8.RuneCountInString(word) > 1 && !slices.Contains(*p, word) {
			*p = append(*p, word)
		}
	}
	slices.SortStableFunc(*p, func(a, b string) int { return len(b) - len(a) })
}

// password is the part of an address with a password in it.
var password = regexp.MustCompile(`(\w://)[^\s"]*@`)

// redact leaves out of a text who somebody is, what may be a password, and the
// person's own folder, whose name is often theirs.
func (p private) redact(text string) string {
	for _, word := range p {
		text = replaceWord(text, word, redacted)
	}
	text = password.ReplaceAllString(text, "${1}"+redacted+"@")
	if home, err := os.UserHomeDir(); err == nil && len(home) > 1 {
		text = replaceWord(text, home, "~")
	}
	return text
}

// replaceWord replaces a word, but not where it is only a part of another: Li is
// none of Client.
func replaceWord(text, word, by string) string {
	var done strings.Builder
	for {
		before, after, found := strings.Cut(text, word)
		done.WriteString(before)
		if !found {
			return done.String()
		}
		last, _ := utf8.DecodeLastRuneInString(done.String())
		next, _ := utf8.DecodeRuneInString(after)
		first, _ := utf8.DecodeRuneInString(word)
		end, _ := utf8.DecodeLastRuneInString(word)
		if oneWord(last, first) || oneWord(end, next) {
			done.WriteString(word)
		} else {
			done.WriteString(by)
		}
		text = after
	}
}

// oneWord tells whether two letters beside each other belong together: Chinese
// has no blanks to tell.
func oneWord(a, b rune) bool {
	letter := func(r rune) bool {
		return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
	}
	return letter(a) && letter(b)
}
