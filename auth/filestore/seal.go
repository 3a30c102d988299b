package filestore

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"slices"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
)

const (
	magic         = "DOORKEY"
	formatVersion = 1

	saltSize     = 16
	checkSize    = 16
	checksumSize = 8
	headerSize   = len(magic) + 1 + 1 + 1 + 4 + 1 + saltSize + checkSize + chacha20poly1305.NonceSizeX + checksumSize
	overhead     = chacha20poly1305.Overhead
)

// The kinds of key.
const (
	kindKey        = 0 // 32 random bytes
	kindPassphrase = 1
)

// derivation is how the key of a file is made of the key given. It is what the
// files of one program have in common.
type derivation struct {
	kind   byte
	passes uint8  // of Argon2id, as what follows; 0 for a key that is no passphrase
	memory uint32 // in KiB
	lanes  uint8
	salt   [saltSize]byte
}

// newDerivation is one for new files.
func newDerivation(kind byte) derivation {
	d := derivation{kind: kind}
	if kind == kindPassphrase {
		// The second choice of RFC 9106 §4, for 64 MiB of memory.
		d.passes, d.memory, d.lanes = 3, 64<<10, 4
	}
	rand.Read(d.salt[:]) // never fails
	return d
}

// plausible reports whether the numbers are such as this package writes, or might
// write one day: a file must not have a program take all memory.
func (d derivation) plausible() bool {
	if d.kind == kindKey {
		return d.passes == 0 && d.memory == 0 && d.lanes == 0
	}
	return d.kind == kindPassphrase && d.passes >= 1 && d.passes <= 16 && d.memory >= 8<<10 && d.memory <= 1<<20 && d.lanes >= 1 && d.lanes <= 16
}

// A fileKey is the key of the files with one derivation.
type fileKey struct {
	derivation
	key   []byte          // for the cipher
	check [checkSize]byte // by which a wrong key is told from a damaged file
}

// derive makes the key of files; secret is what was given.
func (d derivation) derive(secret []byte) *fileKey {
	if d.kind == kindPassphrase {
		secret = argon2.IDKey(secret, d.salt[:], uint32(d.passes), d.memory, d.lanes, 32)
	}
	both, err := hkdf.Key(sha256.New, secret, d.salt[:], "doorkey file 1", chacha20poly1305.KeySize+checkSize)
	if err != nil {
		panic(err) // too long a key was asked for
	}
	key := &fileKey{derivation: d}
	key.key = both[:chacha20poly1305.KeySize]
	copy(key.check[:], both[chacha20poly1305.KeySize:])
	return key
}

// A header is the part of a file before the record.
type header struct {
	derivation
	check [checkSize]byte
	nonce [chacha20poly1305.NonceSizeX]byte
}

func (h *header) encode() []byte {
	b := append([]byte(magic), formatVersion, h.kind, h.passes)
	b = binary.BigEndian.AppendUint32(b, h.memory)
	b = append(b, h.lanes)
	b = append(b, h.salt[:]...)
	b = append(b, h.check[:]...)
	b = append(b, h.nonce[:]...)
	sum := sha256.Sum256(b)
	return append(b, sum[:checksumSize]...)
}

// parseHeader returns the header of a file, or [ErrCorrupt] or [ErrNewer].
func parseHeader(file []byte) (*header, error) {
	if len(file) <= len(magic) || string(file[:len(magic)]) != magic || file[len(magic)] == 0 {
		return nil, fmt.Errorf("%w: the file was not written by this program", ErrCorrupt)
	}
	if version := file[len(magic)]; version > formatVersion {
		return nil, fmt.Errorf("%w (format %d)", ErrNewer, version)
	}
	if len(file) < headerSize+overhead {
		return nil, fmt.Errorf("%w: the file is too short", ErrCorrupt)
	}
	sum := sha256.Sum256(file[:headerSize-checksumSize])
	if !bytes.Equal(sum[:checksumSize], file[headerSize-checksumSize:headerSize]) {
		return nil, fmt.Errorf("%w: the header of the file was changed", ErrCorrupt)
	}
	var h header
	b := file[len(magic)+1:]
	h.kind, h.passes, h.memory, h.lanes = b[0], b[1], binary.BigEndian.Uint32(b[2:]), b[6]
	b = b[7:]
	b = b[copy(h.salt[:], b):]
	b = b[copy(h.check[:], b):]
	copy(h.nonce[:], b)
	if !h.plausible() {
		return nil, fmt.Errorf("%w: the header of the file makes no sense", ErrCorrupt)
	}
	return &h, nil
}

// opens reports whether this is the key of the file with that header.
func (k *fileKey) opens(h *header) bool {
	return subtle.ConstantTimeCompare(k.check[:], h.check[:]) == 1
}

// seal returns a file with the record.
func seal(k *fileKey, name string, data []byte) []byte {
	h := &header{derivation: k.derivation, check: k.check}
	rand.Read(h.nonce[:])
	file := h.encode()
	bound := append(slices.Clone(file), name...)
	return k.aead().Seal(file, h.nonce[:], data, bound)
}

// open returns the record in a file with that header.
func open(k *fileKey, h *header, name string, file []byte) ([]byte, error) {
	bound := append(slices.Clone(file[:headerSize]), name...)
	data, err := k.aead().Open(nil, h.nonce[:], file[headerSize:], bound)
	if err != nil {
		return nil, fmt.Errorf("%w: the file was changed, or is that of another record", ErrCorrupt)
	}
	return data, nil
}

func (k *fileKey) aead() interface {
	Seal(dst, nonce, plaintext, additionalData []byte) []byte
	Open(dst, nonce, ciphertext, additionalData []byte) ([]byte, error)
} {
	aead, err := chacha20poly1305.NewX(k.key)
	if err != nil {
		panic(err) // the length of the key is right
	}
	return aead
}
