package sandbox

// What a tenant says. Texts without a section are not in the facts: there the sandbox had to say something.
const (
	textUnauthorised   = "未经授权的访问"                           // facts §2.4
	textNoAPI          = "Cannot found OpenAPI(or disabled)" // facts §2.4
	textNeedsApp       = "该接口需要第三方应用授权"                      // facts §2.4
	textAppNoAPI       = "该第三方应用-%s没有此接口访问权限"                // facts §2.4
	textAppBlocked     = "该接口运行时应用-%s已被禁止访问"                 // facts §2.4
	textAppOutOfTime   = "当前第三方应用不在启用时间范围内"                  // facts §2.4
	textIPRefused      = "IP：%s不在允许访问范围内"
	textUserRefused    = "当前用户没有此接口访问权限"
	textRateLimited    = "请求过于频繁，已触发限流"
	textMethod         = "不支持的请求方式"
	textNotJSON        = "请求的Content-Type不是application/json"
	textBadRequest     = "请求参数错误"           // facts §1.3
	textNoData         = "请求参数没有 data 数据。"  // facts §2.2
	textNoPageSize     = "页大小pageSize不能为空。" // facts §2.2
	textPageSize       = "页大小pageSize须在1到%d之间。"
	textPageNo         = "页码pageNo须大于0。"
	textRepeated       = "请求重复，已拒绝执行"
	textStillRunning   = "相同请求正在执行，已拒绝执行"
	textBodyTooLarge   = "请求体超过大小限制"
	textTooManyRows    = "数据量过大，一次最多%d行（含分录）"
	textNoCondition    = "请求参数没有可用的条件"
	textOperationFails = "操作失败" // facts §2.2

	textNoEntity           = "业务对象%s不存在"
	textIdempotencyTimeout = "Idempotency-Timeout须为1秒到90天"
)

// Texts of the Invoice Cloud gateway.
const (
	textUnknownCode      = "未知业务系统编码" // facts §10
	textRequestID        = "requestId不正确"
	textRequestRepeated  = "requestId重复"
	textCodeDisabled     = "业务系统编码已禁用"
	textUnknownInterface = "未知接口编码"
	textDataUnreadable   = "data解密失败"
	textNothingAsked     = "查询条件不能为空"
	textNotDone          = "沙箱不办理此业务"
	textNothingFound     = "未查询到数据"
)

// Texts of genV2ApiByMetaData.
const (
	genMissing     = "%s不能为空"
	genWrong       = "%s不正确"
	genNoProperty  = "%s[%d]：属性“%s”不存在"
	genKeyMissing  = "bodyentryentity中没有候选键%s"
	genNumberTaken = "API编号“%s”已存在"
)

// Texts of a row's errors; none is in the facts.
const (
	rowKeyMissing    = "候选键%s的值不能为空"
	rowKeyAmbiguous  = "候选键%s匹配到%d条数据"
	rowIDMissing     = "id为%s的数据不存在"
	rowExists        = "数据已存在"
	rowAbsent        = "数据不存在"
	rowBadReference  = "%s：基础资料“%s”不存在"
	rowNotObject     = "数据不是对象"
	rowNotList       = "%s：数据不是数组"
	rowAllowAll      = "授权全部API功能已下架，请维护API授权清单"
	rowDisableFirst  = "请先禁用再修改"
	rowSecret        = "AccessToken认证密钥须包含大写字母、小写字母、数字和特殊字符（下划线除外），长度16到50位"
	rowRecycled      = "编码已存在于回收站"
	rowUndeletable   = "数据不允许删除"
	rowStateRepeated = "数据已处于该状态"
	rowNotSubmitted  = "只有已提交的数据才能审核"
	rowNotSaved      = "只有暂存的数据才能提交"
)

// Texts of the login endpoints.
const (
	loginError         = "login.loginBizException"                                          // facts §1.2
	textWrongApp       = "第三方应用ID或应用密钥不正确。"                                                 // facts §1.2
	textWrongAppOld    = "不正确的第三方appId或appSecuret!"                                         // facts §1.2
	textIllegal        = "非法操作。"                                                            // facts §1.2
	textLoginParameter = "参数错误，请填写正确的用户账号、密码、租户代码、登录类型和数据中心ID。"                             // facts §1.2
	textLoginRepeated  = "无法获取云通行证AccessToken，原因：远程服务不可用，或者用户名与密码不匹配。"                      // facts §1.2
	textEnhancedOnly   = "第三方应用已启用增强型Token，禁用login.do的获取方式。"                                // wording of facts §0.3
	textWrongClient    = "不正确的第三方应用编码client_id或client_secret"                               // facts §1.3
	textStrike         = "第三方应用（client_id）或AccessToken密钥（client_secret）不正确, 第 %d 次密钥验证失败"   // facts §1.3
	textLocked         = "不正确的第三方应用编码client_id或client_secret，访问错误已连续5次，该账号登录已锁定，请在180秒后再试。" // facts §1.3, middle inferred
	textNoClient       = "第三方应用client_id：%s在系统中不存在或未启用"                                     // facts §1.3
	textEmpty          = "%s为空"                                                             // facts §1.3
	textNonceUsed      = "本次参数nonce:%s已经调用过了，不需要重复调用。"                                      // facts §1.3
	textNotAgent       = "第三方应用（client_id）的代理用户为空或userName不在代理用户中。"                         // facts §1.3
	textNoUser         = "username：用户无效或不可用"                                                // facts §1.3
	textVerifyFailed   = "AccessToken verify failed"                                        // facts §1.3
	textWrongAccount   = "accountId不正确"
	textTimestamp      = "timestamp与服务器时间相差超过5分钟"
	textTimestampForm  = "timestamp格式不正确"
	textNotEnhanced    = "第三方应用未启用增强型Token认证"
	textTokenType      = "token_type_hint不正确"
)
