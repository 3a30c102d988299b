package keychain

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

const (
	// maxItem is the size in bytes of the largest value of one item. macOS is the narrowest: go-keyring encodes the value once more
	// and its whole command line, with both names, has at most 4,096 bytes.
	maxItem = 2000
	// maxPart is how much of a record goes into one item.
	maxPart = maxItem * 3 / 4
	// maxParts is how many items the largest record takes.
	maxParts = (MaxSize + maxPart - 1) / maxPart

	formatVersion = 1
)

// A record is a value of up to MaxSize bytes, kept in small items: a head, and parts in one of two slots.
// Writers of the same record exclude each other, see lock; readers do not.
//
// The parts of a slot have no gap: they are written upwards and removed downwards, so that looking for the first that is
// missing finds them all, whatever was interrupted.
type record struct {
	items   items
	name    string // of the head
	changed func() // called once the value may be another; may be nil
}

// A head says where the value is. Two heads that are equal stand for the same generation.
type head struct {
	Version    int    `json:"v"`
	Slot       string `json:"slot"`   // "a" or "b"
	Generation string `json:"gen"`    // random
	Parts      int    `json:"parts"`  // number of items in the slot
	Size       int    `json:"size"`   // of the value, in bytes
	Sum        string `json:"sha256"` // of the value, in hex
}

// load returns the value, or errNoItem.
func (r record) load(ctx context.Context) ([]byte, error) {
	h, err := r.head(ctx)
	for err == nil {
		data, readErr := r.read(ctx, h)
		if !errors.Is(readErr, ErrCorrupt) {
			return data, readErr
		}
		// Either somebody saved meanwhile, and what the old head names is gone, or it is broken for good.
		// Each turn takes a Save of somebody else, so there are few; the context bounds them.
		before := h
		if h, err = r.head(ctx); err == nil && h == before {
			return nil, readErr
		}
	}
	return nil, err
}

// read returns the value that h stands for, or ErrCorrupt when it is not, or no longer, there.
func (r record) read(ctx context.Context, h head) ([]byte, error) {
	data := make([]byte, 0, h.Size)
	for n := range h.Parts {
		value, err := r.items.get(ctx, r.part(h.Slot, n))
		if errors.Is(err, errNoItem) {
			return nil, corrupt("part %d of %d is missing", n+1, h.Parts)
		}
		if err != nil {
			return nil, err
		}
		part, err := base64.RawStdEncoding.DecodeString(value)
		if err != nil {
			return nil, corrupt("part %d of %d is not ours", n+1, h.Parts)
		}
		data = append(data, part...)
	}
	if len(data) != h.Size || checksum(data) != h.Sum {
		return nil, corrupt("the checksum is wrong")
	}
	return data, nil
}

// save replaces the value. If it returns an error, or never returns, the value is the old or the new one.
func (r record) save(ctx context.Context, data []byte) error {
	old, err := r.head(ctx) // the zero head where there is none, or none that is ours: the name is, so it makes room
	if err != nil && !errors.Is(err, errNoItem) && !errors.Is(err, ErrCorrupt) {
		return err
	}
	h := head{
		Version:    formatVersion,
		Slot:       old.otherSlot(),
		Generation: rand.Text(),
		Parts:      (len(data) + maxPart - 1) / maxPart,
		Size:       len(data),
		Sum:        checksum(data),
	}
	for n := range h.Parts {
		part := data[n*maxPart : min((n+1)*maxPart, len(data))]
		if err := r.items.put(ctx, r.part(h.Slot, n), base64.RawStdEncoding.EncodeToString(part)); err != nil {
			return err
		}
	}
	// A longer value may have been on its way into this slot when its writer was killed.
	if err := r.trim(ctx, h.Slot, h.Parts, h.Parts); err != nil {
		return err
	}
	err = r.items.put(ctx, r.name, h.encode())
	r.announce()
	if err != nil {
		return err
	}
	// The value is saved. Failing to tidy up does not undo that, and the next save tidies up as well.
	_ = r.trim(ctx, h.otherSlot(), 0, old.Parts)
	return nil
}

// remove removes the value, which may be missing or corrupt. The head goes first: from then on there is no value.
func (r record) remove(ctx context.Context) error {
	h, err := r.head(ctx)
	if err != nil && !errors.Is(err, errNoItem) && !errors.Is(err, ErrCorrupt) {
		return err
	}
	if !errors.Is(err, errNoItem) {
		err := r.items.remove(ctx, r.name)
		r.announce()
		if err != nil {
			return err
		}
	}
	slot := cmp.Or(h.Slot, "a") // of a head that is missing or corrupt neither slot is known
	if err := r.trim(ctx, slot, 0, h.Parts); err != nil {
		return err
	}
	return r.trim(ctx, head{Slot: slot}.otherSlot(), 0, 0)
}

// announce tells that the head was written or removed, or may have been: an error does not rule it out.
func (r record) announce() {
	if r.changed != nil {
		r.changed()
	}
}

// trim removes the parts of a slot from the n-th on. At least known parts were written once; there may be more.
func (r record) trim(ctx context.Context, slot string, n, known int) error {
	end := known
	for ; end < maxParts; end++ {
		if _, err := r.items.get(ctx, r.part(slot, end)); errors.Is(err, errNoItem) {
			break
		} else if err != nil {
			return err
		}
	}
	for end--; end >= n; end-- { // downwards: no gap
		if err := r.items.remove(ctx, r.part(slot, end)); err != nil {
			return err
		}
	}
	return nil
}

// exists tells whether there is a value, be it a corrupt one.
func (r record) exists(ctx context.Context) (bool, error) {
	switch _, err := r.head(ctx); {
	case err == nil, errors.Is(err, ErrCorrupt), errors.Is(err, ErrNewer):
		return true, nil
	case errors.Is(err, errNoItem):
		return false, nil
	default:
		return false, err
	}
}

// head returns the head, or errNoItem, ErrCorrupt or ErrNewer.
func (r record) head(ctx context.Context) (head, error) {
	value, err := r.items.get(ctx, r.name)
	if err != nil {
		return head{}, err
	}
	return decodeHead(value)
}

func (r record) part(slot string, n int) string { return fmt.Sprintf("%s:%s:%d", r.name, slot, n) }

func decodeHead(value string) (head, error) {
	text, err := base64.RawStdEncoding.DecodeString(value)
	if err != nil {
		return head{}, corrupt("the item is not ours")
	}
	// The version comes first: whatever else a later format changes, it keeps this field and its type.
	var format struct {
		Version int `json:"v"`
	}
	if json.Unmarshal(text, &format) != nil || format.Version < 1 {
		return head{}, corrupt("the item is not ours")
	}
	if format.Version > formatVersion {
		return head{}, fmt.Errorf("%w (format %d)", ErrNewer, format.Version)
	}
	var h head
	if json.Unmarshal(text, &h) != nil || h.Slot != "a" && h.Slot != "b" ||
		h.Size < 0 || h.Size > MaxSize || h.Parts < 0 || h.Parts > maxParts {
		return head{}, corrupt("the item makes no sense")
	}
	return h, nil
}

func (h head) encode() string {
	text, err := json.Marshal(h)
	if err != nil {
		panic(err) // strings and integers only
	}
	return base64.RawStdEncoding.EncodeToString(text)
}

// otherSlot is the slot h does not name.
func (h head) otherSlot() string {
	if h.Slot == "a" {
		return "b"
	}
	return "a"
}

func checksum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// corrupt is an ErrCorrupt with what is wrong.
func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...))
}
