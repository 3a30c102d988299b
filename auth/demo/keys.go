package demo

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"slices"

	"github.com/go-jose/go-jose/v4"
)

// signingKeys are the private keys of a stand-in, the one that signs first.
// Their JWKs all say their algorithm, which is how the provider library finds
// the key to sign with.
type signingKeys []signingKey

type signingKey struct{ jose.JSONWebKey }

func (k signingKey) signatureAlgorithm() jose.SignatureAlgorithm {
	return jose.SignatureAlgorithm(k.Algorithm)
}

// signingKeys returns the keys kept from an earlier run, making those that are
// missing. A default tenant of Logto has one ES384 key; after a rotation to
// RSA the former key stays published.
func (st *store) signingKeys(withRSA bool) (signingKeys, error) {
	ec, err := st.key(jose.ES384, func() (crypto.Signer, error) {
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	})
	if err != nil || !withRSA {
		return signingKeys{ec}, err
	}
	rs, err := st.key(jose.RS256, func() (crypto.Signer, error) {
		return rsa.GenerateKey(rand.Reader, 2048)
	})
	return signingKeys{rs, ec}, err
}

func (st *store) key(alg jose.SignatureAlgorithm, generate func() (crypto.Signer, error)) (signingKey, error) {
	st.mu.Lock()
	defer st.mu.Unlock()

	made := func(k jose.JSONWebKey) bool { return k.Algorithm == string(alg) }
	if i := slices.IndexFunc(st.state.Keys, made); i >= 0 {
		return signingKey{st.state.Keys[i]}, nil
	}
	key, err := generate()
	if err != nil {
		return signingKey{}, fmt.Errorf("make a signing key: %w", err)
	}
	jwk := jose.JSONWebKey{Key: key, Use: "sig", Algorithm: string(alg)}
	thumbprint, err := jwk.Thumbprint(crypto.SHA256) // RFC 7638, as Logto names its keys
	if err != nil {
		return signingKey{}, fmt.Errorf("name a signing key: %w", err)
	}
	jwk.KeyID = base64.RawURLEncoding.EncodeToString(thumbprint)
	st.state.Keys = append(st.state.Keys, jwk)
	st.save()
	return signingKey{jwk}, nil
}

// current is the key that signs.
func (k signingKeys) current() signingKey { return k[0] }

// published is the key set as Logto shows it: an RSA key has no "alg" there.
func (k signingKeys) published() jose.JSONWebKeySet {
	var set jose.JSONWebKeySet
	for _, key := range k {
		public := key.Public()
		if _, ok := public.Key.(*rsa.PublicKey); ok {
			public.Algorithm = ""
		}
		set.Keys = append(set.Keys, public)
	}
	return set
}

// algorithms is what discovery advertises for ID tokens.
func (k signingKeys) algorithms() []jose.SignatureAlgorithm {
	if k.current().signatureAlgorithm() == jose.RS256 {
		return []jose.SignatureAlgorithm{jose.PS256, jose.RS256, jose.ES384}
	}
	return []jose.SignatureAlgorithm{jose.ES384}
}

// sign makes a compact JWS of payload. Its header is {alg, kid}, and "typ"
// where typ is not "".
func (k signingKeys) sign(payload []byte, typ jose.ContentType) (string, error) {
	key := k.current()
	options := new(jose.SignerOptions)
	if typ != "" {
		options.WithType(typ)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: key.signatureAlgorithm(), Key: key.JSONWebKey}, options)
	if err != nil {
		return "", err
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return jws.CompactSerialize()
}

// verify returns the payload of a compact JWS that one of these keys signed.
func (k signingKeys) verify(compact string) ([]byte, error) {
	jws, err := jose.ParseSignedCompact(compact, k.algorithms())
	if err != nil {
		return nil, err
	}
	return jws.Verify(k.published())
}
