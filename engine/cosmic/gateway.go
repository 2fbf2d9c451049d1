package cosmic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// The gateway of Invoice Cloud (facts page §5.1). A path of the environment, of form
// sim and operation openApi, takes the place of the usual one.
const (
	gatewayForm = "sim"
	gatewayOp   = "openApi"
	pathGateway = "/kapi/app/sim/openApi"
)

// The interfaces of the gateway that are used here: one that only looks, and what
// invoicing tells of a failure.
const (
	interfaceQuery  = "ALLE.INVOICE.QUERY"
	interfaceOpened = "INVOICE.OPEN"
)

// What a query of the gateway showed.
const (
	GatewayUnauthorised engine.Code = "gateway-unauthorised"
	GatewayAPIList      engine.Code = "gateway-api-list"
	GatewayAddress      engine.Code = "gateway-address"
	GatewayUser         engine.Code = "gateway-user"
	GatewayForbidden    engine.Code = "gateway-forbidden"
	GatewayClosed       engine.Code = "gateway-closed"
	GatewayUnpublished  engine.Code = "gateway-unpublished"
	GatewayRepeated     engine.Code = "gateway-repeated"
	GatewayIdentity     engine.Code = "gateway-identity"
	GatewayFailed       engine.Code = "gateway-failed"
	SystemUnknown       engine.Code = "system-unknown"
	SystemOff           engine.Code = "system-off"
	DataNotRead         engine.Code = "data-not-read"
	DataOtherKey        engine.Code = "data-other-key"
	DataNotEncrypted    engine.Code = "data-not-encrypted"
	DataEncrypted       engine.Code = "data-encrypted"
	DataUnreadable      engine.Code = "data-unreadable"
	DataUnproven        engine.Code = "data-unproven"
	DataProven          engine.Code = "data-proven"
)

// GatewayCodes returns all of them, so that a catalogue can be checked.
func GatewayCodes() []engine.Code {
	return []engine.Code{GatewayUnauthorised, GatewayAPIList, GatewayAddress, GatewayUser, GatewayForbidden, GatewayClosed,
		GatewayUnpublished, GatewayRepeated, GatewayIdentity, GatewayFailed, SystemUnknown, SystemOff,
		DataNotRead, DataOtherKey, DataNotEncrypted, DataEncrypted, DataUnreadable, DataUnproven, DataProven}
}

// Stage is how far a query came.
type Stage int

// The stages: the gateway let it in, knew the system, and both sides read the data.
const (
	AtGateway Stage = iota
	AtSystem
	AtData
	Through
)

// GatewayAnswer is what a query of the gateway showed. Err is the answer that says
// so, where it is a failure.
type GatewayAnswer struct {
	Stage Stage
	Code  engine.Code
	Err   error
}

// Login asks for a token in the flow of the environment.
func (t *Tenant) Login(ctx context.Context) error {
	_, err := t.tokens.get(ctx)
	if err != nil {
		return t.withoutToken(&request{op: "login"}, err)
	}
	return nil
}

// QueryGateway looks for an invoice whose serial cannot exist, as an outside system
// with that code and encoding would. Nothing is changed by it.
//
// Neither what a query finds nothing with, nor what the gateway says of data that it
// cannot read, is public (facts page §8.5, §8.6). A success is taken for proof; of
// the failures that are not in the page, one that says that there is no such data is
// taken for proof too, one that speaks of reading the data for a wrong key, and any
// other is shown as it came.
func (t *Tenant) QueryGateway(ctx context.Context, system string, c Codec) GatewayAnswer {
	serial, err := impossibleSerial(t.random)
	if err != nil {
		return GatewayAnswer{AtGateway, GatewayFailed, err}
	}
	env, err := t.call(ctx, &request{form: gatewayForm, op: gatewayOp, url: t.address.gateway(), gate: t.gate, body: func() ([]byte, error) {
		return t.gatewayBody(system, serial, c)
	}})
	switch {
	case err != nil && t.wantsIdentity(err):
		return GatewayAnswer{AtGateway, GatewayIdentity, err}
	case err != nil:
		return refusedByGateway(err, serial)
	}
	return answered(env.data, c)
}

// wantsIdentity tells whether a gateway before the tenant asks for the app's identity: it
// says so, or forbids by a page what sends none (facts page §1.4; the page is inferred).
func (t *Tenant) wantsIdentity(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.Trap() == TrapIdentity || e.Trap() == TrapPage && e.Status == http.StatusForbidden && !t.identified())
}

