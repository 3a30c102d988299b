package keychain

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	formatVersion = 1

	// maxParts bounds what a head may claim.
	maxParts = 1024
)

// The encodings of an item, which its first line names after the version of the format.
const (
	encodingRaw     = "raw"     // as it is
	encodingBase64  = "base64"  // of what is not text, where an item is text
	encodingDeflate = "deflate" // compressed
	encodingParts   = "parts"   // a head
)

// A value is a record in the keychain. Writers of the same one exclude each other; readers do not.
//
// The parts of a slot have no gap: they are written upwards and removed downwards, so that looking for the first that is
// missing finds them all, whatever was interrupted.
type value struct {
	items items
	name  string
}

// A head says where the parts of a value are. Two heads that are equal stand for the same generation.
type head struct {
	Slot       string `json:"slot"`   // "a" or "b"
	Generation string `json:"gen"`    // random
	Parts      int    `json:"parts"`  // number of items in the slot
	Size       int    `json:"size"`   // of what they hold together, in bytes
	Sum        string `json:"sha256"` // of that, in hex
	Deflated   bool   `json:"deflated,omitempty"`
}

// read returns the value, nil if there is none. With ErrCorrupt it returns what can be read of it from its beginning.
func (v value) read(ctx context.Context) ([]byte, error) {
	data, h, err := v.item(ctx)
	for err == nil && h != nil {
		whole, readErr := v.join(ctx, *h)
		if !errors.Is(readErr, ErrCorrupt) {
			return whole, readErr
		}
		// Either somebody has written meanwhile, and what the old head names is gone, or it is damaged for good.
		// Each turn takes a write of somebody else, so there are few; the context bounds them.
		before := *h
		if data, h, err = v.item(ctx); err == nil && h != nil && *h == before {
			return whole, readErr
		}
	}
	if errors.Is(err, errNoItem) {
		return nil, nil
	}
	return data, err
}

// item reads the item that bears the name: it is the whole value, or the head of one in parts.
func (v value) item(ctx context.Context) ([]byte, *head, error) {
	item, err := v.items.get(ctx, v.name)
	if err != nil {
		return nil, nil, err
	}
	format, rest, isLine := strings.Cut(item, "\n")
	version, encoding, isFormat := strings.Cut(format, " ")
	switch n, err := strconv.Atoi(version); {
	case err != nil || n < 1 || !isLine || !isFormat:
		return []byte(rest), nil, corrupt("the item is not ours") // or was, and its first line is damaged
	case n > formatVersion:
		return nil, nil, fmt.Errorf("%w (format %d)", ErrNewer, n)
	case rest == "":
		return nil, nil, corrupt("the item is cut off")
	}
	switch encoding {
	case encodingRaw:
		return []byte(rest), nil, nil
	case encodingBase64:
		data, err := base64.StdEncoding.DecodeString(rest) // what comes before the damage
		if err != nil {
			err = corrupt("it is not base64")
		}
		return data, nil, err
	case encodingDeflate:
		data, err := inflate([]byte(rest))
		return data, nil, err
	case encodingParts:
		var h head
		if json.Unmarshal([]byte(rest), &h) != nil || h.Slot != "a" && h.Slot != "b" ||
			h.Size < 1 || h.Size > MaxSize || h.Parts < 1 || h.Parts > maxParts {
			return nil, nil, corrupt("the head makes no sense")
		}
		return nil, &h, nil
	}
	return nil, nil, corrupt("the item is not ours")
}

// join returns what the parts hold, or ErrCorrupt where that is not, or no longer, what the head says.
func (v value) join(ctx context.Context, h head) ([]byte, error) {
	stored := make([]byte, 0, h.Size)
	var damage error
	for n := range h.Parts {
		part, err := v.items.get(ctx, v.part(h.Slot, n))
		if errors.Is(err, errNoItem) {
			damage = corrupt("part %d of %d is missing", n+1, h.Parts)
			break
		}
		if err != nil {
			return nil, err
		}
		stored = append(stored, part...)
	}
	if damage == nil && (len(stored) != h.Size || checksum(stored) != h.Sum) {
		damage = corrupt("the checksum is wrong")
	}
	if !h.Deflated {
		return stored, damage
	}
	data, err := inflate(stored)
	if damage == nil {
		damage = err
	}
	return data, damage
}

