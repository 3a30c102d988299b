package command

import (
	"encoding/json"
	"fmt"
	"regexp"
	"sync"
	"time"

	"doorkey/auth"
)

// tokenFormat writes a token to standard output.
type tokenFormat func(p *program, t auth.Token, r tokenRequest) error

// tokenFormats are those of doorkey token. Here, and nowhere else, does a token
// leave the program on purpose.
var tokenFormats = map[string]tokenFormat{
	"text": func(p *program, t auth.Token, _ tokenRequest) error { return p.line(t.Value.Reveal()) },
	"json": func(p *program, t auth.Token, r tokenRequest) error {
		return p.printJSON(tokenView{
			Token: t.Value.Reveal(), Type: t.Type, Expiry: utc(t.Expiry), Scopes: t.Scopes,
			Resource: r.resource, Organization: r.organization, IsIDToken: r.idToken,
		})
	},
	"header": func(p *program, t auth.Token, _ tokenRequest) error {
		return p.line("Authorization: " + t.Type + " " + t.Value.Reveal())
	},
	"exec-credential": writeExecCredential,
	"env": func(p *program, t auth.Token, r tokenRequest) error {
		if err := checkVariable(r.variable); err != nil {
			return err
		}
		return p.line(r.variable + "=" + t.Value.Reveal())
	},
}

func (p *program) line(text string) error {
	_, err := fmt.Fprintln(p.Stdout, text)
	return err
}

var variableName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`) })

func checkVariable(name string) error {
	if !variableName().MatchString(name) {
		return usagef("--env: %q cannot be an environment variable: use letters, digits and _", name)
	}
	return nil
}

// execCredential is what kubectl reads from a plugin
// (https://kubernetes.io/docs/reference/config-api/client-authentication.v1/).
type execCredential struct {
	APIVersion string               `json:"apiVersion"`
	Kind       string               `json:"kind"`
	Status     execCredentialStatus `json:"status"`
}

type execCredentialStatus struct {
	Token  string     `json:"token"`
	Expiry *time.Time `json:"expirationTimestamp,omitempty"`
}

// writeExecCredential answers in the version that kubectl asks for.
func writeExecCredential(p *program, t auth.Token, _ tokenRequest) error {
	c := execCredential{
		APIVersion: "client.authentication.k8s.io/v1", Kind: "ExecCredential",
		Status: execCredentialStatus{Token: t.Value.Reveal()},
	}
	if !t.Expiry.IsZero() {
		c.Status.Expiry = new(t.Expiry.UTC().Truncate(time.Second))
	}
	if info := p.Getenv("KUBERNETES_EXEC_INFO"); info != "" {
		var asked struct {
			APIVersion string `json:"apiVersion"`
		}
		if err := json.Unmarshal([]byte(info), &asked); err != nil {
			return usagef("KUBERNETES_EXEC_INFO is not JSON: leave it to kubectl to set it")
		}
		switch asked.APIVersion {
		case "client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1":
			c.APIVersion = asked.APIVersion
		default:
			return usagef("kubectl asks for %q, which is not known: use v1 or v1beta1 in the kubeconfig", asked.APIVersion)
		}
	}
	return p.printJSON(c)
}
