package keychain

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
)

// An index is the list of people with a session at one issuer for one client: a record with a JSON array of their subjects,
// the one added last first. A keychain cannot be searched on every system, so the list is kept by hand.
//
// A subject is in it before its session is written and until its session is removed, so that no session is ever unlisted. The other
// way round it can list somebody who has none, after a crash: it counts only who has.
type index struct {
	record
	session func(subject string) record
}

// subjects returns the people who have a session.
func (x index) subjects(ctx context.Context) ([]string, error) {
	listed, err := x.read(ctx)
	if err != nil {
		return nil, err
	}
	var present []string
	for _, subject := range listed {
		switch there, err := x.session(subject).exists(ctx); {
		case err != nil:
			return nil, err
		case there:
			present = append(present, subject)
		}
	}
	return present, nil
}

// add puts the subject of key first, unless it is listed: a session is refreshed every hour, and that shall not write the list.
func (x index) add(ctx context.Context, key Key) error {
	listed, err := x.read(ctx)
	if err != nil && !errors.Is(err, ErrCorrupt) { // a corrupt list is begun anew
		return err
	}
	if slices.Contains(listed, key.Subject) {
		return nil
	}
	others, err := x.sweep(ctx, listed, key.Subject)
	if err != nil {
		return err
	}
	return x.write(ctx, append([]string{key.Subject}, others...))
}

// drop takes the subject of key out.
func (x index) drop(ctx context.Context, key Key) error {
	listed, err := x.read(ctx)
	if err != nil && !errors.Is(err, ErrCorrupt) {
		return err
	}
	others, err := x.sweep(ctx, listed, key.Subject)
	switch {
	case err != nil:
		return err
	case len(others) == 0:
		return x.remove(ctx)
	case len(others) == len(listed): // it was not in
		return nil
	default:
		return x.write(ctx, others)
	}
}

// sweep returns the people who have a session, except one. What an interrupted Save or Delete left of the others it removes.
func (x index) sweep(ctx context.Context, listed []string, except string) ([]string, error) {
	var others []string
	for _, subject := range listed {
		if subject == except {
			continue
		}
		session := x.session(subject)
		there, err := session.exists(ctx)
		if err == nil && !there {
			err = session.remove(ctx)
		}
		if err != nil {
			return nil, err
		}
		if there {
			others = append(others, subject)
		}
	}
	return slices.Clip(others), nil
}

// read returns who is listed; no list is an empty one.
func (x index) read(ctx context.Context) ([]string, error) {
	data, err := x.load(ctx)
	if errors.Is(err, errNoItem) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var listed []string
	if err := json.Unmarshal(data, &listed); err != nil {
		return nil, corrupt("the list of people is not one")
	}
	return listed, nil
}

func (x index) write(ctx context.Context, listed []string) error {
	data, err := json.Marshal(listed)
	if err != nil {
		return err
	}
	return x.save(ctx, data)
}
