package report

import "maps"

// watchWords are those of the page of a watch. This package does not know it, so the
// codes are spelled out; a test of the command compares both.
func watchWords() Words {
	w := Words{}
	for _, more := range []Words{watchFrameWords(), watchOverviewWords(), watchFindingWords(), watchRefusalWords(), watchStateWords()} {
		maps.Copy(w, more)
	}
	return w
}

// watchFrameWords are those of all pages.
func watchFrameWords() Words {
	return Words{
		"watch-skip":          "Skip to the content",
		"watch-pages":         "Pages",
		"watch-tenants":       "Tenants",
		"watch-findings":      "Findings",
		"watch-sign-out":      "Sign out",
		"watch-finding":       "Finding",
		"watch-tenant":        "Tenant",
		"watch-kind":          "Kind",
		"watch-risk":          "Risk",
		"watch-state":         "State",
		"watch-class":         "Class",
		"watch-label":         "Label",
		"watch-labels":        "Labels",
		"watch-name":          "Name",
		"watch-reason":        "Reason",
		"watch-any":           "any",
		"watch-filter":        "Filter",
		"watch-show-all":      "Show all",
		"watch-all-tenants":   "All tenants",
		"watch-more":          "More",
		"watch-more-tenants":  "More tenants",
		"watch-n-more":        "{n} more",
		"watch-never":         "never",
		"watch-none":          "none",
		"watch-none-yet":      "none yet",
		"watch-wanted":        "wanted",
		"watch-live":          "live",
		"watch-whole-tenant":  "the whole tenant",
		"watch-no-match":      "No finding matches.",
		"watch-nothing-open":  "Nothing is open.",
		"watch-nothing-known": "Nothing is known yet.",
		"watch-n-findings":    "{n} finding|{n} findings",
		"watch-n-tenants":     "{n} tenant|{n} tenants",
		"watch-n-requests":    "{n} request|{n} requests",
		"watch-findings-of":   "{findings} of {kind}",
		"watch-days":          "{n} d",
		"watch-hours":         "{n} h",
		"watch-minutes":       "{n} min",
		"watch-moments":       "moments",
		"watch-seconds":       "{n} s",
		"watch-ago":           "{time} ago",
		"watch-when-ago":      "{when} ({ago})",
		"watch-since":         "since {when} ({time})",
	}
}

// watchOverviewWords are those of the pages of all tenants and of one.
func watchOverviewWords() Words {
	return Words{
		"watch-tenants-by-state":      "Tenants by state",
		"watch-tenants-table":         "Tenants, the worst first, and how each kind stands",
		"watch-oldest":                "Oldest",
		"watch-last-read":             "Last read",
		"watch-no-tenant-matches":     "No tenant matches.",
		"watch-none-watched":          "No tenant is watched.",
		"watch-drifted-last":          "What drifted last",
		"watch-all-open":              "All {n} open",
		"watch-cell":                  "{kind}: {what}",
		"watch-findings-worst":        "{findings}, the worst {risk}",
		"watch-findings-acknowledged": "{findings}, acknowledged",
		"watch-not-read-wholly":       "could not be read wholly",
		"watch-when-last-read":        "when last read: {what}",
		"watch-live-tenant":           "Live tenant",
		"watch-last-look":             "Last look",
		"watch-looked":                "{when}, {took}, {requests}",
		"watch-last-read-whole":       "Last read whole",
		"watch-look-failed":           "The last look failed: {error}",
		"watch-compared":              "What was compared",
		"watch-kinds-table":           "Kinds, and how much of each was read",
		"watch-read":                  "Read",
		"watch-objects":               "Objects",
		"watch-open":                  "Open",
		"watch-acknowledged":          "Acknowledged",
		"watch-closed-last":           "Closed last",
		"watch-last-looks":            "Last looks",
		"watch-looks-table":           "The last looks, the newest first",
		"watch-began":                 "Began",
		"watch-took":                  "Took",
		"watch-requests":              "Requests",
	}
}

