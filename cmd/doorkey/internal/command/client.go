package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/keychain"
	"doorkey/cmd/internal/baked"
	"doorkey/cmd/internal/connect"
	"doorkey/cmd/internal/settings"
)

// settings are those in force, and put the network in force too.
func (p *program) settings() (settings.Settings, error) {
	s, err := settings.Read(p.flags, p.Getenv, settings.Baked(baked.Settings()))
	if err == nil {
		err = p.network.Set(s)
	}
	return s, err
}

// client makes the client for what is set, after change, which may be nil. It
// asks neither the network nor the keychain.
func (p *program) client(change func(*auth.Config)) (*auth.Client, error) {
	config, err := p.config()
	if err != nil {
		return nil, err
	}
	config.RefreshAhead = -1 // this program ends soon
	if config.Store == nil {
		store := keychain.New(keychain.Options{OnPrompt: p.tellOfPrompt})
		p.opened = append(p.opened, store)
		config.Store = store
	}
	if change != nil {
		change(&config)
	}
	client, err := auth.New(config)
	if err != nil {
		return nil, err
	}
	p.opened = append(p.opened, client)
	return client, nil
}

// tellOfPrompt says what the program waits for while the keychain asks for a
// password.
func (p *program) tellOfPrompt(open bool) {
	if open {
		p.say("waiting for you to unlock the keychain")
	}
}

func (p *program) config() (auth.Config, error) {
	s, err := p.settings()
	switch {
	case err != nil:
		return auth.Config{}, err
	case p.demo:
		issuer, err := p.startDemo()
		if err != nil {
			return auth.Config{}, err
		}
		s.Issuer, s.ClientID, s.ClientSecret, s.RedirectURI = issuer, demo.ClientID, "", ""
		s.DeviceClientID, s.Scopes, s.Resources = demo.DeviceClientID, "", "" // which are another provider's
	case !s.Complete():
		return auth.Config{}, errNotSetUp
	}
	if p.warns {
		for _, warning := range settings.Warnings(s) {
			p.say("%s", warning)
		}
	}
	config := connect.Config(s, p.network)
	files, err := connect.FileStore(s, p.askPassphrase)
	if err != nil {
		return auth.Config{}, err
	}
	if files != nil { // a nil *Store would not be a nil Store
		config.Store = files
	}
	if p.demo {
		config.SessionLifetime = demo.SessionLifetime
	}
	return config, nil
}

var errNotSetUp = usagef("it is not known where to sign in: give --issuer and --client-id, or set AUTH_LOGTO_ISSUER and AUTH_LOGTO_ID, " +
	"or have an administrator run doorkey setup; doorkey signin --demo needs none of them")

// startDemo makes sure that the stand-in runs: the one of a window that has
// been started with --demo, or one of this program's own. They share what they
// keep, so that one goes on where another has ended.
func (p *program) startDemo() (issuer string, err error) {
	if issuer := "http://127.0.0.1:" + strconv.Itoa(demo.DefaultPort) + "/oidc"; answers(issuer) {
		return issuer, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no folder for the demo's state: %w", err)
	}
	config := demo.Sample()
	config.StateDir = filepath.Join(cache, "doorkey", "demo")
	server, err := demo.Start(config)
	if err != nil {
		return "", err
	}
	p.opened = append(p.opened, server)
	return server.Issuer(), nil
}

// answers tells whether a stand-in listens there.
func answers(issuer string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, issuer+"/.well-known/openid-configuration", nil)
	if err != nil {
		return false
	}
	direct := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: (&net.Dialer{}).DialContext}}
	response, err := direct.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	_, err = io.CopyN(io.Discard, response.Body, 64<<10)
	return response.StatusCode == http.StatusOK && (err == nil || errors.Is(err, io.EOF))
}
