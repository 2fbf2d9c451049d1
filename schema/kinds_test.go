package schema_test

import (
	"testing"

	"cosmicctl/schema"
)

// The kind files say nothing that their language does not know.
func TestKindFilesKeepTheirLanguage(t *testing.T) {
	if err := schema.CheckKinds(); err != nil {
		t.Error(err)
	}
}
