"""What people read of programme and draws: words for codes, and why something does not go on."""

from datetime import date, datetime

from common.intervals import SHANGHAI
from inspections.types import (
    Answer,
    ConflictKind,
    Domain,
    DrawState,
    Evidence,
    Exclusion,
    FindingKind,
    Objection,
    Obstacle,
    RandomMethod,
    RiskReason,
    RowsSay,
    Share,
    Side,
    VisitKind,
    VisitState,
)
from staff.types import StaffRole

KINDS = {
    VisitKind.RANDOM: "双随机",
    VisitKind.SELF: "自查",
    VisitKind.PATROL: "巡查",
    VisitKind.SPOT: "抽查",
    VisitKind.JOINT: "联合检查",
    VisitKind.PAIRED: "结对诊断",
    VisitKind.RECHECK: "再检查",
}
VISIT_STATES = {
    VisitState.PLANNED: "已安排",
    VisitState.OPEN: "检查中",
    VisitState.SIGNED: "已完成",
    VisitState.WITHDRAWN: "已撤销",
}
DOMAINS = {Domain.SAFETY: "安全防控", Domain.HEALTH: "卫生保健"}
CONFLICTS = {
    ConflictKind.KINSHIP: "亲属关系",
    ConflictKind.EMPLOYMENT: "近期任职",
    ConflictKind.OTHER: "其他利害关系",
}
DRAW_STATES = {
    DrawState.PLANNED: "名单已冻结，等随机数",
    DrawState.REVEALED: "已抽取，待公布",
    DrawState.PUBLISHED: "已公布",
}
METHODS = {
    RandomMethod.PUBLIC_VALUE: "将来公布的公共数字",
    RandomMethod.TWO_SECRETS: "两人先封存、后公开的数字",
}
SHARES = {
    Share.QUOTA: "补足本年检查次数",
    Share.CONTROL: "等概率对照",
    Share.RISK: "按风险分",
}
EXCLUSIONS = {
    Exclusion.NOT_OPEN: "没有开放",
    Exclusion.TOO_FEW_INSPECTORS: "回避以后人手不够",
    Exclusion.NOT_REGISTERED: "没有登记在检查人员名录",
    Exclusion.NOT_AVAILABLE: "近期不能参加检查",
    Exclusion.NO_SKILL: "没有登记这个领域的专长",
    Exclusion.SAME_SUBDISTRICT: "住在同一街镇，回避",
    Exclusion.DECLARED_INTEREST: "申报了利害关系，回避",
}
RISKS = {
    RiskReason.OPEN_BREACHES: "师幼比不足，还没有解决：{n} 处",
    RiskReason.PAST_BREACHES: "近期师幼比不足，已经解决：{n} 次",
    RiskReason.UNINSURED: "责任险已经失效",
    RiskReason.MONTHS_UNVISITED: "{n} 个月没有检查",
    RiskReason.SHORTAGE: "近期师幼比不足累计 {n} 分钟",
    RiskReason.UNANSWERED: "师幼比不足没有人答复：{n} 处",
    RiskReason.PAPERS_ENDING: "照护人员的证件失效或快到期：{n} 份",
    RiskReason.INSURANCE_ENDING: "责任险还有 {n} 天到期，没有续保",
    RiskReason.REGISTERS_OVERDUE: "自查或演练逾期、没通过：{n} 项",
    RiskReason.ORDERS_OVERDUE: "整改逾期：{n} 份",
    RiskReason.SEVERE_ORDERS: "未结的严重整改：{n} 份",
    RiskReason.CASES_RISING: "近期举报投诉增多：{n} 件",
    RiskReason.INCIDENTS_RISING: "近期突发事件增多：{n} 件",
    RiskReason.CORRECTIONS: "近期进出登记更正 {n} 次",
    RiskReason.VISITS_BEHIND: "检查比全年进度少 {n} 次",
}
SECRETS_SOURCE = "两人封存的数字"

