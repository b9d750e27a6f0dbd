"""What families read about children and papers."""

import hashlib
from dataclasses import dataclass
from datetime import date

from families.types import (
    BirthFault,
    CheckFault,
    ConsentPurpose,
    FileFault,
    GuardianRight,
    IdentityFault,
    Need,
    NeedKind,
    Page,
    Relation,
    ReviewState,
    Sex,
)

RELATIONS: dict[Relation, str] = {
    Relation.MOTHER: "妈妈",
    Relation.FATHER: "爸爸",
    Relation.GRANDPARENT: "祖辈",
    Relation.OTHER: "其他监护人",
}
RIGHTS: dict[GuardianRight, str] = {
    GuardianRight.FULL: "全部权限：签协议、授权、邀请家人、预约",
    GuardianRight.BOOK: "可以预约和取消、上传健康检查",
    GuardianRight.READ: "只能查看",
}
RIGHTS_SHORT: dict[GuardianRight, str] = {
    GuardianRight.FULL: "全部权限",
    GuardianRight.BOOK: "可预约",
    GuardianRight.READ: "只读",
}
SEXES: dict[Sex, str] = {Sex.GIRL: "女孩", Sex.BOY: "男孩"}
REVIEW_STATES: dict[ReviewState, str] = {
    ReviewState.SUBMITTED: "正在审核",
    ReviewState.ACCEPTED: "已通过",
    ReviewState.REJECTED: "已退回",
}

IDENTITY_FAULTS: dict[IdentityFault, str] = {
    IdentityFault.SHAPE: "居民身份证号码应为十八位，最后一位可以是 X。",
    IdentityFault.BIRTH_DATE: "号码里的出生日期不存在，请核对。",
    IdentityFault.OTHER_BIRTH_DATE: "号码里的出生日期和填写的不一致，请核对。",
    IdentityFault.OTHER_SEX: "号码里的性别和填写的不一致，请核对。",
    IdentityFault.CHECK_DIGIT: "号码的最后一位对不上，请逐位核对。",
}
BIRTH_FAULTS: dict[BirthFault, str] = {
    BirthFault.IN_FUTURE: "出生日期不能在今天之后。",
    BirthFault.TOO_OLD: "孩子已超过宝宝屋的收托年龄，不再登记，也不保存任何信息。",
}
CHECK_FAULTS: dict[CheckFault, str] = {
    CheckFault.IN_FUTURE: "体检日期不能在今天之后。",
    CheckFault.BEFORE_BIRTH: "体检日期早于孩子的出生日期，请核对。",
    CheckFault.EXPIRED: "这份检查的有效期已过，请先体检，再上传新的证明。",
    CheckFault.NO_RULE: "还没有规定健康检查的有效期，暂时不能上传。请联系街镇。",
}
FILE_FAULTS: dict[FileFault, str] = {
    FileFault.EMPTY: "文件是空的，请重新选择。",
    FileFault.TOO_LARGE: "文件太大，请拍照或压缩后再上传（不超过 {megabytes} MB）。",
    FileFault.UNKNOWN_KIND: "只能上传 JPG、PNG 图片或 PDF 文件。",
    FileFault.BROKEN: "图片打不开，可能已经损坏。请重新拍照上传。",
    FileFault.TOO_MANY_PIXELS: "图片尺寸太大，请用手机直接拍照上传。",
    FileFault.TOO_MANY_FILES: "这位孩子的文件数已到上限，请联系街镇处理。",
}

