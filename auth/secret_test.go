package auth_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"doorkey/auth"
)

func TestASecretNeverShows(t *testing.T) {
	const value = "s3cr3t-value"
	type holder struct {
		Token auth.Secret
		inner auth.Secret // fmt does not ask the methods of this one
		Deep  struct{ Token *auth.Secret }
	}
	h := holder{Token: auth.NewSecret(value), inner: auth.NewSecret(value)}
	h.Deep.Token = &h.Token
	var shown bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10s"} {
		fmt.Fprintf(&shown, verb+"\n", h.Token)
		fmt.Fprintf(&shown, verb+"\n", h)
	}
	data, err := json.Marshal(map[auth.Secret]any{h.Token: h})
	if err != nil {
		t.Fatal(err)
	}
	shown.Write(data)
	for _, handler := range []slog.Handler{slog.NewTextHandler(&shown, nil), slog.NewJSONHandler(&shown, nil)} {
		slog.New(handler).Info("x", "token", h.Token, "holder", h)
	}
	fmt.Fprint(&shown, fmt.Errorf("wrapped %v", h.Token))
	for _, form := range []string{value, fmt.Sprintf("%x", value), fmt.Sprintf("%X", value)} {
		if strings.Contains(shown.String(), form) {
			t.Errorf("the secret shows:\n%s", shown.String())
		}
	}
	if h.Token.Reveal() != value || h.inner.Reveal() != value {
		t.Error("Reveal does not give the value")
	}
	if !auth.NewSecret("").IsZero() || h.Token.IsZero() || (auth.Secret{}).Reveal() != "" {
		t.Error("only the empty secret is zero")
	}
}
