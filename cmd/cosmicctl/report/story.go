package report

// story holds the words that differ by what a run is about: what an apply would
// do, what the live side did, or only the manifests.
type story struct {
	subject string // in the head of a document, and its marker
	noun    string // of one change
	begins  string // of the line that counts them
	none    string // sure that there are none
	unknown string // not sure, and none is known
	open    string // the same as a sentence
	partial string // before the names of tenants of which not all is known
	gained  string // of a row of access that came
	lost    string // of one that went
	gains   string // the same in a word
	loses   string
	access  string // what the rows of access compare with
	heading string // over the changes
	// before and after are the two sides of a value.
	before, after string
	differs       string // what exit code 2 says
	secrets       string // what to do about a secret that cannot be compared
}

// storyOf tells a run by its command. A saved plan that is shown, and a run of the
// history, are told as a plan.
func storyOf(command string) story {
	switch command {
	case "validate":
		return story{subject: "validate", noun: "change", none: "Valid", unknown: "Not valid", partial: "Not valid", differs: "changes"}
	case "drift":
		return story{subject: "drift", noun: "difference", begins: "Drift", none: "No drift", unknown: "Not known what drifted",
			open: "What drifted is not known.", partial: "Not compared completely", gained: "now", lost: "no longer", gains: "gained", loses: "lost", access: "Live", heading: "Drift",
			before: "Wanted", after: "Live", differs: "differences", secrets: setSecrets}
	case "compare":
		return story{subject: "compare", noun: "difference", begins: "Differences", none: "The same", unknown: "Not known what differs",
			open: "What differs is not known.", partial: "Not compared completely", access: "Who", heading: "Differences", differs: "differences"}
	case "doctor":
		return story{subject: "doctor", noun: "change", none: "Nothing found", unknown: "Not all is well", open: "Not all is well.", partial: "Not examined completely",
			differs: "a check failed"}
	case "verify":
		return story{subject: "verify", noun: "change", none: "Verified", unknown: "Not verified", open: "Not everything works.", partial: "Not verified",
			differs: "a check failed"}
	}
	return story{subject: "plan", noun: "change", begins: "Plan", none: "No changes", unknown: "Not known what would change",
		open: "What would change is not known.", partial: "Not planned completely", gained: "from now on", lost: "no longer", gains: "gained", loses: "lost", access: "After this plan",
		heading: "Changes", before: "Before", after: "After", differs: "changes", secrets: setSecrets}
}

const setSecrets = "Write them with --set-secrets."

func (r *Run) story() story {
	s := storyOf(r.Command)
	if pair := r.pair(); pair != nil {
		s.named(pair)
	}
	return s
}