REGISTERED_ELSEWHERE = (
    "这位孩子可能已由另一位监护人登记，请对方在“孩子—家人”中邀请您；如有疑问请联系街镇。"
)
REGISTERED_BY_YOU = "您已经登记过这位孩子，不用再登记。"
CARE_CONSENT_FIRST = "不同意“预约和照护”就不能登记孩子。您可以到宝宝屋现场办理，或致电街镇。"
REGISTERED_TOO_OFTEN = "今天登记的孩子太多了，请明天再试，或带上证件请街镇办理。"
REFUSED_TOO_OFTEN = "今天有太多次登记没有成功，请明天再试，或带上证件请街镇办理。"
TOO_MANY_CHILDREN = "您账号里的孩子数已到上限，请带上证件请街镇办理。"
PHONE_FAULT = "请填写十一位手机号码。"
NO_SUCH_SUBDISTRICT = "请从列表里选择孩子居住的街镇。"
NAME_FAULT = "请填写姓名。"
NOTHING = "无"
HISTORY_UNSAID = "请填写，或勾选“没有”。"
HISTORY_BOTH = "已勾选“没有”，就不要再填写内容。"
INVITE_YOURSELF = "不用邀请自己。"
INVITED_ALREADY = "已经邀请过这个号码，等对方登录后接受即可。"
INVITED_TOO_OFTEN = "今天邀请的次数太多了，请明天再试。"
STANDS_ALREADY = "这个号码的主人已经是孩子的家人。"
PHONE_UNVERIFIED = "请先验证您的手机号码，再接受邀请。"
ONE_FULL_STAYS = "每位孩子至少要有一位拥有全部权限的监护人。请先把全部权限交给另一位家人。"
NO_AGREEMENT = "这个街镇还没有发布服务协议，请致电街镇。"
AGREEMENT_CHANGED = "协议刚刚更新，请重新阅读后再签署。"
NAME_MISSING = "请先在“我的”里填写真实姓名，再签署协议。"
NAME_DIFFERS = "签名要和您的姓名一致，请输入：{name}。"
NOT_ANSWERED = "这一项还没有答复过。"
REVIEWED_ALREADY = "这份证明已经审核过了，请刷新页面。"
REASON_MISSING = "退回时请写明原因，家长才知道怎么改。"
OWN_CHILD = "这是您自己孩子的证明，请由其他同事审核。"
FULL_ONLY = "您的权限不能办理这一项。请拥有全部权限的监护人办理。"
AGREEMENT_EMPTY = "请填写协议正文。"
AGREEMENT_DATES = "生效日期不能早于今天，也不能早于现有版本。"


@dataclass(frozen=True, slots=True)
class NeedSentence:
    """What is missing, and what the button that mends it says."""

    sentence: str
    action: str


NEEDS: dict[NeedKind, NeedSentence] = {
    NeedKind.CONSENT: NeedSentence("还没有答复“{purpose}”的个人信息授权。", "去答复"),
    NeedKind.AGREEMENT: NeedSentence("还没有签署{subdistrict}的服务协议。", "阅读并签署"),
    NeedKind.HISTORY: NeedSentence("还没有填写过敏和既往病史。", "去填写"),
    NeedKind.HEALTH_CHECK_MISSING: NeedSentence("还没有健康检查合格证明。", "去上传"),
    NeedKind.HEALTH_CHECK_WAITING: NeedSentence("健康检查证明正在审核，通过后会通知您。", "看进度"),
    NeedKind.HEALTH_CHECK_REJECTED: NeedSentence("健康检查证明被退回，请看原因。", "重新上传"),
    NeedKind.HEALTH_CHECK_EXPIRED: NeedSentence("健康检查已在{through}到期。", "上传新证明"),
    NeedKind.HEALTH_CHECK_EXPIRING: NeedSentence(
        "健康检查还有 {days} 天到期（{through}）。", "上传新证明"
    ),
}


# The pages of a child's papers, by the names that every sentence uses for them.
PAPERS: dict[str, str] = {
    "families:consents": "授权同意",
    "families:agreement": "服务协议",
    "families:history": "健康情况",
    "families:health_check": "健康检查",
}
PAPER_DONE: dict[str, str] = {
    "consents": "已答复",
    "agreement": "已签署{}的协议",
    "history": "已填写",
    "health_check": "有效期到{}",
}


def need_sentence(need: Need, *, subdistrict: str) -> NeedSentence:
    """The sentence of one need, with its facts filled in."""
    words = NEEDS[need.kind]
    sentence = words.sentence.format(
        purpose=CONSENT_TEXTS[need.purpose].title if need.purpose else "",
        subdistrict=subdistrict,
        through=day_words(need.through),
        days=need.days,
    )
    return NeedSentence(sentence, words.action)


