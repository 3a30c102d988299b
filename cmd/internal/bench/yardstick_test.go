package bench

import (
	"os"
	"strings"
	"testing"
)

// A yardstick with other versions of the libraries would measure those.
func TestYardstickHasTheSameVersions(t *testing.T) {
	ours, theirs := versions(t, "../../../go.mod"), versions(t, "testdata/yardstick/go.mod")
	if len(theirs) == 0 {
		t.Fatal("the yardstick requires nothing")
	}
	for module, version := range theirs {
		if ours[module] != version {
			t.Errorf("%s is %q in the yardstick, and %q in Doorkey", module, version, ours[module])
		}
	}
}

// versions are those that a go.mod requires, by module.
func versions(t *testing.T, path string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	required := map[string]string{}
	for line := range strings.Lines(string(data)) {
		if f := strings.Fields(line); len(f) >= 2 && strings.HasPrefix(line, "\t") {
			required[f[0]] = f[1]
		}
	}
	return required
}
