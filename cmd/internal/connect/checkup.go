package connect

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net/http"

	"doorkey/auth/doctor"
	"doorkey/auth/filestore"
	"doorkey/auth/keychain"
	"doorkey/cmd/internal/network"
	"doorkey/cmd/internal/settings"
)

// Checkup is what the doctor is to look at: what is set, with what is wrong with
// it, the network as it is, and the keychain that [Config] uses.
func Checkup(s settings.Settings, wrong error, n *network.Network) doctor.Target {
	local := &doctor.Local{
		Settings:    []doctor.Setting{},
		SettingsErr: wrong,
		Browser:     n.Browser,
		Keychain:    keychain.New(keychain.Options{}).Probe,
	}
	if s.Storage == settings.StorageFile {
		local.Files = func(ctx context.Context) (string, error) { return tryFiles(ctx, s) }
	}
	for _, line := range s.Redacted() {
		shown := doctor.Setting{Name: string(line.Key), Value: line.Value}
		if line.Source.Layer != settings.Default {
			shown.Source = line.Source.String()
		}
		local.Settings = append(local.Settings, shown)
	}
	return doctor.Target{
		Issuer:      s.Issuer,
		ClientID:    s.ClientID,
		HasSecret:   s.ClientSecret != "",
		RedirectURI: s.RedirectURI,
		HTTPClient:  &http.Client{Transport: n.Transport()},
		Local:       local,
	}
}

// tryFiles stores something in the encrypted files for a moment, unless that
// takes a passphrase, which is asked for when there is a session to read.
func tryFiles(ctx context.Context, s settings.Settings) (folder string, err error) {
	if folder = s.StorageFolder; folder == "" {
		if folder, err = filestore.DefaultDir(); err != nil {
			return "", err
		}
	}
	if cmp.Or(s.StorageKeyFile, s.StorageKeyCommand) == "" {
		return folder, nil
	}
	store, err := FileStore(s, nil)
	if err != nil {
		return folder, err
	}
	const name = "probe"
	unlock, err := store.Lock(ctx, name)
	if err != nil {
		return folder, err
	}
	defer unlock()
	data := []byte(rand.Text())
	err = store.Write(ctx, name, data)
	if err == nil {
		var read []byte
		if read, err = store.Read(ctx, name); err == nil && !bytes.Equal(read, data) {
			err = errors.New("it gave back something other than was stored")
		}
	}
	return folder, errors.Join(err, store.Write(context.WithoutCancel(ctx), name, nil))
}
