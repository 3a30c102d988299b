package settings

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

// SaveWithin is Save with another patience.
func SaveWithin(patience time.Duration, change func(*File)) error { return save(change, patience) }

// On is for another system's folders.
func On(goos string) Option { return func(p *places) { p.goos = goos } }

// Table is the settings as the README has them, in Markdown.
func Table() string {
	var b strings.Builder
	b.WriteString("| setting | environment | |\n|---|---|---|\n")
	for _, d := range definitions {
		setting := "`" + string(d.key) + "`"
		if d.inFile == nil {
			setting = ""
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s |\n", setting, d.env, d.meaning)
	}
	return b.String()
}

// Parse is what a user file sets.
func Parse(text string) (map[Key]string, error) {
	d, err := parse(UserFile, "settings.toml", []byte(text))
	return d.texts(), err
}

// Edit changes a setting in the text of a user file that is right.
func Edit(text string, key Key, value string) string {
	d, _ := parse(UserFile, "settings.toml", []byte(text))
	def, _ := lookUp(key)
	return string(d.edit(def, value))
}

func (d document) texts() map[Key]string {
	return maps.Collect(func(yield func(Key, string) bool) {
		for key, v := range d.values {
			if !yield(key, v.text) {
				return
			}
		}
	})
}
