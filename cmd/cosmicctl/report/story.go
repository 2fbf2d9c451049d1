package report

import "cosmicctl/engine"

// story holds the words that differ by what a run is about: what an apply would
// do, what the live side did, or only the manifests.
type story struct {
	subject string      // in the head of a document, and its marker, in every language
	noun    engine.Code // counts changes
	more    engine.Code // counts those that found no room
	some    engine.Code // says how many of all are shown
	column  string      // over the numbers of them
	none    string      // sure that there are none
	unknown string      // not sure, and none is known
	open    string      // the same as a sentence
	partial string      // before the names of tenants of which not all is known
	gained  string      // of a row of access that came
	lost    string      // of one that went
	gains   string      // the same in a word
	loses   string
	access  string // what the rows of access compare with
	heading string // over the changes
	// before and after are the two sides of a value.
	before, after string
	differs       string // what exit code 2 says
	secrets       string // what to do about a secret that cannot be compared
}

// story tells a run by its command. A saved plan that is shown, and a run of the
// history, are told as a plan.
func (w Words) story(command string) story {
	changes := story{subject: "plan", noun: "n-changes", more: "n-more-changes", some: "some-changes", column: w["changes"], differs: w["changes"]}
	differences := story{subject: command, noun: "n-differences", more: "n-more-differences", some: "some-differences", column: w["differences"], differs: w["differences"],
		partial: w["not-compared-completely"]}
	switch command {
	case "validate":
		s := changes
		s.subject, s.none, s.unknown, s.partial = command, w["valid"], w["not-valid"], w["not-valid"]
		return s
	case "drift":
		s := differences
		s.none, s.unknown, s.open = w["no-drift"], w["drift-unknown"], w["drift-open"]
		s.gained, s.lost, s.gains, s.loses = w["now"], w["no-longer"], w["gained"], w["lost"]
		s.access, s.heading, s.before, s.after, s.secrets = w["live"], w["drift"], w["wanted"], w["live"], w["set-secrets"]
		return s
	case "compare":
		s := differences
		s.none, s.unknown, s.open = w["compare-same"], w["compare-unknown"], w["compare-open"]
		s.access, s.heading = w["who"], w["heading-differences"]
		return s
	case "doctor":
		s := changes
		s.subject, s.none, s.unknown, s.open, s.partial = command, w["doctor-none"], w["doctor-unknown"], w["doctor-open"], w["doctor-partial"]
		s.differs = w["a-check-failed"]
		return s
	case "verify":
		s := changes
		s.subject, s.none, s.unknown, s.open, s.partial = command, w["verify-none"], w["verify-unknown"], w["verify-open"], w["verify-unknown"]
		s.differs = w["a-check-failed"]
		return s
	}
	s := changes
	s.none, s.unknown, s.open, s.partial = w["no-changes"], w["changes-unknown"], w["changes-open"], w["not-planned-completely"]
	s.gained, s.lost, s.gains, s.loses = w["from-now-on"], w["no-longer"], w["gained"], w["lost"]
	s.access, s.heading, s.before, s.after, s.secrets = w["after-this-plan"], w["heading-changes"], w["before"], w["after"], w["set-secrets"]
	return s
}

func (r *Run) story(w Words) story {
	s := w.story(r.Command)
	if pair := r.pair(); pair != nil {
		s.named(w, pair)
	}
	return s
}
