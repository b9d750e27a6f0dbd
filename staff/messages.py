"""What people read about staff: why somebody does not count, and what would mend a week."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any

from common.intervals import SHANGHAI, Interval
from regulations.keys import LimitKey
from staff.types import (
    CheckChannel,
    CheckResult,
    EmploymentBasis,
    ForecastStep,
    IntegrityKind,
    LeaveKind,
    QualificationKind,
    RosterStanding,
    StaffRole,
    TrainingCategory,
    TrainingTopic,
)

ROLES: dict[StaffRole, str] = {
    StaffRole.CAREGIVER: "保育人员",
    StaffRole.PERSON_IN_CHARGE: "负责人",
    StaffRole.HEALTH_WORKER: "卫生保健人员",
    StaffRole.GUARD: "安保人员",
    StaffRole.VOLUNTEER: "志愿者",
    StaffRole.ASSISTANT: "辅助人员",
}
BASES: dict[EmploymentBasis, str] = {
    EmploymentBasis.EMPLOYED: "聘用",
    EmploymentBasis.BORROWED: "借用",
    EmploymentBasis.VOLUNTARY: "志愿服务",
}
QUALIFICATIONS: dict[QualificationKind, str] = {
    QualificationKind.INFANT_CARER: "育婴师",
    QualificationKind.CHILDCARE_WORKER: "保育师",
    QualificationKind.NURSERY_ASSISTANT: "保育员",
    QualificationKind.HEALTH_CARE_WORKER: "保健员",
    QualificationKind.TEACHER: "幼儿园教师资格",
    QualificationKind.FIRST_AID: "急救证",
    QualificationKind.ANNUAL_TRAINING: "年度培训合格证书",
}
CHANNELS: dict[CheckChannel, str] = {
    CheckChannel.PUBLIC_SECURITY: "公安机关",
    CheckChannel.PROCURATORATE: "检察院",
}
TRAININGS: dict[TrainingCategory, str] = {
    TrainingCategory.SKILLS: "综合技能",
    TrainingCategory.ETHICS: "职业道德",
}
TOPICS: dict[TrainingTopic, str] = {
    TrainingTopic.ETHICS: "职业道德",
    TrainingTopic.CONDUCT: "职业规范",
    TrainingTopic.SKILLS: "职业技能",
    TrainingTopic.SAFETY: "安全防范",
    TrainingTopic.MENTAL_HEALTH: "心理健康",
}
RESULTS: dict[CheckResult, str] = {
    CheckResult.CLEAR: "未发现",
    CheckResult.HIT: "发现禁止从业的记录",
}
INTEGRITY: dict[IntegrityKind, str] = {
    IntegrityKind.PRAISE: "表彰",
    IntegrityKind.MISCONDUCT: "违反职业道德",
    IntegrityKind.BAN: "终身禁入",
}
LEAVES: dict[LeaveKind, str] = {
    LeaveKind.SICK: "病假",
    LeaveKind.ANNUAL: "年休假",
    LeaveKind.PERSONAL: "事假",
    LeaveKind.TRAINING: "外出培训",
}
HEALTH_CERTIFICATE = "健康合格证明"
RULES: dict[LimitKey, str] = {  # 原则上 ones that a named override may set aside
    LimitKey.CHILDREN_PER_STAFF: "师幼比",
    LimitKey.PERSON_IN_CHARGE_REQUIRED: "每个开放日有负责人当班",
    LimitKey.HEALTH_WORKERS_REQUIRED: "每个开放日有卫生保健人员当班",
}
STANDINGS: dict[RosterStanding, str] = {
    RosterStanding.EMPTY: "未排班",
    RosterStanding.DRAFTED: "未发布",
    RosterStanding.CHANGED: "有改动未发布",
    RosterStanding.PUBLISHED: "已发布",
}

REPLACED_AT_WORK = (
    "{person}{hour}的班次已经开始，不能撤掉。请把它放回排班表（可以提前结束），再排接班的人。"
)
WEEK_DOES_NOT_HOLD = "这一周的排班还不能发布，原因如下"
CANNOT_COVER = "不能这样补人，原因如下"
CANNOT_HIRE = "不能录用，原因如下"
ENGAGED_ELSEWHERE = (
    "这个人现在在别的宝宝屋工作，请马上告诉那家宝宝屋或它的街镇，由他们登记；这里没有保存。"
)


class Remedy(StrEnum):
    """A sentence that says what is in the way and what would do."""

    NOT_A_CAREGIVER = "not_a_caregiver"
    NO_QUALIFICATION = "no_qualification"
    NO_HEALTH_CERTIFICATE = "no_health_certificate"
    RECORD_CHECKS_MISSING = "record_checks_missing"
    RECORD_CHECK_OLD = "record_check_old"
    BANNED = "banned"
    TOO_FEW_STAFF = "too_few_staff"
    NOBODY_IN_CHARGE = "nobody_in_charge"
    NO_HEALTH_WORKER = "no_health_worker"
    TWO_PLACES = "two_places"
    TOO_LITTLE_TRAVEL = "too_little_travel"
    ON_LEAVE = "on_leave"
    LONG_DAY = "long_day"
    LONG_WEEK = "long_week"
    NO_ANNUAL_CERTIFICATE = "no_annual_certificate"
    TOO_LITTLE_TRAINING = "too_little_training"


SENTENCES: dict[Remedy, str] = {
    Remedy.NOT_A_CAREGIVER: "{person}{day}在本宝宝屋不是保育岗位，不计入师幼比。"
    "可以改排其他岗位，或先登记保育岗位的聘用或借用。",
    Remedy.NO_QUALIFICATION: "{person}{day}没有有效的育婴师、保育师等资格证书，不能计入师幼比。"
    "请登记有效证书，或换人。",
    Remedy.NO_HEALTH_CERTIFICATE: "{person}{day}没有有效的健康合格证明。请登记新的证明，或换人。",
    Remedy.RECORD_CHECKS_MISSING: "{person}{day}的违法犯罪记录查询不齐：公安机关和检察院都要查询过"
    "且在有效期内。请补查并登记结果。",
    Remedy.RECORD_CHECK_OLD: "{person}的违法犯罪记录查询到{day}已经过期，或从未查询。"
    "请重新查询并登记。",
    Remedy.BANNED: "{person}有禁止从业的记录，任何宝宝屋都不能录用或排班。",
    Remedy.TOO_FEW_STAFF: "{hour} {group}有{children}名孩子，需要{needed}名计入人员，"
    "现在{counted}名。请再排{short}人。",
    Remedy.NOBODY_IN_CHARGE: "{day}没有负责人当班。请排一名负责人。",
    Remedy.NO_HEALTH_WORKER: "{day}没有卫生保健人员当班。请排一名专兼职卫生保健人员。",
    Remedy.TWO_PLACES: "{person}{hour}同时排了两处：{place}和{other}。请留下一处。",
    Remedy.TOO_LITTLE_TRAVEL: "{person}从{place}到{other}只留了{minutes}分钟。请错开时间或换人。",
    Remedy.ON_LEAVE: "{person}{hour}请了假。请换人。",
    Remedy.LONG_DAY: "{person}{day}排了{hours}小时，超过一天的上限。请减少或换人。",
    Remedy.LONG_WEEK: "{person}这一周排了{hours}小时，超过一周的上限。请减少或换人。",
    Remedy.NO_ANNUAL_CERTIFICATE: "{person}{year}年还没有取得职业道德和专业技能培训的合格证书。"
    "请安排培训并登记证书。",
    Remedy.TOO_LITTLE_TRAINING: "{person}{year}年的{counter}培训已有{taken}课时，还差{short}课时。"
    "请在年底前安排。",
}


class Change(StrEnum):
    """Why somebody counts no more, or counts again, from a day on."""

    LAPSES = "lapses"
    LEAVES = "leaves"
    BANNED = "banned"
    COMES = "comes"


CHANGES: dict[Change, str] = {
    Change.LAPSES: "{person}的{papers}{day}到期",
    Change.LEAVES: "{person}在本宝宝屋的保育岗位到{day}为止",
    Change.BANNED: "{person}有禁止从业的记录",
    Change.COMES: "{person}{day}起计入",
}

_WEEKDAYS = "一二三四五六日"


def remedy(which: Remedy, **facts: Any) -> Callable[[], str]:
    """The sentence, written only when somebody reads it."""
    return partial(_written, which, facts)


def _written(which: Remedy, facts: dict[str, Any]) -> str:
    return SENTENCES[which].format(**{name: _said(fact) for name, fact in facts.items()})


def _said(fact: Any) -> Any:
    match fact:
        case datetime():
            return fact.astimezone(SHANGHAI).strftime("%H:%M")
        case date():
            return day_words(fact)
        case TrainingCategory():
            return TRAININGS[fact]
        case Interval():
            return interval_words(fact)
        case _:
            return fact


def check_words(channel: CheckChannel) -> str:
    """A criminal-record query, by where it went."""
    return f"{CHANNELS[channel]}的违法犯罪记录查询"


def change_words(which: Change, person: str, day: date, papers: Sequence[str]) -> str:
    """Why somebody counts no more, or again; `day` is the last one, or the first."""
    what = "、".join(f"{one}证书" if one in _BARE else one for one in papers) or "证件"
    return CHANGES[which].format(person=person, day=short_day(day), papers=what)


def short_day(day: date) -> str:
    """A day within a year: 3月2日."""
    return f"{day.month}月{day.day}日"


# What is said as a trade, not as a paper: 育婴师证书.
_BARE = frozenset(
    QUALIFICATIONS[kind]
    for kind in (
        QualificationKind.INFANT_CARER,
        QualificationKind.CHILDCARE_WORKER,
        QualificationKind.NURSERY_ASSISTANT,
        QualificationKind.TEACHER,
    )
)


def step_words(step: ForecastStep) -> str:
    """A step of the forecast, whole.

    3月3日起，这个宝宝屋可照护的孩子从25名降到20名：王芳的育婴师证书3月2日到期
    """
    why = "；".join(change.words for change in step.changes)
    before, after = step.children_before, step.children_after
    if before == after:
        counted = f"计入师幼比的人从{step.counted_before}名变为{step.counted_after}名"
        return f"{short_day(step.day)}起，{counted}，可照护的孩子仍是{after}名：{why}"
    moved = "降到" if after < before else "升到"
    return f"{short_day(step.day)}起，这个宝宝屋可照护的孩子从{before}名{moved}{after}名：{why}"


def day_words(day: date) -> str:
    """A day as people say it.

    >>> day_words(date(2026, 11, 23))
    '11月23日周一'
    """
    return f"{day.month}月{day.day}日周{_WEEKDAYS[day.weekday()]}"


def interval_words(interval: Interval) -> str:
    """A stretch of a day as people say it."""
    starts, ends = (one.astimezone(SHANGHAI) for one in (interval.starts_at, interval.ends_at))
    return f"{day_words(starts.date())} {starts:%H:%M}–{ends:%H:%M}"
