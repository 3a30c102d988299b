package settings

import (
	"errors"
	"runtime"
	"strconv"
)

// Flags are what the command line sets, by key. Make one with Flags{}.
type Flags map[Key]string

// Setter is for [flag.FlagSet.Func], or BoolFunc for KeyTray: it checks a
// flag's value and notes it.
func (f Flags) Setter(key Key) func(value string) error {
	return func(value string) error {
		if key == KeyClientSecret {
			return errSecretFlag
		}
		if err := Check(key, value); err != nil {
			return err
		}
		f[key] = value
		return nil
	}
}

var errSecretFlag = errors.New("a secret is not a flag, since other people on the machine can read a command line: put it in AUTH_LOGTO_SECRET")

// Option is what else [Read] takes into account.
type Option func(*places)

// places are where Read looks, apart from flags and environment.
type places struct {
	goos  string // whose folders
	baked string
}

// Baked are settings that the program was built with, in TOML as in a file: see
// package baked.
func Baked(text string) Option { return func(p *places) { p.baked = text } }

// Read finds out all settings. Where something is wrong, the error joins an
// [*Error] for each, and the Settings are those that are right: enough for a
// window that shows the error, but not to sign in with, since a proxy or a
// certificate may be missing among them. That there is no file, or no folder
// for one, is no error.
func Read(flags Flags, getenv func(string) string, options ...Option) (Settings, error) {
	p := places{goos: runtime.GOOS}
	for _, option := range options {
		option(&p)
	}
	fromFlags, flagsErr := flagLayer(flags)
	fromEnv, envErr := environmentLayer(getenv)
	fromFile, fileErr := fileLayer()
	fromMachine, machineErr := machineLayer(p.goos, getenv)
	baked, bakedErr := bakedLayer(p.baked)
	s := merge(fromFlags, fromEnv, fromFile, fromMachine, baked)
	for _, d := range definitions {
		_, byMachine := fromMachine[d.key]
		_, byProgram := baked[d.key]
		s.preset[d.key] = byMachine || byProgram
	}
	return s, errors.Join(flagsErr, envErr, fileErr, machineErr, bakedErr)
}

// layer is what one place sets.
type layer map[Key]entry

type entry struct {
	value  string // not empty
	source Source
}

// merge takes each setting from the first layer that has it.
func merge(layers ...layer) Settings {
	s := Settings{sources: map[Key]Source{}, preset: map[Key]bool{}}
	for _, d := range definitions {
		put(d.in(&s), d.initial)
		for _, l := range layers {
			if e, ok := l[d.key]; ok {
				put(d.in(&s), d.plain(e.value))
				s.sources[d.key] = e.source
				break
			}
		}
	}
	return s
}

// plain is a value as Settings has it: where nothing stands for what the system
// has, so does "system".
func (d definition) plain(value string) string {
	if value == system && (d.key == KeyBrowser || d.key == KeyCAFile) {
		return ""
	}
	return value
}

// add adds a value if it is right. Empty means not set.
func (l layer) add(d definition, value string, source Source) error {
	if value == "" {
		return nil
	}
	if err := Check(d.key, value); err != nil {
		return &Error{d.key, source, err}
	}
	if on, err := strconv.ParseBool(value); err == nil && d.isBool() {
		value = boolText(on)
	}
	l[d.key] = entry{value, source}
	return nil
}

func flagLayer(flags Flags) (layer, error) {
	l, errs := layer{}, []error(nil)
	for _, d := range definitions {
		source := Source{Flag, "--" + string(d.key)}
		if d.key == KeyClientSecret {
			if flags[d.key] != "" {
				errs = append(errs, &Error{d.key, source, errSecretFlag})
			}
			continue
		}
		errs = append(errs, l.add(d, flags[d.key], source))
	}
	return l, errors.Join(errs...)
}

func environmentLayer(getenv func(string) string) (layer, error) {
	l, errs := layer{}, []error(nil)
	for _, d := range definitions {
		errs = append(errs, l.add(d, getenv(d.env), Source{Environment, d.env}))
	}
	return l, errors.Join(errs...)
}

func fileLayer() (layer, error) {
	path, err := Path()
	if err != nil {
		return nil, nil
	}
	doc, err := load(UserFile, path, anybody)
	return doc.settings(), err
}

// bakedLayer is what the program was built with.
func bakedLayer(text string) (layer, error) {
	doc, err := parse(BakedIn, "built in", []byte(text))
	return doc.settings(), err
}

// settings are the document's, as a layer.
func (d document) settings() layer {
	l := layer{}
	for key, v := range d.values {
		if v.text != "" {
			l[key] = entry{v.text, d.source(v.line)}
		}
	}
	return l
}