// write replaces the value, or removes it where there is no data. If it returns an error, or never returns, the value is the
// old or the new one.
func (v value) write(ctx context.Context, data []byte) error {
	if v.items.limit == 0 { // everything is one item
		if len(data) == 0 {
			return v.items.remove(ctx, v.name)
		}
		return v.items.put(ctx, v.name, asText(data))
	}
	_, old, err := v.item(ctx)
	if err != nil && !errors.Is(err, errNoItem) && !errors.Is(err, ErrCorrupt) {
		return err
	}
	if len(data) == 0 {
		if err := v.items.remove(ctx, v.name); err != nil {
			return err
		}
		return v.tidy(ctx, "", old)
	}
	item, whole := asItem(data, v.items.limit)
	var slot string
	if !whole {
		slot = old.otherSlot()
		if item, err = v.cut(ctx, slot, data); err != nil {
			return err
		}
	}
	if err := v.items.put(ctx, v.name, item); err != nil {
		return err
	}
	_ = v.tidy(ctx, slot, old) // the value is stored: failing to does not undo that, and the next write tidies up as well
	return nil
}

// cut writes the parts of the value into a slot and returns their head.
func (v value) cut(ctx context.Context, slot string, data []byte) (string, error) {
	h := head{Slot: slot, Generation: rand.Text()}
	if packed := deflate(data); len(packed) < len(data) {
		data, h.Deflated = packed, true
	}
	h.Size, h.Sum = len(data), checksum(data)
	for len(data) > 0 {
		part := data[:min(len(data), v.items.limit)]
		if err := v.items.put(ctx, v.part(slot, h.Parts), string(part)); err != nil {
			return "", err
		}
		data = data[len(part):]
		h.Parts++
	}
	// A longer value may have been on its way into this slot when its writer was killed.
	if err := v.trim(ctx, slot, h.Parts, h.Parts); err != nil {
		return "", err
	}
	text, err := json.Marshal(h)
	return format(encodingParts) + string(text), err
}

// tidy removes the parts in the slots that are not in use, which a program that was killed may have left in any of them, also
// where the value was and is one item. The head of the old value, which may be nil, knows of parts behind a gap.
func (v value) tidy(ctx context.Context, inUse string, old *head) error {
	for _, slot := range []string{"a", "b"} {
		if slot == inUse {
			continue
		}
		known := 0
		if old != nil && old.Slot == slot {
			known = old.Parts
		}
		if err := v.trim(ctx, slot, 0, known); err != nil {
			return err
		}
	}
	return nil
}

// trim removes the parts of a slot from the n-th on. At least known parts were written once; there may be more.
func (v value) trim(ctx context.Context, slot string, n, known int) error {
	end := known
	for ; end < maxParts; end++ {
		if _, err := v.items.get(ctx, v.part(slot, end)); errors.Is(err, errNoItem) {
			break
		} else if err != nil {
			return err
		}
	}
	for end--; end >= n; end-- { // downwards: no gap
		if err := v.items.remove(ctx, v.part(slot, end)); err != nil {
			return err
		}
	}
	return nil
}

func (v value) part(slot string, n int) string { return fmt.Sprintf("%s:%s:%d", v.name, slot, n) }

// otherSlot is the slot that h, which may be nil, does not name.
func (h *head) otherSlot() string {
	if h != nil && h.Slot == "a" {
		return "b"
	}
	return "a"
}

func format(encoding string) string { return fmt.Sprintf("%d %s\n", formatVersion, encoding) }

// asText is the item for data where items have no limit but are text: KeePassXC does not keep other bytes.
func asText(data []byte) string {
	if utf8.Valid(data) && bytes.IndexByte(data, 0) < 0 {
		return format(encodingRaw) + string(data)
	}
	return format(encodingBase64) + base64.StdEncoding.EncodeToString(data)
}

// asItem is the item for data where that fits into the limit; ok reports whether it does.
func asItem(data []byte, limit int) (item string, ok bool) {
	if item = format(encodingRaw) + string(data); len(item) <= limit {
		return item, true
	}
	item = format(encodingDeflate) + string(deflate(data))
	return item, len(item) <= limit
}

func deflate(data []byte) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression) // fails for an unknown level only
	_, _ = w.Write(data)                               // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// inflate returns as much as can be read.
func inflate(packed []byte) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), MaxSize+1))
	if err != nil || len(data) > MaxSize {
		return data, corrupt("it cannot be decompressed")
	}
	return data, nil
}

func checksum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// corrupt is an ErrCorrupt with what is wrong.
func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...))
}