REFUSED = "没有办成，原因如下"
SENTENCES: dict[Obstacle, str] = {
    Obstacle.DRAWN_ALREADY: "{month}的{domain}已经定过名单，每月只抽一次。请打开那一次继续。",
    Obstacle.MONTH_IS_OVER: "{month}已经过去，不能再补抽。请选择本月或以后的月份。",
    Obstacle.NOTHING_TO_DRAW: "没有可以抽取的宝宝屋。请先登记检查人员，每家要有足够的人不回避。",
    Obstacle.LIST_CHANGED: "名单在您查看以后有变化。请看清新的名单，再冻结一次。",
    Obstacle.SAME_PERSON: "名单是您定的，随机数要由另一个人来办。请督导负责人或检查员登录办理。",
    Obstacle.TOO_EARLY: "事先说好的时间是{moment}，还没有到。请到时再来。",
    Obstacle.REVEALED_ALREADY: "随机数已经录入，不能再录入一次。结果见本页。",
    Obstacle.NOT_REVEALED: "还没有录入随机数。请先录入。",
    Obstacle.NOT_ARRANGED: "还没有安排检查，不能公布。请先安排检查。",
    Obstacle.ARRANGED_ALREADY: "这次抽取的检查已经安排，不能再安排一次。",
    Obstacle.VISITS_ARE_OPEN: (
        "还有 {n} 次检查没有完成，现在公布，要查的宝宝屋会事先知道。"
        "请等检查完成或撤销以后再公布；没有完成的，{day}起可以公布。"
    ),
    Obstacle.PUBLISHED_ALREADY: "这次抽取已经公布，不能再改。",
    Obstacle.OTHER_METHOD: "事先说好的办法是“{method}”，不能换成别的办法。",
    Obstacle.SEALED_ALREADY: "已经封存过，不能换。请等到可以公开的时间。",
    Obstacle.NOT_SEALED: "两个人都封存以后，才能公开。请另一人先封存。",
    Obstacle.OPENED_ALREADY: "您封存的数字已经公开。",
    Obstacle.WRONG_SECRET: "这不是您当时封存的数字。请对照您记下的那一串，一个字也不能差。",
    Obstacle.FIRST_OPENS_FIRST: "请定名单的人先公开，另一人最后公开。",
    Obstacle.MUST_KEEP_AWAY: "{person}不能去{house}：{reason}。请换一位检查人员。",
    Obstacle.VISIT_IS_OVER: "这次检查已经完成或撤销，不能再改。",
    Obstacle.RECHECK_IS_OF_AN_ORDER: "再检查不填检查表：请打开它的整改单，在那里登记结果并签字。",
    Obstacle.VISIT_IS_NOT_YOURS: "这次检查派了别的人，请由被派的人开始。",
    Obstacle.NO_CHECKLIST: "还没有载入检查清单，请联系系统管理员。",
    Obstacle.PART_IS_SIGNED: "已经签字，不能再改。要更正，请先写明原因。",
    Obstacle.PART_IS_OPEN: "还没有签字，直接改就可以。",
    Obstacle.PART_IS_RELEASED: "这个部门没有来，已经写明原因结束。要再来，请另外安排一次检查。",
    Obstacle.PART_WAS_ANSWERED: (
        "这个部门已经填写或签字，不能按“没有来”结束。请由这个部门填完、签字。"
    ),
    Obstacle.NOBODY_ELSE_CAME: "没有别的部门在这次检查里，不能按“没有来”结束。",
    Obstacle.PART_IS_HALF_SIGNED: "已有一名检查人员签字，正在等同去的另一名签字。要改，请先退回。",
    Obstacle.PART_IS_NOT_HALF_SIGNED: "现在没有在等第二名检查人员签字。",
    Obstacle.ONE_PERSON_SIGNS_ONCE: "您已经签过了，请同去的另一名检查人员用自己的账号签字。",
    Obstacle.OTHERS_ARE_SENT: "这次检查派了{people}，请由他们签字。",
    Obstacle.DEPARTMENT_IS_THERE: "您的部门已经在这次检查里，不用再加入。",
    Obstacle.NOT_TO_BE_JOINED: "这种检查不由几个部门一起做，不能加入。",
    Obstacle.ITEMS_ARE_OPEN: "还有 {n} 项没有回答：{items}。看不到的请选“没看到”。",
    Obstacle.NOTES_ARE_MISSING: "请写明看到了什么：{items}。",
    Obstacle.PHOTOS_ARE_MISSING: "请补拍照片：{items}。",
    Obstacle.PHOTOS_DIFFER: "平板上有 {local} 张照片，已收到 {server} 张。请等照片传完再签字。",
    Obstacle.SHADOW_IS_SEALED: "这份打分已经签字，不能再改。",
    Obstacle.SHADOW_NOT_BEGUN: "这次检查还没有开始，或者没有您所在部门的项目。开始以后再打分。",
    Obstacle.ANSWERS_DIFFER: "平板上的回答和已收到的不一样。请等回答传完再签字。",
}
_DOCUMENT = "产品约定"
_ARTICLE = "约定51 双随机抽取"
_VISITS_ARTICLE = "约定66 检查记录"
VISITS_QUOTE = "签字后的结果只增不改；照片收齐、每项都有回答才能签字"
_VISITS = (
    Obstacle.RECHECK_IS_OF_AN_ORDER,
    Obstacle.VISIT_IS_NOT_YOURS,
    Obstacle.NO_CHECKLIST,
    Obstacle.PART_IS_SIGNED,
    Obstacle.PART_IS_OPEN,
    Obstacle.PART_IS_RELEASED,
    Obstacle.PART_WAS_ANSWERED,
    Obstacle.NOBODY_ELSE_CAME,
    Obstacle.PART_IS_HALF_SIGNED,
    Obstacle.PART_IS_NOT_HALF_SIGNED,
    Obstacle.ONE_PERSON_SIGNS_ONCE,
    Obstacle.OTHERS_ARE_SENT,
    Obstacle.DEPARTMENT_IS_THERE,
    Obstacle.NOT_TO_BE_JOINED,
    Obstacle.ITEMS_ARE_OPEN,
    Obstacle.NOTES_ARE_MISSING,
    Obstacle.PHOTOS_ARE_MISSING,
    Obstacle.PHOTOS_DIFFER,
    Obstacle.ANSWERS_DIFFER,
    Obstacle.SHADOW_IS_SEALED,
    Obstacle.SHADOW_NOT_BEGUN,
)
PUBLIC_QUOTE = "名单和结果在抽到的检查都完成以后公布，没有完成的到当月结束以后公布"
TWO_GO_QUOTE = "每家由2名检查人员同去；住在同一街镇、有亲属关系或近期任职的一律回避"
_QUOTES = dict.fromkeys(_VISITS, VISITS_QUOTE) | {
    Obstacle.MUST_KEEP_AWAY: TWO_GO_QUOTE,
    Obstacle.NOT_ARRANGED: PUBLIC_QUOTE,
    Obstacle.VISITS_ARE_OPEN: PUBLIC_QUOTE,
}
QUOTE = "每区每月每个领域只抽一次，不重抽；名单先冻结并公布指纹，再由另一人录入事先说好的随机数"


