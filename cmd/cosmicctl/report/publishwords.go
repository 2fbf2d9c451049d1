package report

import (
	"fmt"

	"cosmicctl/engine"
)

// Lines writes lines to paste into a manifest.
func (p *PlanText) Lines(lines []string) {
	if len(lines) > 0 {
		fmt.Fprintf(p.W, "  %s\n", p.Words["publish-paste"])
	}
	for _, line := range lines {
		fmt.Fprintf(p.W, "    %s\n", Clean(line))
	}
}

// publishWords are what a publication says.
func publishWords() Words {
	return Words{
		engine.TopicPublished:  "published",
		engine.TopicProperties: "properties",

		engine.CodePublished:      "{op} is there: {path} is published as {number}",
		engine.CodePublishedOwn:   "{op} is there: {path} was published here as {number}",
		engine.CodePublishSilent:  "{op} is listed as {number} at {path}, and does not answer this login; enable that API in the console and allow the app to call it, or delete it there and run this again",
		engine.CodePublishNew:     "{op} is not published: publish {number} at {path}",
		engine.CodePublishAgain:   "{op} was published here: publish {number} at {path} anew",
		engine.CodePublishOff:     "{op} was published here: switch off {number} at {path}",
		engine.CodePublishTaken:   "{op} cannot be published as {number}: the API of that number stands at {path}; rename or remove that one in the console",
		engine.CodeNoOperation:    "{form} has no operation {op}; give the path of an API that does it under environment.api",
		engine.CodeNoKey:          "{op} cannot be published: the metadata of {form} lacks what names an object; give its names under environment.properties",
		engine.CodeNoMetadata:     "the metadata of {form} cannot be read, so nothing is published for it; have an administrator allow getEntityFields, or publish it in the console",
		engine.CodeNoList:         "the list of APIs of {app} cannot be read, so nothing is published for {form}; have an administrator allow queryByApp, or publish it in the console",
		engine.CodePropertiesHere: "{n} of {all} are there by their names",
		engine.CodeByTitle:        "{property} is called {live} here, by its title",
		engine.CodeByColumns:      "{property} is called {live} here, as the only entry table with its columns",
		engine.CodeNoProperty:     "{property} is not in the metadata, nor is anything else with its title, so it is left out; if it has another name, give that under environment.properties",
		engine.CodeAppList:        "on 8.0.1 and later, or without 授权全部API, the API list of app {app} must hold them before they can be called: add in the console {apis}",

		engine.CodePublishDone:      "{op} is published as {number}",
		engine.CodePublishOffDone:   "{number} is switched off; to delete it for good, use the console",
		engine.CodePublishOffUntold: "{number} is switched off, the tenant says; its list of APIs does not tell",
		engine.CodePublishRefused:   "the tenant refuses to publish {number}",
		engine.CodePublishFailed:    "publishing {number} failed; look at the list of APIs before you try again",
		engine.CodePublishMoved:     "{number} was not written: something else stands at {path}, or under that number, since the plan",
		engine.CodePublishUnseen:    "{number} was written, and the list of APIs does not show it so",
		engine.CodePublishCalled:    "{op} answers at {path}",
		engine.CodePublishUncalled:  "{op} is published, and does not answer this login yet",
		engine.CodePublishUnchecked: "{number} was not written: whether its address is free cannot be read",

		"publish-paste":        "Put these names into the manifest, then run this again with --renew:",
		"publish-ask":          "Publish this?",
		"publish-no-terminal":  "there is no terminal to ask on; review what is to be published, then use --auto-approve",
		"publish-not-approved": "not approved; nothing was written",
	}
}
