package demo

import (
	"fmt"
	"slices"
)

// Organization is one at Logto, with the people in it.
type Organization struct {
	ID, Name string
	Members  []string // keys of people, as demotest names them
	Roles    []string // of every member
	Scopes   []string // what a member may do there, where the sign-in asked for it by name
}

const (
	organizationsScope     = "urn:logto:scope:organizations"
	organizationRolesScope = "urn:logto:scope:organization_roles"

	// organizationAudience and an id are the audience of an organization token.
	organizationAudience = "urn:logto:organization:"
)

// organizationsOf are those a person is a member of.
func (c Config) organizationsOf(p person) []Organization {
	return slices.DeleteFunc(slices.Clone(c.Organizations), func(o Organization) bool {
		return !slices.Contains(o.Members, p.Key)
	})
}

// organizationOf is the organization with an id, if a person is a member.
func (c Config) organizationOf(p person, id string) (Organization, bool) {
	mine := c.organizationsOf(p)
	i := slices.IndexFunc(mine, func(o Organization) bool { return o.ID == id })
	if i < 0 {
		return Organization{}, false
	}
	return mine[i], true
}

// permissions are the scope of a token for the organization: as with resources,
// those that were asked for by name.
func (o Organization) permissions(scope string) string { return among(o.Scopes, scope) }

// The claims of a person's organizations, by the scopes that ask for them.

func organizationIDs(of []Organization) []string {
	ids := make([]string, len(of))
	for i, o := range of {
		ids[i] = o.ID
	}
	return ids
}

func organizationRoles(of []Organization) []string {
	roles := []string{}
	for _, o := range of {
		for _, role := range o.Roles {
			roles = append(roles, o.ID+":"+role)
		}
	}
	return roles
}

func organizationData(of []Organization) []any {
	data := make([]any, len(of))
	for i, o := range of {
		data[i] = map[string]any{"id": o.ID, "name": o.Name, "description": nil}
	}
	return data
}

// checkPeople refuses a Config that speaks of people who are not there, which
// a test would otherwise take for a stand-in that leaves them out.
func (c Config) checkPeople() error {
	for _, o := range c.Organizations {
		for _, key := range o.Members {
			if _, ok := personByKey(key); !ok {
				return fmt.Errorf("organization %s has a member %q, and there is nobody called that", o.ID, key)
			}
		}
	}
	for key := range c.Roles {
		if _, ok := personByKey(key); !ok {
			return fmt.Errorf("roles are given to %q, and there is nobody called that", key)
		}
	}
	return nil
}