def day_words(day: date | None) -> str:
    """A day as people say it: 2026年11月22日."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What a guardian is told before answering to one purpose (个人信息保护法 第30条)."""

    purpose: ConsentPurpose
    title: str
    data: str  # which data
    necessity: str  # 必要性
    effect: str  # 对个人权益的影响
    refusing: str  # 不同意的后果
    is_required: bool

    @property
    def sha256(self) -> str:
        """What is stored with the answer, so that the words answered to can be found again."""
        words = (self.purpose, self.title, self.data, self.necessity, self.effect, self.refusing)
        return hashlib.sha256("\n".join(words).encode()).hexdigest()


CONSENT_TEXTS: dict[ConsentPurpose, ConsentText] = {
    text.purpose: text
    for text in (
        ConsentText(
            ConsentPurpose.CARE,
            title="预约和照护",
            data="孩子的姓名、小名、性别、出生日期、身份证号码（加密保存）、居住街镇、监护人和接送人。",
            necessity="没有这些信息，无法确认孩子的年龄、免费次数和由谁接送，也就无法办理预约。",
            effect="宝宝屋的工作人员在预约当天能看到孩子的姓名、小名、月龄和接送人。",
            refusing="不同意就不能在线登记和预约；您仍可到宝宝屋现场咨询、办理。",
            is_required=True,
        ),
        ConsentText(
            ConsentPurpose.HEALTH,
            title="健康情况",
            data="健康检查合格证明、过敏情况、既往病史（加密保存）。",
            necessity="入托前须有合格的健康检查证明；知道过敏和病史，照护人员才能避免危险、及时处置。",
            effect="街镇和宝宝屋审核人员能看到检查证明；照护人员在预约当天能看到过敏和病史。",
            refusing="不同意就不能预约入托；孩子已登记的其他信息不受影响。",
            is_required=True,
        ),
        ConsentText(
            ConsentPurpose.SUPERVISION,
            title="主管部门检查",
            data="预约、出勤和免费次数的记录；不含过敏和病史的内容。",
            necessity="教育、卫生健康等部门检查收托人数、师幼比和免费次数是否属实时，需要逐条核对。",
            effect="检查人员在检查时能看到孩子的姓名和当次记录，每次查看都留痕，您可以查到。",
            refusing="不同意不影响预约；检查人员只能看到不含姓名的记录。",
            is_required=False,
        ),
        ConsentText(
            ConsentPurpose.GUIDANCE,
            title="科学育儿指导",
            data="孩子的月龄和居住街镇。",
            necessity="按月龄推送适合的育儿指导活动。",
            effect="您会收到街镇科学育儿指导站的活动通知，随时可以停止。",
            refusing="不同意不影响预约和照护，只是不会收到活动通知。",
            is_required=False,
        ),
    )
}

