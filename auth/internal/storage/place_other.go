//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package storage

import (
	"errors"
	"os"
	"path/filepath"
)

func runtimeDirs() []string { return nil }

func temporaryDir(name string) string { return filepath.Join(os.TempDir(), name) }

// A place does not exist: there are no locks here that end with their program.
type place struct{}

func (l location) open(bool) (*place, error)         { return nil, errors.ErrUnsupported }
func (p *place) close()                              {}
func (p *place) open(string, bool) (*os.File, error) { return nil, errors.ErrUnsupported }
func (p *place) remove(string) error                 { return errors.ErrUnsupported }
func (p *place) holds(string, *os.File) bool         { return false }
func tryLock(*os.File) (bool, error)                 { return false, errors.ErrUnsupported }
func unlock(file *os.File)                           { _ = file.Close() }

const renamesOpenFiles = true

func (p *place) openRecord(string) (*os.File, error) { return nil, errors.ErrUnsupported }
func (p *place) create(string) (*os.File, error)     { return nil, errors.ErrUnsupported }
func (p *place) rename(string, string) error         { return errors.ErrUnsupported }
func (p *place) sync() error                         { return errors.ErrUnsupported }
func (p *place) names() ([]string, error)            { return nil, errors.ErrUnsupported }