def objection(which: Obstacle, **facts: object) -> Objection:
    """Why something does not go on, with what would do."""
    return Objection(
        obstacle=which,
        remedy=SENTENCES[which].format(**facts),
        document=_DOCUMENT,
        clause=_VISITS_ARTICLE if which in _VISITS else _ARTICLE,
        quote=_QUOTES.get(which, QUOTE),
    )


def said_month(month: date) -> str:
    return f"{month.year}年{month.month}月"


def said_moment(moment: datetime) -> str:
    """A moment as people in Shanghai say it: 2026年11月26日 21:30."""
    local = moment.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def said_chance(permille: int) -> str:
    """A chance as people say it: 37.5%; never 0 or all unless it is so."""
    return f"{permille // 10}.{permille % 10}%".replace(".0%", "%")


# --- what the rows say of an item -----------------------------------------------------------------

BRAND = "宝宝屋"
ROLES = {
    StaffRole.PERSON_IN_CHARGE: "负责人",
    StaffRole.HEALTH_WORKER: "卫生保健人员",
    StaffRole.GUARD: "安保人员",
}
_SAID = {
    "named": "登记的名称是{name}，有统一标牌。",
    "not_named": "登记的名称是{name}，名称或标牌不符合统一要求。",
    "space": "登记有相对独立的区隔空间。",
    "no_space": "登记为没有相对独立的区隔空间。",
    "outdoor": "登记有户外活动场地和母婴室。",
    "no_outdoor": "登记为没有户外活动场地或母婴室（有条件的设置）。",
    "insured": "责任险有效，到{through}。",
    "not_insured": "今天没有有效的责任险。",
    "fee_published": "每种托育方式的收费标准都已公示。",
    "fee_missing": "没有公示收费标准：{modes}。",
    "hourly": "{span}和以后的预约，每名幼儿一天最多 {most} 个时段。",
    "whole_day": "{span}和以后的预约，有幼儿一天 {most} 个时段。",
    "all_booked": "{span}入屋 {n} 人次，都有预约登记。",
    "nobody_booked": "{span}和以后都没有预约。",
    "nobody_came": "{span}没有入屋记录。",
    "ratio_held": "{span}没有记录到师幼比不足。",
    "ratio_broken": "{span}记录到 {actual} 次（共 {length}），排班不足 {planned} 次。{worst}",
    "worst": "最严重：{at} {room} {children} 名幼儿、{staff} 名计入人员。",
    "fullest": "{span}人最多时：{at} {room} {children} 名幼儿。",
    "tightest": "{span}最挤时：{at} {room} {area}㎡ 容 {heads} 人，人均 {each}㎡。",
    "engaged": "{role}在岗：{names}。",
    "nobody_engaged": "没有登记在岗的{role}。",
    "no_people": "没有登记在岗人员。",
    "everybody": "在岗 {n} 人，证件都在有效期内。",
    "everybody_trained": "在岗 {n} 人，都有本年的培训合格证书。",
    "counted": "可计入师幼比的保育人员 {n} 人。",
    "counted_for": "可计入师幼比的保育人员 {n} 人；一个班最多时 {most} 名幼儿。",
    "last_days": "近{days}天",
    "since": "{since}以来",
    "too_early": "{since}以来有 {seen} 个完整的服务日，满 {needed} 个才判定。",
    "no_register": "没有登记过这类检查。",
    "register_kept": "{n} 项登记都按期检查、合格。",
    "no_children": "以后没有预约的幼儿。",
    "papers_in_order": "预约的 {n} 名幼儿都齐全。",
    "papers_missing": "预约的 {n} 名幼儿中，{lacking} 名缺这项。",
    "no_rule": "{said}（本区没有相应规定）",
    "lapsed": "{said}（规定写明的期限已过，未达延续标准，不算违反）",
    "and_more": "{said}；还有 {n} 项。",
}