# What was done or seen, in the words of 谁看过.
PAGES: dict[Page, str] = {
    Page.CHILD: "查看了孩子的资料",
    Page.HEALTH_CHECK: "查看了健康检查记录",
    Page.HEALTH_CHECK_FILE: "下载了健康检查证明",
    Page.AGREEMENT: "查看了服务协议",
    Page.CONSENTS: "查看了授权同意",
    Page.HISTORY: "查看了过敏和既往病史",
    Page.FAMILY: "查看了家人",
    Page.PICKUPS: "查看了接送人",
    Page.LOOKED: "查看了“谁看过”",
    Page.EXPORT: "导出了孩子的全部数据",
    Page.REVIEW: "为审核查看了健康检查证明",
    Page.REVIEW_FILE: "为审核下载了健康检查证明",
    Page.GATE: "在门口核对了入屋材料、过敏情况和接送人",
    Page.STAY: "查看了在屋记录和晨检",
    Page.WALK_IN: "为现场登记查找了孩子",
}
EVENTS: dict[str, str] = {
    "families.child.registered": "登记了孩子",
    "families.child.registration_refused": "尝试登记这位孩子，没有成功",
    "families.child.renamed": "修改了小名",
    "families.history.declared": "填写了过敏和既往病史",
    "families.health_check.handed_in": "上传了健康检查证明",
    "families.health_check.accepted": "审核通过了健康检查证明",
    "families.health_check.rejected": "退回了健康检查证明",
    "families.agreement.signed": "签署了服务协议",
    "families.consent.given": "同意了一项授权",
    "families.consent.refused": "拒绝了一项授权",
    "families.consent.withdrawn": "撤回了一项授权",
    "families.guardian.invited": "邀请了一位家人",
    "families.invitation.withdrawn": "撤回了邀请",
    "families.invitation.declined": "谢绝了邀请",
    "families.guardian.joined": "成为孩子的家人",
    "families.guardian.right_changed": "修改了家人的权限",
    "families.guardian.ended": "结束了一位家人的权限",
    "families.pickup.named": "添加了接送人",
    "families.pickup.ended": "停用了接送人",
    "safety.incident.reported": "报告了一起突发事件",
    "safety.incident.seen": "查看了一起突发事件",
    "bookings.stay.arrived": "登记了入屋",
    "bookings.stay.left": "登记了离开",
    "bookings.stay.closed_by_guess": "按预约结束时间推定了离开",
    "bookings.stay.corrected": "更正了在屋记录",
    "bookings.collection_code.made": "生成了一次性接人码",
}
OTHER_EVENT = "办理了孩子的一项业务"
SYSTEM = "系统"
SOMEBODY = "一位用户"
A_FAMILY_MEMBER = "一位家人"
ROLES: dict[str, str] = {
    "operator": "街镇管理员",
    "person_in_charge": "宝宝屋负责人",
    "caregiver": "保育人员",
    "inspector": "教育局检查员",
    "supervision_lead": "教育局监管负责人",
    "health_officer": "卫健委",
    "auditor": "审计",
    "worker": "自动处理",
}


@dataclass(frozen=True, slots=True)
class PrivacyRule:
    """One line of the rules on children's personal information."""

    what: str
    why: str
    basis: str
    who: str
    how_long: str


PRIVACY_VERSION = "2026年第一版"
PRIVACY_SINCE = date(2026, 11, 22)
PRIVACY_CHANGES: tuple[tuple[str, str], ...] = (("2026年第一版（2026年11月22日起）", "首次发布。"),)
PRIVACY_RULES: tuple[PrivacyRule, ...] = (
    PrivacyRule(
        "姓名、小名、性别、出生日期",
        "确认年龄、办理预约、在门口认人",
        "监护人单独同意（预约和照护）",
        "监护人；预约当天的宝宝屋工作人员",
        "孩子超过收托年龄后，统计用途之外不再使用，按档案规定期满删除",
    ),
    PrivacyRule(
        "居民身份证号码（加密保存，页面只显示后四位）",
        "避免同一位孩子重复登记、重复使用免费次数",
        "监护人单独同意（预约和照护）",
        "没有人能在页面上看到完整号码",
        "同上",
    ),
    PrivacyRule(
        "健康检查合格证明",
        "入托前审核",
        "监护人单独同意（健康情况）",
        "监护人；居住街镇的审核人员",
        "有效期满后只保留结论，文件按档案规定期满删除",
    ),
    PrivacyRule(
        "过敏情况、既往病史（加密保存）",
        "照护时避免危险、及时处置",
        "监护人单独同意（健康情况）",
        "监护人；预约当天的照护人员",
        "撤回同意或停止使用服务后删除",
    ),
    PrivacyRule(
        "家人和接送人的姓名、关系、手机号码",
        "确认由谁接送，出现情况时联系",
        "监护人单独同意（预约和照护）",
        "监护人；预约当天的宝宝屋工作人员",
        "停用后不再显示，记录按档案规定期满删除",
    ),
    PrivacyRule(
        "预约、出勤、免费次数的记录",
        "办理预约、核对免费次数、接受检查",
        "履行法定职责；向检查人员显示姓名须监护人单独同意（主管部门检查）",
        "监护人；宝宝屋；检查时的主管部门",
        "按财政和档案规定保存",
    ),
)
