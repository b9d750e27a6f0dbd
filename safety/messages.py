"""What people read about registers and incidents."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from common.intervals import SHANGHAI
from regulations import messages as law
from regulations.keys import LimitKey as K
from regulations.types import Outcome, Verdict
from safety.types import (
    CameraArea,
    CheckResult,
    Grade,
    HowTold,
    IncidentKind,
    ItemState,
    Level,
    Recipient,
    RegisterKind,
    Risk,
    Severity,
    VerdictRow,
)

KINDS = {
    RegisterKind.VIDEO: "视频监控",
    RegisterKind.ALARM: "紧急报警装置",
    RegisterKind.EQUIPMENT: "设施设备",
    RegisterKind.TOY: "玩具",
    RegisterKind.WATER: "饮用水",
    RegisterKind.WASHING: "盥洗设备",
    RegisterKind.FIRE: "消防安全检查",
    RegisterKind.PLAN: "应急预案",
    RegisterKind.DRILL: "应急演练",
}
KIND_ICONS = {
    RegisterKind.VIDEO: "device-cctv",
    RegisterKind.ALARM: "urgent",
    RegisterKind.EQUIPMENT: "tools",
    RegisterKind.TOY: "lego",
    RegisterKind.WATER: "droplet",
    RegisterKind.WASHING: "wash-hand",
    RegisterKind.FIRE: "fire-extinguisher",
    RegisterKind.PLAN: "file-text",
    RegisterKind.DRILL: "run",
}
# What one does when the item is due.
DO_IT = {
    RegisterKind.VIDEO: "今天自查了",
    RegisterKind.ALARM: "今天测试了",
    RegisterKind.EQUIPMENT: "今天检查了",
    RegisterKind.TOY: "今天检查了",
    RegisterKind.WATER: "今天检测了",
    RegisterKind.WASHING: "今天检查了",
    RegisterKind.FIRE: "今天检查了",
    RegisterKind.PLAN: "今天修订了",
    RegisterKind.DRILL: "今天演练了",
}
AREAS = {
    CameraArea.ENTRANCE: "主出入口",
    CameraArea.LIVING: "幼儿生活区域",
    CameraArea.ACTIVITY: "幼儿活动区域",
    CameraArea.RECEPTION: "接待处",
    CameraArea.OUTDOOR: "户外场地",
    CameraArea.OTHER: "其他区域",
}
RISKS = {
    Risk.PUBLIC_HEALTH: "公共卫生",
    Risk.FIRE: "消防",
    Risk.ACUTE_ILLNESS: "急症",
}
RESULTS = {CheckResult.PASSED: "正常", CheckResult.FAILED: "有问题"}
STATES = {
    ItemState.FAILED: "有问题",
    ItemState.OVERDUE: "已过期",
    ItemState.NEVER: "还没有做过",
    ItemState.DUE_SOON: "快到期",
    ItemState.OK: "正常",
    ItemState.NO_RULE: "没有规定间隔",
}
FACTS = {
    "area": "区域",
    "retention_days": "录像",
    "is_linked": "联网",
    "certificate": "合格证明",
    "source": "水源",
    "risk": "类别",
    "version": "版本",
}
MEASURED = {
    "retention_days": "录像",
    "people": "参加人数",
    "minutes": "用时",
    "findings": "发现的问题",
    "version": "版本",
}
_UNITS = {"people": "人", "minutes": "分钟"}

INCIDENTS = {
    IncidentKind.INJURY: "意外伤害",
    IncidentKind.ILLNESS: "发热、生病",
    IncidentKind.INFECTIOUS: "疑似传染病",
    IncidentKind.MISSING_CHILD: "孩子走失",
    IncidentKind.WRONG_COLLECTION: "被未授权的人接走",
    IncidentKind.CHOKING_ALLERGY: "噎食、过敏",
    IncidentKind.FIRE: "火情",
    IncidentKind.EQUIPMENT_FALL: "设备倒塌、坠落",
    IncidentKind.INTRUDER: "外人闯入",
    IncidentKind.SUSPECTED_HARM: "疑似侵害孩子",
    IncidentKind.DATA_BREACH: "个人信息泄露",
    IncidentKind.OTHER: "其他",
}
GRADES = {Grade.ORDINARY: "一般", Grade.LARGER: "较大", Grade.MAJOR: "重大"}
RECIPIENTS = {
    Recipient.GUARDIANS: "家长",
    Recipient.POLICE: "公安（110）",
    Recipient.FIRE_BRIGADE: "消防（119）",
    Recipient.AMBULANCE: "急救（120）",
    Recipient.SUBDISTRICT: "街镇",
    Recipient.EDUCATION: "区教育局",
    Recipient.HEALTH: "区卫健委",
    Recipient.CIVIL_AFFAIRS: "区民政局",
    Recipient.CYBERSPACE: "市网信办",
}
SEVERITIES = {
    Severity.NONE: "没有人受伤",
    Severity.TREATED: "当场处理就好",
    Severity.HOSPITAL: "送医了",
    Severity.LIFE: "有生命危险或死亡",
}
HOW_TOLD = {
    HowTold.PHONE: "电话",
    HowTold.IN_PERSON: "当面",
    HowTold.WRITTEN: "书面",
    HowTold.PORTAL: "在平台上收悉",
}
LEVELS = {Level.HOUSE: "已提醒宝宝屋", Level.SUBDISTRICT: "已报街镇", Level.DISTRICT: "已报区"}
RESTRICTED_LEVELS = dict.fromkeys(Level, "已再次提醒督导负责人")

VERDICTS = {
    K.CCTV_AREAS_COVERED: "监控覆盖",
    K.CCTV_RETENTION_DAYS: "录像保存",
    K.CCTV_LINKED: "监控联网",
    K.ALARM_LINKED: "紧急报警装置",
}

# What is wrong where a verdict fails.
FAILING = {
    K.CCTV_AREAS_COVERED: "{areas}没有可用的摄像头",
    K.CCTV_RETENTION_DAYS: "录像保存天数不够",
    K.CCTV_LINKED: "有摄像头没有与区托育服务指导中心联网",
    K.ALARM_LINKED: "接待处没有可用、已联网的紧急报警装置",
}

# Refusals and faults.
NO_SUCH_CHILD = "没有找到这个孩子，请从名单里选择。"
IN_THE_FUTURE = "不能填写以后的时间。"
TOO_LONG_AGO = "时间太早了，请核对。"
BEFORE_IT_HAPPENED = "不能早于事件发生的时间。"
SEND_AGAIN = "请刷新页面再试一次。"
ALREADY_TOLD = "已经登记过告知了。"
ALREADY_CLOSED = "这起事件已经结案。"
NOT_ALL_TOLD = "还没有告知：{names}。全部告知以后才能结案。"
NOT_A_FACT_OF_THIS_KIND = "这一类登记没有这一项。"
SAME_NAME = "同一类里已经有这个名称。"
IS_RETIRED = "已经停用，不能再登记检查。"
WHY_FAILED = "请写明有什么问题。"
NOT_YOURS_TO_ACKNOWLEDGE = "只有收到的部门才能登记“收悉”。"


def day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def clock_words(minutes: int) -> str:
    """Write a clock as people say it.

    >>> clock_words(30), clock_words(120), clock_words(1440), clock_words(90)
    ('30分钟', '2小时', '24小时', '90分钟')
    """
    hours, rest = divmod(minutes, 60)
    return f"{hours}小时" if hours and not rest else f"{minutes}分钟"


def moment(at: Any) -> str:
    local = at.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def _said(name: str, value: Any) -> str:
    match name:
        case "area":
            return AREAS[CameraArea(value)]
        case "risk":
            return RISKS[Risk(value)]
        case "retention_days":
            return f"保存 {value} 天"
        case "is_linked":
            return "已联网" if value else "没有联网"
        case _:
            unit = _UNITS.get(name, "")
            return f"{value} {unit}" if unit else str(value)


def facts_said(facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """An item's facts as people read them; what is empty is left out."""
    return tuple(
        (FACTS[name], _said(name, facts[name]))
        for name in FACTS
        if name in facts and facts[name] not in ("", None)
    )


