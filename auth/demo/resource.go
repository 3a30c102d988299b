package demo

import (
	"slices"
	"strings"
)

// Resource is an API that access tokens are made for (RFC 8707).
type Resource struct {
	Indicator string   // such as https://api.example.test
	Scopes    []string // its permissions, which everybody has
}

// organizationsResource is the one resource every Logto knows. To ask for it
// is to ask for the permissions in organizations.
const organizationsResource = "urn:logto:resource:organizations"

// resourceScopes are the scopes of a resource, none where there is no such.
func (c Config) resourceScopes(indicator string) []string {
	i := slices.IndexFunc(c.Resources, func(r Resource) bool { return r.Indicator == indicator })
	if i < 0 {
		return nil
	}
	return c.Resources[i].Scopes
}

// indicators are those of every resource that may be asked for besides
// organizationsResource.
func (c Config) indicators() []string {
	indicators := make([]string, len(c.Resources))
	for i, resource := range c.Resources {
		indicators[i] = resource.Indicator
	}
	return indicators
}

// scopeIDs are all scopes there are: Logto's own, and those of resources and
// organizations.
func (c Config) scopeIDs() []string {
	ids := slices.Clone(logtoScopes)
	add := func(scopes []string) {
		for _, scope := range scopes {
			if !slices.Contains(ids, scope) {
				ids = append(ids, scope)
			}
		}
	}
	for _, resource := range c.Resources {
		add(resource.Scopes)
	}
	for _, organization := range c.Organizations {
		add(organization.Scopes)
	}
	return ids
}

// among returns the scopes in a scope parameter that are among some.
func among(some []string, scope string) string {
	kept := slices.DeleteFunc(strings.Fields(scope), func(s string) bool { return !slices.Contains(some, s) })
	return strings.Join(kept, " ")
}
