// Package sandbox is a Kingdee Cosmic tenant that speaks real HTTP, with the vendor's quirks and faults on demand.
//
// It is written from the facts page (cosmic-openapi.md; "facts §2.2" below is a section of it) and the dictionary forms.tsv
// that goes with it, and knows nothing of the client it is used to test. Where the facts are silent it is strict rather than
// kind, and says so here. It knows forms and columns; what anybody means by them is not its business.
//
//	s, err := sandbox.Open(sandbox.Options{StatePath: ".cosmicctl/sandbox.json", Now: time.Now, Rand: rand.Reader})
//	err = s.Seed(seed)                      // tenants from a file
//	err = s.Ensure(sandbox.Tenant{…})       // a tenant a client can log in to
//	http.Serve(tenants, s.Handler())        // what a tenant serves
//	http.Serve(admin, s.Admin())            // what only tests see
//
// # Words
//
// A tenant is one account (accountId) under one context path, such as /ierp or the empty path. A form is a table of the
// dictionary with its entry tables; a row is one object of a form; a property is a column without its leading f. A published
// API is one operation on one form, as a person published it: a [Definition]. Every published API is also a row of
// openapi_apilist, called form_op, which an app's API list can name and which can be disabled or deleted.
//
// # Seeds
//
// A seed is JSON. Members it does not know are errors that name them; a formatVersion above 1 is refused. A tenant the state
// already holds is passed over whole; a seed with a mistake anywhere makes nothing. Flags may be true or false, base data is
// named by its number (a user also by his user name), an entry table of one column is a list of numbers, and rows may refer
// to each other in any order:
//
//	{
//	  "formatVersion": 1,
//	  "tenants": {
//	    "/ierp": {
//	      "accountId": "1355633519610561531", "accountNumber": "demo", "accountName": "演示", "tenantId": "demo",
//	      "version": "6.0.14",
//	      "overrideEntry": true,
//	      "users": ["integration", {"number": "U002", "username": "li", "truename": "李", "phone": "13800000000"}],
//	      "apis": ["bill_push", {"number": "openApi", "urlformat": "/app/sim/openApi", "version": "1"}],
//	      "rows": {
//	        "third_app": [{
//	          "number": "deployer", "syspwd": "Example-Secret-01", "isenhancetoken": true,
//	          "allowallapi": false, "t_open_3rdappsapis": ["third_app_query", "third_app_save", "bill_push"],
//	          "allowip": false, "t_open_3rdapps_ips": [{"policytype": 0, "startip": "127.0.0.1", "endip": "127.0.0.1"}]
//	        }],
//	        "open_apiauthorize": [{"apinumber": "bill_push", "t_open_apiusers": ["integration", "U002"]}],
//	        "invsm_app_access_config": [{"code": "ERP01", "name": "ERP", "encryptiontype": "0", "isvalid": "1"}]
//	      },
//	      "published": {
//	        "third_app": {
//	          "*": {"properties": {"t_open_3rdappsapis": "entryentity", "t_open_3rdappsapis.apiserviceid": "api"}},
//	          "query": {"omitTotalCount": true},
//	          "delete": {"unpublished": true}
//	        }
//	      },
//	      "limits": {"perMinute": 600, "perSecond": 30, "tokensPerMinute": 30, "batchRows": 10000},
//	      "faults": [{"kind": "latency", "ms": 50, "form": "third_app", "op": "query"}]
//	    }
//	  }
//	}
//
// Of a tenant only accountId and version are needed. Further settings:
//
//   - overrideEntry: how APIs treat entries unless their definition says; false, as with the vendor (facts §2.2)
//   - dataCentres: further accounts that getAllDatacenters lists, each {"accountId","accountNumber","accountName"}. The
//     tenant's own comes last. In the others no app is known, and that is what a login there hears
//   - consoleUser: the user name of whoever is signed in at the console, for getUserLanguage; nobody
//   - secretName: the one spelling of appSecuret and appSecret that getAppToken.do takes. Both are seen on real systems (facts
//     §1.2); that some take one only, and hear of the other what a wrong secret hears, is inferred
//   - proxy: what stands before the tenant, {"dropsUnderscores": true} for an nginx that drops access_token and lets accesstoken
//     through (facts §1.4), "drops" for the names of further headers such as "accesstoken" or "Idempotency-Key", "pages" for
//     calls answered by HTML: [{"path": "/auth/getAllDatacenters.do", "page": "403"}] by the beginning of the path below the
//     context; a page is login (HTTP 200), 403, 404 or 502. "repeats" are beginnings of paths whose calls arrive twice
//   - acgwIdentity: what the header x-acgw-identity must say on all of /kapi but /kapi/oauth2 (facts §1.4, §10). Without it the
//     answer is an HTML 403, before anybody looks at the token (inferred). On a real host the value is that of the app: acgwOfApps gives those of single apps, told by the token
//     of the call (inferred)
//   - blockedApps: business applications whose APIs answer 403 该接口运行时应用-XX已被禁止访问 (facts §2.4)
//   - clockSeconds: how far the tenant's clock is ahead, below 0 behind; it is in the header Date and in all the tenant does
//   - nothingPublished: no operation is published but the vendor's own queryByApp, and what published says is
//     {"unpublished": false}; false. Rows of openapi_apilist that are there stay
//   - generated: what genV2ApiByMetaData published, each {"form","operation","definition"}
//   - vendorApis: which of the vendor's own APIs are served; see below. Without it those of the version, [] is none
//   - isv: the segment of that name in the address of metaQuery; empty
//   - reuseDeletedKeys: an app or API in the recycle bin does not hold its number; false
//   - keepAllowAll: 授权全部API still opens all APIs on 8.0.1 and later; false
//   - trustForwarded: X-Forwarded-For names the caller's address; false
//   - idempotencySeconds: the window of an Idempotency-Key; 1800, since the vendor names both 30 minutes and 30 s (facts §2.5)
//   - limits: 0 is the vendor's number, below 0 is no limit
//
// A user given by a text, or without a number, a user name or a true name, takes one for the other. Users and APIs are
// enabled unless their enable says otherwise; everything else has the defaults of the dictionary. A row may have an id.
// bos_org, bd_country and open_rest_api are known only because columns refer to them: they have a number and a name.
//
// testdata/profiles.json is a larger seed: three versions, each with its APIs published, with none, and behind a proxy.
//
// published refines an operation, or all of a form by "*". Columns are named as in the dictionary, those of entry tables as
// table.column: see [Definition] for what can be said. Definitions, settings and rows are checked against the dictionary.
//
// # State
//
// With a StatePath everything is kept in that file, a log beside it (.log) and a lock (.lock): settings, standing faults,
// rows, ids, tokens, and idempotency keys of calls that got as far as their effect. Nothing is answered before it is on
// disk, so that what was answered outlives a SIGKILL; writers that come together share an fsync. A torn last record is
// dropped, damage before it is an error. The snapshot is rewritten on Open and Close. A second process is refused. Nonces,
// wrong secrets counted so far, rate windows, faults posted to the admin endpoint and the request log are not kept.
// The files hold secrets in clear and are readable by their owner only.
//
// # Logging in
//
//   - /auth/getAllDatacenters.do lists the accounts, without a login (facts §1.1)
//   - /getUserLanguage.do and /api/login/getUserLanguage.do answer everybody, and name the user as <accountId>_<id> only with
//     a consoleUser; that id is the user's row is inferred. A path outside the context is an HTML 404 (facts §1.0)
//   - /api/getAppToken.do, /api/login.do, /api/logout.do: the old flow, with both spellings of the secret (facts §1.2). An
//     app with isenhancetoken is refused from 6.0.1 on (facts §0.3). The agent user check holds here too (inferred).
//     Failures carry every field the facts name
//   - /kapi/oauth2/getToken, verifyToken, withdrawToken: from 6.0.1 on (facts §1.3). An app without isenhancetoken is
//     refused (inferred). Order: fields, account, 30 a minute, timestamp, nonce, app, lock, secret, flow, user, agent. A
//     nonce is spent by the call that brings it. Codes the facts leave open: 401 for an app that is not there, 603 for a user
//   - a timestamp is wall-clock time of UTC+8, milliseconds since the epoch, or UTC with Z from 7.0.13 on (facts §1.3, §12)
//   - the header is accesstoken or access_token; ?access_token= counts for old tokens only; Authorization never (facts §1.4)
//
// # Who may call
//
// In the order of facts §9, each answered from the rows as they are at that moment:
//
//  1. 401 the token is valid, its user enabled and not locked; an unknown path without a token is 401 too (facts §2.4)
//  2. 429 in the body of HTTP 200: 600 a minute for the account, 30 a second or culimittac for the app (facts §2.5), in
//     sliding windows. openapi_limit_strategy is data only: it needs a monitor switch the facts do not describe
//  3. 404 the API is published and its row enabled; 405 the method is POST, or GET for a query (facts §2.2, §2.4)
//     Then 403 if the application the API runs in is blocked: that of its row, else the one in its address (inferred)
//  4. 403 the app is enabled and within lastenabletime and laststoptime (inferred from the text of facts §2.4)
//  5. 403 the app's API list names the API, or allowallapi is 1. From 8.0.1 on allowallapi opens nothing (facts §0.1; what
//     becomes of apps that have it is open, facts §8.7: keepAllowAll)
//  6. 403 with allowip 0 the address is in a white range and in no black one (facts §4.1)
//  7. 403 open_apiauthorize names no users for the API, or the caller among them (facts §0.2)
//  8. 604 the Idempotency-Key is new, no call with the same body is running, and none was sent moments ago if the API's row
//     says check_repeat_req (facts §2.5). A key is spent by the call that brings it; nothing is replayed. Idempotency-Timeout
//     counts from 6.0.12 on, up to 90 days
//  9. 415 for a Content-Type that is not JSON, 603 for a body above 30 MB (20 MB on V6), 400 for the rest (facts §2.2, §2.5)
//
// A row of openapi_apilist that is no operation is a custom service: the sandbox answers calls to its urlformat with an empty
// success if the checks let them through, since who may call is all it knows about it. In a seed, a plain name such as
// sim_openApi is the service /app/sim/openApi of 1.0. Paths of 1.0 are refused in the manner of 1.0 (facts §2.4).
//
// # Metadata
//
// APIs of the vendor's own stand under the same checks as others; each has a row of openapi_apilist by its name. From V8 on a
// tenant serves getEntityOperations (POST {"formNumber"}), getEntityFields (GET ?formNumber=), getEntityType (?entityId=, taken
// for the form's number) and queryFormsByApp (?appNumber=&keyword=) where facts §3.2 and §3.3 say; vendorApis names others, or
// on other versions, and metaQuery is the second way to the fields (facts §12), served only if named. Inferred, as nothing
// about the answers is public: a v2 envelope whose data is a list without pages (of getEntityType an object) of
// {"number","name","type","entry"}. number is the live name that published.<form>."*".properties gives, name the dictionary's
// title, entry the live name of the entry table; types are text, integer, bigint, datetime, basedata, entry and mulbasedata. An
// entry table has a row of its own before its fields, a multi-select only that row. An unknown form is 602.
//
// # Publishing
//
// POST /v2/open/openapi_apilist/genV2ApiByMetaData (facts §3.6) is served from V8 on or where vendorApis names it (inferred), to
// an app that has it in its list or all APIs. The request is that of a save, {"data":[{…}]} (inferred), under the same rules of
// repeats; the answer is a save's with the key urlformat. A definition has number, name, httpmethod (0 for a query only), urlformat
// /v2/[isv/]app/form/code of its form, apiservicetype 0, operation, bizobject_number, appid_number, version 2, enable and status,
// all of them texts and needed, and the lists bodyentryentity, respentryentity and filter_entity, whose lines name properties as
// metadata does: {"number","entry"}, entry "" or missing for the form's own (inferred). A list that is missing, a property that is
// not there, a save without its candidate key in the body, and a number that another API has fail the row. It is found by
// urlformat, whoever published that, and replaced whole: its row keeps the id. A save knows the properties of its body and drops
// others without a word, a query shows those of its response, and all but a save select rows by those of the filter, id too. An
// entry table's own row names none of its properties; a multi-select's does. Entries are merged unless the definition says
// "OverrideEntry": true, beside which importType and multiOps are read (inferred), whatever overrideEntry the tenant has. The API
// can be called at once by whoever may, if enable is 1 and status C. It needs high rights on a real tenant; here every user has
// them.
//
// # The gateway of Invoice Cloud
//
// A service whose urlformat is /app/sim/openApi is the gateway (facts §5.1). After the checks above, in an inferred order: POST
// with JSON; a requestId of 16 digits that was not sent before; businessSystemCode is a row of invsm_app_access_config, else
// code 4 未知业务系统编码 (facts §10); its isvalid is 1; interfaceCode is one the facts name; data is a text that decodes to
// JSON by the row's encryptiontype and aespwds, as BASE64 or AES+BASE64 (facts §5.3), and never a bare object. A query that
// names something finds nothing: code 0 with an empty list, encoded the same way. The sandbox issues no invoices and refuses
// every other interface. Both flags, success and status, are answered. The texts are inferred but for the one named, and so is
// 9999, the code of all other failures: a client must not tell them apart by more than their text.
//
// # Queries
//
// Facts §2.2, §10. The order is by id; orderBy is ignored, as is everything else the API is not configured with. A filter
// property is a scalar (equality) or a list (IN); null and an empty list are no condition. Base data is filtered by _id,
// _number or _name. The echo of more than one condition, and of a list, is inferred. A page above maxPageSize is refused.
// Longs are strings, int4 is a number, NULL is left out; secrets are always left out (facts §1.6). Live names of entry tables
// are not public: an entry list and a multi-select go by their table's name, and their base data is flattened like that of
// the main table (inferred). Split tables (t_open_3rdapps_g, t_sec_user_u) stand flat in the row (inferred).
// GET /kapi/v2/open/openapi_apilist/queryByApp is the vendor's own list (facts §3.1). The app segment of bos_user is base,
// which is inferred.
//
// # Writes
//
// A save adds or updates by id, or by the API's candidate key (facts §2.2). All its rows are matched before the first is
// written, and another call may write in between: two parallel creates of one key make two rows, and so does a key sent twice
// in one call. A key that several rows carry fails the row that names it. A row that fails says so in errors as
// {"rowMsg":[…]} (inferred), the rest are written, and the whole is 611 操作失败. Unknown properties are dropped without a word;
// what the server sets is ignored (id, status of A/B/C, creator, modifier, their times, apptype, is_preset, authorizestatus).
// Lengths, types, listed values and references are checked; a flag is "0" or "1" and no JSON boolean; null is NULL.
// Entries are merged, a line that is there to the letter not twice, unless OverrideEntry replaces them (facts §2.2).
//
// New apps get the dictionary's dangerous defaults allowallapi 1 and allowip 1 (facts §4.1); isenhancetoken 1 from 6.0.1 on
// (facts §0.3); allowallapi 0 from 8.0.1 on, where a save that turns it on fails (facts §0.1). From 5.0.005 to 5.0.019 an
// enabled app or API cannot be saved (facts §3.5). A new secret must be strong (facts §1.6).
//
// delete, enable, disable, submit and audit take {"data":{"id":["1"]}} or any other filter of a query, and answer like a save;
// delete adds filter and totalCount. Without a usable condition, an empty text being none, they are 603 and touch nothing.
// All of this but the delete's additions is inferred. A state set twice fails its row, or succeeds if the definition says
// "repeat": "success"; the facts know both (§10). Tax bureau accounts cannot be deleted (facts §11). Rows of preset data are
// not protected; the log notes them.
//
// From 8.0.11 on a deleted app or API goes to the recycle bin (facts §3.5): it is in no list, logs nobody in and cannot be
// called. That its number stays taken for new ones, by save and by genV2ApiByMetaData, is inferred. The admin endpoint shows and
// empties the bin with ?recycled; a person's delete fills it too.
//
// # Faults
//
// A [Fault] fires for calls it selects: at once, until it is deleted, or from the nth matching call on and a number of times.
//
//   - latency (ms), hang: when before, between (matched, not yet written) or after the effect. A caller that leaves while a
//     call waits before its effect takes the effect with him, unless the latency is detached: then the call goes on
//   - reset, unreachable, truncate: cut with RST (before or after the effect), closed, or cut in the middle of the answer
//   - 401 (HTTP 401), 429 (HTTP 200), 500, 502 (HTML): before or after the effect; status overrides the HTTP status
//   - expire: all tokens of the tenant run out before the call
//   - row: rows with one of keys, or all, fail with message
//   - drop: a save ignores property
//   - hide: a query leaves rows with one of keys out, as one without data permission does
//   - shift: pages after the first begin by rows later or, below 0, earlier
//
// # Admin endpoint
//
//	GET    /log?tenant=&form=&op=                 the requests; DELETE /log forgets them
//	GET    /faults                                POST /faults, DELETE /faults, DELETE /faults/{id}
//	GET    /tenants                               POST /seed
//	PUT    /tenants/%2Fierp/settings              the settings named, such as {"version":"8.0.1"}
//	POST   /tenants/%2Fierp/callback              {"code":"ERP01","returnCode":"0"}; see below
//	GET    /tenants/%2Fierp/forms/{form}/rows     ?column=value; secrets are shown
//	PUT    /tenants/%2Fierp/forms/{form}/rows     [{…}] or {"by":"li","new":true,"rows":[{…}]}
//	DELETE /tenants/%2Fierp/forms/{form}/rows     ?column=value, or ?all; with ?recycled as GET, the recycle bin's
//
// The tenant of the empty path is called "-". Rows are put as a person at the console would put them, in the words of a seed:
// past the rules of the API, with a modifier, found by id or natural key unless new.
//
// A callback is what Invoice Cloud sends to a customer's system (facts §5.2): POST to each of the three addresses of the code's
// row, data encoded by its scheme. interfaceCode (INVOICE.OPEN), returnMsg (success), data ({}, any JSON) and bizControl ({}) can
// be given too. It is sent once, without a token and following no redirect, with 10 s for an answer (inferred). The report is
// {"callbacks":[{"url","status","body","accepted","error"}]}; accepted is HTTP 200 with success true and errorCode or code 0.
package sandbox