func (a address) gateway() string {
	p, ok := a.overrides[gatewayForm][gatewayOp]
	if !ok || checkPath(p) != nil {
		p = pathGateway
	}
	return a.base + "/" + strings.TrimPrefix(p, "/")
}

// impossibleSerial is a serial number that nobody gave an invoice.
func impossibleSerial(r *random) (string, error) {
	b, err := r.bytes(8)
	return fmt.Sprintf("cosmicctl-verify-%x", b), err
}

// gatewayBody is a request as the facts page §5.1 has it; that the serial is called
// serialNo is inferred, and it matches nothing under any name.
func (t *Tenant) gatewayBody(system, serial string, c Codec) ([]byte, error) {
	data, err := c.seal(map[string]string{"serialNo": serial}, t.random)
	if err != nil {
		return nil, err
	}
	b, err := t.random.bytes(2)
	if err != nil {
		return nil, err
	}
	id := fmt.Sprintf("%013d%03d", t.clock.now().UnixMilli(), (int(b[0])<<8|int(b[1]))%1000)
	return json.Marshal(map[string]string{
		"requestId": id, "businessSystemCode": system, "interfaceCode": interfaceQuery, "data": data,
	})
}

// seal encodes a value as JSON.
func (c Codec) seal(v any, r *random) (string, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return c.Encode(plain, r)
}

// refusedByGateway reads a failure.
func refusedByGateway(err error, serial string) GatewayAnswer {
	e, ok := err.(*Error)
	if !ok || !e.Answered() {
		return GatewayAnswer{AtGateway, GatewayFailed, err}
	}
	m := strings.ToLower(e.Message)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(m, w) })
	}
	at := func(s Stage, c engine.Code) GatewayAnswer { return GatewayAnswer{s, c, err} }
	atGateway := map[engine.Code]engine.Code{
		TrapToken: GatewayUnauthorised, TrapBlocked: GatewayClosed, TrapAppTime: GatewayClosed, TrapUserList: GatewayUser, TrapPermission: GatewayUser,
		TrapNotListed: GatewayAPIList, TrapAddress: GatewayAddress, TrapForbidden: GatewayForbidden, TrapUnpublished: GatewayUnpublished,
	}
	switch {
	case atGateway[e.Trap()] != "":
		return at(AtGateway, atGateway[e.Trap()])
	case e.is(codeRepeated), e.is("10127"):
		return at(AtData, GatewayRepeated)
	case e.Code == "4", has("未知业务系统"):
		return at(AtSystem, SystemUnknown)
	case has("业务系统") && has("禁用", "停用", "未启用"):
		return at(AtSystem, SystemOff)
	case has("解密", "解码", "密钥", "密文", "decrypt", "decode", "base64", "aes", "json"):
		return at(AtData, DataNotRead)
	case has("不存在", "未查询到", "查询不到", "没有查询到", "未找到", "无数据") || has(serial):
		return GatewayAnswer{Through, DataProven, nil}
	}
	return at(AtGateway, GatewayFailed)
}

// answered reads the data of a success. That the gateway could read ours is one
// half of the proof, that we can read its own the other.
func answered(data any, c Codec) GatewayAnswer {
	sealed, isText := data.(string)
	if data == nil || isText && sealed == "" {
		if c.Encrypts() {
			return GatewayAnswer{Through, DataUnproven, nil}
		}
		return GatewayAnswer{Through, DataProven, nil}
	}
	if !isText {
		return GatewayAnswer{AtData, DataUnreadable, nil}
	}
	plain, err := c.Decode(sealed)
	bare, bareErr := Codec{}.Decode(sealed)
	switch {
	case err == nil && json.Valid(plain):
		return GatewayAnswer{Through, DataProven, nil}
	case c.Encrypts() && bareErr == nil && json.Valid(bare):
		return GatewayAnswer{AtData, DataNotEncrypted, nil}
	case c.Encrypts() && err == errOtherKey:
		return GatewayAnswer{AtData, DataOtherKey, nil}
	case !c.Encrypts() && bareErr == nil:
		return GatewayAnswer{AtData, DataEncrypted, nil}
	}
	return GatewayAnswer{AtData, DataUnreadable, nil}
}

// Read makes the shared source one of bytes.
func (r *random) Read(p []byte) (int, error) {
	b, err := r.bytes(len(p))
	return copy(p, b), err
}