def measured_said(measured: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """A check's values as people read them."""
    return tuple(
        (MEASURED[name], _said(name, measured[name]))
        for name in MEASURED
        if measured.get(name) not in ("", None)
    )


def state_said(state: ItemState, days_left: int | None) -> str:
    """How an item stands, in one phrase.

    >>> state_said(ItemState.OVERDUE, -3), state_said(ItemState.DUE_SOON, 0)
    ('过期 3 天', '今天到期')
    """
    if state is ItemState.OVERDUE and days_left is not None:
        return f"过期 {-days_left} 天"
    if state is ItemState.DUE_SOON and days_left is not None:
        return f"还有 {days_left} 天到期" if days_left else "今天到期"
    return STATES[state]


def verdict_row(verdict: Verdict, *, title: str = "") -> VerdictRow:
    """A verdict as a page shows it."""
    limit = verdict.limit if verdict.outcome is not Outcome.NO_RULE else None
    return VerdictRow(
        title=title,
        words=verdict.wording,
        allows=verdict.allows,
        outcome=verdict.outcome.value,
        measured=_number(verdict.measured),
        limit=_bound(verdict) if limit else "",
        unit=limit.unit if limit else "",
        document=law.source(limit) if limit else "",
        article=limit.clause.article if limit else "",
        quote=limit.clause.quote if limit else "",
        is_product_decision=bool(limit and limit.is_product_decision),
    )


def _number(value: Decimal | None) -> str:
    return "" if value is None else law.number(value)


def _bound(verdict: Verdict) -> str:
    return law.amount(verdict.limit) if verdict.limit else ""


def coverage_title(verdict: Verdict) -> str:
    """A verdict of the coverage: what it is about, or what is wrong, so that it can be mended."""
    key = K(verdict.rule)
    if verdict.allows:
        return VERDICTS[key]
    areas = "、".join(AREAS[CameraArea(one)] for one in verdict.facts.get("missing") or ())
    return FAILING[key].format(areas=areas)
