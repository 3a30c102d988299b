package setup_test

import (
	"net/netip"
	"strings"
	"testing"

	"doorkey/auth/logto/management"
	"doorkey/auth/logto/setup"
)

func TestCheck(t *testing.T) {
	if err := everything().Check(); err != nil {
		t.Error(err)
	}
	for _, test := range []struct {
		name   string
		change func(*setup.Wanted)
		says   string
	}{
		{"no name", func(w *setup.Wanted) { w.Name = "" }, "name"},
		{"a name of two lines", func(w *setup.Wanted) { w.Name = "a\nb" }, "one line"},
		{"too many days", func(w *setup.Wanted) { w.RefreshDays = 181 }, "1 to 180"},
		{"fewer than no days", func(w *setup.Wanted) { w.RefreshDays = -1 }, "1 to 180"},
		{"WeCom and no WeCom", func(w *setup.Wanted) { w.NoWeCom = true }, "leave out one"},
		{"no Corp ID", func(w *setup.Wanted) { w.WeCom.CorpID = "" }, "企业ID"},
		{"no Agent ID", func(w *setup.Wanted) { w.WeCom.AgentID = "" }, "AgentId"},
		{"an Agent ID that is none", func(w *setup.Wanted) { w.WeCom.AgentID = "wwcorp" }, "not a number"},
		{"no secret", func(w *setup.Wanted) { w.WeCom.Secret = management.Secret{} }, "secret"},
		{"a secret with a blank", func(w *setup.Wanted) { w.WeCom.Secret = management.NewSecret("s3cret s3cret") }, "one word"},
		{"an unknown scope", func(w *setup.Wanted) { w.WeCom.Scope = "snsapi_login" }, "snsapi_privateinfo"},
		{"an API that is no address", func(w *setup.Wanted) { w.Resources[0].Indicator = "orders" }, "RFC 8707"},
		{"an API with a fragment", func(w *setup.Wanted) { w.Resources[0].Indicator += "#x" }, "RFC 8707"},
		{"an API with a query", func(w *setup.Wanted) { w.Resources[0].Indicator += "?x" }, "RFC 8707"},
		{"Logto's own API", func(w *setup.Wanted) { w.Resources[0].Indicator = "https://default.logto.app/api" }, "Management API"},
		{"an API twice", func(w *setup.Wanted) { w.Resources = append(w.Resources, w.Resources[0]) }, "named twice"},
		{"a permission twice", func(w *setup.Wanted) { w.Resources[0].Scopes = []string{"a", "a"} }, "named twice"},
		{"a permission with a blank", func(w *setup.Wanted) { w.Resources[0].Scopes = []string{"read orders"} }, "one word"},
	} {
		w := everything()
		test.change(&w)
		err := w.Check()
		if err == nil || !strings.Contains(err.Error(), test.says) || hasSecret(err.Error()) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestChecklist(t *testing.T) {
	tasks := setup.Checklist("https://login.example.com", "doorkey-abc", []netip.Addr{netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("::ffff:203.0.113.8")})
	text := ""
	for _, task := range tasks {
		text += task.Name + task.Chinese + strings.Join(task.Values, " ") + task.Note + "\n"
	}
	for _, want := range []string{"授权回调域login.example.com", "https://login.example.com/callback/doorkey-abc", "企业可信IP203.0.113.7 203.0.113.8", "may be another", "可见范围"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "trial") {
		t.Error(text)
	}
	for _, endpoint := range []string{"http://localhost:3001", "http://127.0.0.1:3001", "https://10.0.0.7", "https://logto"} {
		if note := setup.Checklist(endpoint, "c", nil)[0].Note; !strings.Contains(note, "trial") {
			t.Errorf("%s: %s", endpoint, note)
		}
	}
}