// watchFindingWords are those of the pages of findings.
func watchFindingWords() Words {
	return Words{
		"watch-findings-table":  "Findings, each with when it was opened",
		"watch-opened":          "Opened",
		"watch-closed":          "Closed",
		"watch-closed-since":    "closed {ago}",
		"watch-acknowledged-by": "acknowledged by {by} until {until}: {reason}",
		"watch-as-now":          "As it is now",
		"watch-last-seen":       "Last seen",
		"watch-changed-there":   "Changed on the tenant",
		"watch-by":              "by {by}",
		"watch-by-when":         "by {by}, {when}",
		"watch-manifest":        "Manifest",
		"watch-fields-table":    "What the manifest wants, and what is live",
		"watch-field":           "Field",
		"watch-column-wanted":   "Wanted",
		"watch-column-live":     "Live",
		"watch-history":         "History",
		"watch-by-until":        "by {by} until {until}: {reason}",
		"watch-last-saved":      "last saved by {by}",
		"watch-as-then":         "as it was then",
		"watch-first":           "First",
		"watch-first-worst":     "the worst",
		"watch-first-newest":    "the newest",
		"watch-acknowledgement": "Acknowledgement",
		"watch-acknowledge":     "Acknowledge",
		"watch-quiet-until":     "Nobody is told before {until}, unless it changes.",
		"watch-nothing-left":    "It is closed: nothing is left to acknowledge.",
		"watch-only-reads":      "Nobody acknowledged it. This page only reads: the watch was started without a token.",
		"watch-who":             "Who",
		"watch-until-end":       "Until the end of",
		"watch-token":           "Token of the watch",
		"watch-sign-in":         "Sign in to acknowledge",
	}
}

// watchRefusalWords are why a page or an answer is not what was asked for.
func watchRefusalWords() Words {
	return Words{
		"watch-not-shown":              "Not shown",
		"watch-not-shown-at-all":       "the page cannot be shown",
		"watch-no-tenant":              "No such tenant is watched.",
		"watch-no-finding":             "There is no such finding. Those that were closed long ago are forgotten.",
		"watch-other-form":             "This form was not sent from this page, or its session has ended: go back, load the page anew, and type the token.",
		"watch-wrong-token":            "That is not the token, or it was tried too often: wait a minute.",
		"watch-other-name":             "this page is not served under that name",
		"watch-no-session":             "no session can be made",
		"watch-wrong-number":           "after is a number, and limit one from 1 to 1000",
		"watch-wrong-state":            "state is open, unacknowledged, acknowledged, closed or all",
		"watch-wrong-sort":             "sort is worst or newest",
		"watch-refused-by-missing":     "Say who acknowledges it.",
		"watch-refused-reason-missing": "Give a reason.",
		"watch-refused-until-missing":  "Say until when.",
		"watch-refused-until-past":     "The acknowledgement must end in the future.",
		"watch-refused-until-late":     "The acknowledgement must end within {days} days.",
		"watch-refused-unknown":        "There is no such finding.",
		"watch-refused-closed":         "The finding is closed: nothing is left to acknowledge.",
		"watch-refused-token":          "This needs the header Authorization: Bearer TOKEN, with the token that the watch was started with.",
		"watch-refused-body":           `Give {"by": …, "reason": …, "until": "2026-12-31T00:00:00Z"}: {error}`,
		"watch-stalled":                "The watch has not moved for some time.",
		"watch-store-failed":           "The database failed: {error}.",
		"watch-manifests-failed":       "The manifests cannot be read anew, so those that were read before are watched: {error}.",
		"watch-first-round":            "The first round is under way: {tenants} to go.",
	}
}

// watchStateWords are how tenants, kinds and findings stand.
func watchStateWords() Words {
	return Words{
		"watch-state-unreadable":      "unreadable",
		"watch-state-drifted":         "drifted",
		"watch-state-waiting":         "not looked at yet",
		"watch-state-acknowledged":    "acknowledged",
		"watch-state-clean":           "clean",
		"watch-state-stale":           "stale",
		"watch-class-changed":         "changed",
		"watch-class-missing":         "missing",
		"watch-class-unwanted":        "should be gone",
		"watch-class-new":             "new",
		"watch-class-unreadable":      "cannot be read",
		"watch-read-complete":         "complete",
		"watch-read-incomplete":       "incomplete",
		"watch-read-not-read":         "not compared",
		"watch-read-unreadable":       "unreadable",
		"watch-filter-open":           "open",
		"watch-filter-unacknowledged": "unacknowledged",
		"watch-filter-acknowledged":   "acknowledged",
		"watch-filter-closed":         "closed",
		"watch-filter-all":            "all",
		"watch-what-opened":           "opened",
		"watch-what-changed":          "changed",
		"watch-what-closed":           "closed",
		"watch-what-acknowledged":     "acknowledged",
		"watch-what-expired":          "acknowledgement ended",
		"watch-what-unwatched":        "unwatched",
		"watch-what-watched":          "watched",
	}
}
