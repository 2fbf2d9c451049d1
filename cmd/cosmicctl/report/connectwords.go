package report

import "cosmicctl/engine"

// Codes of what connecting to a console says.
const (
	CodeNoConsole     engine.Code = "no-console"
	CodeNotHere       engine.Code = "no-cosmic-here"
	CodeNowhere       engine.Code = "no-cosmic"
	CodeSiteBoth      engine.Code = "site-both-flows"
	CodeSiteEnhanced  engine.Code = "site-enhanced-flow"
	CodeSiteTwoSteps  engine.Code = "site-two-steps"
	CodeSiteUnclear   engine.Code = "site-unclear"
	CodeCentre        engine.Code = "data-centre"
	CodeCentres       engine.Code = "data-centres"
	CodeCentreAsk     engine.Code = "data-centre-ask"
	CodeCentreChoose  engine.Code = "data-centre-choose"
	CodeCentreUnknown engine.Code = "data-centre-unknown"
	CodeCentreSeveral engine.Code = "data-centre-several"
	CodeCentreTaken   engine.Code = "data-centre-taken"
	CodeCentreNone    engine.Code = "data-centre-none"
	CodeCentreGive    engine.Code = "data-centre-give"
	CodeCentrePaste   engine.Code = "data-centre-paste"
	CodeCentreBody    engine.Code = "data-centre-body"
	CodeCentreOther   engine.Code = "data-centre-other"
	CodeVersionAsk    engine.Code = "version-ask"
	CodeVersionGive   engine.Code = "version-give"
	CodeVersionBefore engine.Code = "version-before-flow"
	CodeVersionFlow   engine.Code = "version-without-flow"
	CodeAppAsk        engine.Code = "app-ask"
	CodeUserAsk       engine.Code = "user-ask"
	CodeUserChinese   engine.Code = "user-chinese"
	CodePlaceholder   engine.Code = "placeholder"
	CodeFileHasEnv    engine.Code = "file-has-environment"
	CodeFileNotSimple engine.Code = "file-not-simple"
	CodeFileName      engine.Code = "file-other-name"
	CodeFileTaken     engine.Code = "file-taken"
	CodeWritten       engine.Code = "environment-written"
	CodeNextApp       engine.Code = "next-app"
	CodeNextSecret    engine.Code = "next-secret"
	CodeNextCheck     engine.Code = "next-check"
)

func connectWords() Words {
	return Words{
		CodeNoConsole:    "the address of the console: {error}",
		CodeNotHere:      "no Cosmic answers at {base}: {error}",
		CodeNowhere:      "no Cosmic was found behind this address; copy the address of the console from the browser once it is open, and check network and proxy",
		CodeSiteBoth:     "Cosmic answers at {base}, with both token flows: it is {since} or later",
		CodeSiteEnhanced: "Cosmic answers at {base}, with the enhanced token flow: it is {since} or later",
		CodeSiteTwoSteps: "Cosmic answers at {base}, with the old token flow alone (getAppToken.do, login.do): it is older than {since}",
		CodeSiteUnclear:  "Cosmic answers at {base}, but not in a way that tells which token flows it has",

		CodeCentre:        "data centre {name}",
		CodeCentres:       "the console has {n} data centres:",
		CodeCentreAsk:     "Which data centre, by its number, id or name? ",
		CodeCentreChoose:  "there are {n} data centres; choose one with --data-centre and its number, id or name",
		CodeCentreUnknown: "no data centre of this console has that number, id or name",
		CodeCentreSeveral: "{n} data centres are called that; choose one by its id",
		CodeCentreTaken:   "the console lists no data centres ({error}), so --data-centre is taken for an id that nobody proved",
		CodeCentreNone: "the console lists no data centres ({error}). The id is found in the browser: log in to the console, open the developer tools (F12), " +
			"choose Network (网络), load the page again, search for getUserLanguage.do, and copy its answer, which holds \"userId\":\"<accountId>_<user>\". " +
			"Then run this again with --user-language FILE, or - for stdin. 【{menu}】→【当前账套信息】 shows the id too. It is sensitive: do not pass it on",
		CodeCentreGive:  "no data centre is known, so nothing was written",
		CodeCentrePaste: "Paste the answer of getUserLanguage.do in one line: ",
		CodeCentreBody:  "the answer of getUserLanguage.do: {error}",
		CodeCentreOther: "the answer of getUserLanguage.do is of a data centre that this console does not list; is it of another console?",

		CodeVersionAsk:    "Which version exactly, such as {like}? ",
		CodeVersionGive:   "give the exact version of the tenant with --version, such as {like}: what a manifest may ask for depends on it, and no API tells it",
		CodeVersionBefore: "--version {version} cannot be right: getToken answers at {base}, and Cosmic has it from {since} on",
		CodeVersionFlow:   "version {version} has the enhanced token flow, but getToken does not answer at {base}; the environment says flow: login. Check the version, and whether a proxy holds /kapi/oauth2 back",

		CodeAppAsk:      "Which app does cosmicctl log in with (系统编码)? [{default}] ",
		CodeUserAsk:     "Which user does it act for, a user name or phone? [{default}] ",
		CodeUserChinese: "the user {user} holds Chinese characters; give the phone, or the user name that the user logs in with",
		CodePlaceholder: "a placeholder: write the real one",

		CodeFileHasEnv:    "{file} has an environment already, in line {line}; it was left as it is. --force replaces the whole file",
		CodeFileNotSimple: "{file} is not one plain manifest of one tenant to which an environment could be added; run without -o, and put it there by hand",
		CodeFileName:      "{file} is the manifest of tenant {name}, not of {want}; leave out --name",
		CodeFileTaken:     "{file} exists and is no manifest; it was left as it is. Name another file, or add --force",
		CodeWritten:       "wrote the environment of tenant {name} to {file}",

		CodeNextApp: "next: in the console, 【{menu}】, make the app {app} with its own secret (AccessToken认证密钥), the agent user (代理用户) {user} and the list of APIs that it may call; " +
			"leave the apps that are there as they are",
		CodeNextSecret: "then give cosmicctl that secret as {secret}",
		CodeNextCheck:  "then look: cosmicctl plan {file}",
	}
}
