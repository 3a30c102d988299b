package doctor

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Check is what was found of one thing.
type Check struct {
	// ID is which check this is, one of [IDs].
	ID string

	Status Status

	// Code is what was found, one of [Codes], to be translated; Params are
	// the words to fill in, which need no translation.
	Code   string
	Params Params

	// Looked is what was looked at, in English, on one line. It is empty where
	// nothing was, since an earlier check has failed.
	Looked string

	// Found is what was found, in English, on one line.
	Found string

	// Remedy is what to do, one sentence in English. It is empty where there
	// is nothing to do.
	Remedy string

	// Details are further lines in English for whoever is asked for help, such
	// as where each setting comes from. Most checks have none.
	Details []string

	// Err is the error behind it, nil where there is none, as in most answers
	// that a server gave.
	Err error
}

// Params are the words to fill in to a sentence, by their name, such as "Host".
// [ParamNames] tells which a code has. Their text may come from the provider: it
// is on one line, without invisible characters, and not endless.
type Params map[string]string

// Status is how well it went.
type Status int

const (
	OK      Status = iota
	Warning        // works, but somebody should know
	Failed         // nobody can sign in like this
	Skipped        // could not be looked at, or need not
)

// String is one lower-case word.
func (s Status) String() string { return [...]string{"ok", "warning", "failed", "skipped"}[s] }

// outcome is one thing that a check can find. {{.Name}} in its sentences is a
// parameter.
type outcome struct {
	code   string
	status Status
	found  string
	remedy string
}

// check fills in the parameters that the outcome names, of all that are known.
func (o outcome) check(looked string, known Params, err error) Check {
	params := Params{}
	for _, name := range o.paramNames() {
		params[name] = known[name]
	}
	fill := func(sentence string) string {
		return placeholder().ReplaceAllStringFunc(sentence, func(name string) string {
			return params[placeholder().FindStringSubmatch(name)[1]]
		})
	}
	return Check{Status: o.status, Code: o.code, Params: params, Looked: looked, Found: fill(o.found), Remedy: fill(o.remedy), Err: err}
}

var placeholder = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{\{\.(\w+)\}\}`) })

// paramNames are the placeholders of both sentences.
func (o outcome) paramNames() []string {
	var names []string
	for _, match := range placeholder().FindAllStringSubmatch(o.found+o.remedy, -1) {
		if !slices.Contains(names, match[1]) {
			names = append(names, match[1])
		}
	}
	slices.SortFunc(names, strings.Compare)
	return names
}
