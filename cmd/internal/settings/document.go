package settings

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// document is a settings file taken apart: where its values are, so that they can
// be told from and changed in place. (Hence the parser called unstable, which
// go.mod pins: the stable one forgets where it found what.)
type document struct {
	layer  Layer
	path   string
	data   []byte
	values map[Key]value // those that are right
}

// value is a setting in a document.
type value struct {
	text       string
	line       int // from 1
	key        int // where "key = value" begins, in bytes
	start, end int // of the value
}

// parse takes a settings file apart. The error joins an [*Error] for each line
// that is wrong.
func parse(layer Layer, path string, data []byte) (document, error) {
	const byteOrderMark = "\xef\xbb\xbf" // as some editors on Windows put there
	d := document{layer, path, bytes.TrimPrefix(data, []byte(byteOrderMark)), map[Key]value{}}
	if !utf8.Valid(d.data) {
		text := []rune(string(d.data)) // with U+FFFD for what is not UTF-8
		line := 1 + strings.Count(string(text[:slices.Index(text, utf8.RuneError)]), "\n")
		return d, &Error{Source: d.source(line), Err: errors.New("is not text in UTF-8: save it as UTF-8 in a text editor")}
	}
	var all map[string]any
	if err := toml.Unmarshal(d.data, &all); err != nil {
		return d, d.syntaxError(err)
	}
	var p unstable.Parser
	p.Reset(d.data)
	var errs []error
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind != unstable.KeyValue {
			line := p.Shape(e.Child().Raw).Start.Line
			err := errors.New(`[ ] begins a section, and there are none here: put each setting on a line of its own, as in theme = "dark"`)
			errs = append(errs, &Error{Source: d.source(line), Err: err})
			break // what follows stands in the section
		}
		errs = append(errs, d.take(&p, e))
	}
	return d, errors.Join(errs...)
}

// take notes one "key = value", if it is right.
func (d document) take(p *unstable.Parser, e *unstable.Node) error {
	var names []string
	for keys := e.Key(); keys.Next(); {
		names = append(names, string(keys.Node().Data))
	}
	key, node := Key(strings.Join(names, ".")), e.Value()
	start := p.Shape(e.Raw).Start
	wrong := func(err error) error { return &Error{key, d.source(start.Line), err} }

	def, ok := lookUp(key)
	if !ok || def.inFile == nil {
		return wrong(errNotHere(key))
	}
	switch {
	case def.isBool() && node.Kind != unstable.Bool:
		return wrong(errors.New("must be true or false, without quotation marks"))
	case !def.isBool() && node.Kind != unstable.String:
		return wrong(errors.New(`must be text in quotation marks, as in theme = "dark"`))
	}
	v := value{
		text: string(node.Data), line: start.Line, key: start.Offset,
		start: int(node.Raw.Offset), end: int(node.Raw.Offset + node.Raw.Length),
	}
	if err := Check(key, v.text); err != nil {
		return wrong(err)
	}
	d.values[key] = v
	return nil
}

// errNotHere tells where a setting belongs that is in no file.
func errNotHere(key Key) error {
	simple := func(k Key) string {
		return strings.ToLower(strings.NewReplacer("-", "", "_", "", ".", "").Replace(string(k)))
	}
	switch simple(key) {
	case simple(KeyClientSecret):
		return errors.New("a secret is not kept in this file: remove the line and put the secret in AUTH_LOGTO_SECRET")
	case "startatlogin":
		return errors.New("is not kept in this file, but in the system's own list of what starts at login: remove the line and use the window's settings")
	}
	var known []string
	for _, def := range definitions {
		if def.inFile == nil {
			continue
		}
		if simple(def.key) == simple(key) {
			return fmt.Errorf("is not a setting: it is written %s", def.key)
		}
		known = append(known, string(def.key))
	}
	slices.Sort(known)
	return fmt.Errorf("is not a setting: correct its name, or remove the line (there are %s)", strings.Join(known, ", "))
}

// syntaxError leaves out the lines that the parser would show.
func (d document) syntaxError(err error) error {
	source := Source{d.layer, d.path}
	if e, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ := e.Position()
		source = d.source(line)
	}
	why := strings.TrimPrefix(err.Error(), "toml: ")
	return &Error{Source: source, Err: fmt.Errorf(`cannot be understood: %s: correct the line, as in theme = "dark", or remove it`, why)}
}

func (d document) source(line int) Source {
	return Source{d.layer, fmt.Sprintf("%s:%d", d.path, line)}
}