def said(key: str, **facts: object) -> str:
    """A sentence on what the rows say."""
    return _SAID[key].format(**facts)


def said_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def said_length(seconds: int) -> str:
    """A length as people say it: 1小时05分30秒."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{hours}小时" if hours else "", f"{minutes}分" if hours or minutes else ""]
    return "".join(parts) + f"{left}秒"


# --- a visit on the tablet ------------------------------------------------------------------------

EVIDENCES = {
    Evidence.ROWS: "看系统记录",
    Evidence.PHOTO: "要拍照",
    Evidence.DOCUMENT: "看资料",
    Evidence.OBSERVATION: "现场看",
}
ANSWERS = {
    Answer.CONFIRMED: "属实",
    Answer.CONTRADICTED: "不属实",
    Answer.MEETS: "符合",
    Answer.FAILS: "不符合",
    Answer.NOT_SEEN: "没看到",
}
ROWS_SAY = {
    RowsSay.MEETS: "记录符合",
    RowsSay.FAILS: "记录不符合",
    RowsSay.SILENT: "没有记录",
}
FINISHES = {"meets": "符合", "fails": "不符合", "not_seen": "没看到", "": "还没有回答"}
FINDING_KINDS = {FindingKind.REQUIREMENT: "没有达到要求", FindingKind.DATA: "记录与现场不符"}
SIDES = {Side.INSPECTOR: "检查人员", Side.HOUSE: "宝宝屋"}
