"""What families read when something cannot be booked, and what they can do about it."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any

from bookings.types import CancelOutcome
from common.intervals import SHANGHAI, Interval, merge_touching
from common.money import yuan

_WEEKDAYS = "一二三四五六日"

REFUSED = "没有约成，原因如下"
NOT_GIVEN = "宝宝屋没有开放"
EVERYTHING_GIVEN_BACK = "免费次数和费用全部退回。"


class Remedy(StrEnum):
    """A sentence that says what is in the way and what would do."""

    MAY_NOT_BOOK = "may_not_book"
    CONSENT = "consent"
    AGREEMENT = "agreement"
    HISTORY = "history"
    HEALTH_CHECK_MISSING = "health_check_missing"
    HEALTH_CHECK_WAITING = "health_check_waiting"
    HEALTH_CHECK_REJECTED = "health_check_rejected"
    HEALTH_CHECK_TOO_OLD = "health_check_too_old"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    NOT_YET_OPEN = "not_yet_open"
    TOO_LATE = "too_late"
    ALREADY_STARTED = "already_started"
    UNINSURED = "uninsured"
    CLOSED = "closed"
    SUSPENDED = "suspended"
    BREACH = "breach"
    OVERFULL = "overfull"
    INSURED_AGAIN = "insured_again"
    FULL = "full"
    FULL_BY_AREA = "full_by_area"
    SHORT_OF_STAFF = "short_of_staff"
    ELSEWHERE = "elsewhere"
    SAME_TIME = "same_time"
    TOO_MANY_LIVE = "too_many_live"
    FULL_DAY = "full_day"
    TOO_LONG_A_CHAIN = "too_long_a_chain"
    NO_FEE = "no_fee"
    LATE_CANCEL = "late_cancel"


SENTENCES: dict[Remedy, str] = {
    Remedy.MAY_NOT_BOOK: "您的权限是只读。请主要监护人在“孩子—家人”里开通预约权限。",
    Remedy.CONSENT: "还没有同意处理{child}的个人信息。请在“孩子—授权同意”里逐项确认。",
    Remedy.AGREEMENT: "{child}还没有签本街镇的服务协议。请在“孩子—服务协议”里阅读并签署。",
    Remedy.HISTORY: "还没有填写{child}的健康情况和既往病史。请在“孩子—健康情况”里填写。",
    Remedy.HEALTH_CHECK_MISSING: "{child}还没有健康检查合格证明。请在“孩子—健康检查”里上传。",
    Remedy.HEALTH_CHECK_WAITING: "{child}的健康检查证明在审核，通过后就能预约。可致电{house}。",
    Remedy.HEALTH_CHECK_REJECTED: "{child}的健康检查证明没有通过审核。请按退回原因重新上传。",
    Remedy.HEALTH_CHECK_TOO_OLD: "{child}的健康检查有效期到{through}，当天已过期。请上传新的证明。",
    Remedy.TOO_YOUNG: "{child}要到{day}满一岁后才能入托。可以预约那天以后的时段。",
    Remedy.TOO_OLD: "{child}在{day}满三岁，之后不能再预约宝宝屋。请选择生日以前的时段。",
    Remedy.NOT_YET_OPEN: "这个时段从{moment}开始预约，请到时再来。",
    Remedy.TOO_LATE: "开始前 {minutes} 分钟停止预约。请选择晚一点的时段，或直接致电宝宝屋。",
    Remedy.ALREADY_STARTED: "这个时段已经开始或结束。请选择之后的时段。",
    Remedy.UNINSURED: "{house}当天没有有效的责任险，不能收托。请选择其他宝宝屋。",
    Remedy.CLOSED: "宝宝屋当天不开放：{reason}。请选择其他日期或其他宝宝屋。",
    Remedy.SUSPENDED: "宝宝屋暂停服务：{reason}。请选择其他宝宝屋。",
    Remedy.BREACH: "这个时段人手不足，正在安排，暂不接受新预约。请选择其他时段。",
    Remedy.OVERFULL: "这个时段已约人数超过现在的限额，正在安排，暂不接受新预约。请选择其他时段。",
    Remedy.INSURED_AGAIN: "宝宝屋的责任险刚更新，系统正在核对。请过几分钟再试。",
    Remedy.FULL: "这个时段已约满。请选择其他时段或附近的宝宝屋。",
    Remedy.FULL_BY_AREA: "按教室面积，这个时段已约满。请选择其他时段或附近的宝宝屋。",
    Remedy.SHORT_OF_STAFF: "按在岗保育人员人数，这个时段不能再收。请选择其他时段或附近的宝宝屋。",
    Remedy.ELSEWHERE: "{child}在这个时间已有预约。请先取消原来的预约，或选择其他时段。",
    Remedy.SAME_TIME: "选择的时段互相重叠。同一时间只能选一个。",
    Remedy.TOO_MANY_LIVE: "未完成的预约已到上限。完成或取消一个后可以再约。",
    Remedy.FULL_DAY: "不提供全日照护，一天在各宝宝屋合计最多 {most} 次。请减少时段或换一天。",
    Remedy.TOO_LONG_A_CHAIN: "连续托管最多 {most} 次，中间请留出休息。请减少时段。",
    Remedy.NO_FEE: "免费次数已用完，而{house}没有公示收费标准，不能收费预约。请选择其他宝宝屋。",
    Remedy.LATE_CANCEL: "已过免费取消的时间。现在取消，次数计为已使用，费用按规定退还。",
}


def remedy(which: Remedy, **facts: Any) -> Callable[[], str]:
    """The sentence, to be filled in with its facts when somebody is to read it."""
    return partial(sentence, which, **facts)


def sentence(which: Remedy, **facts: Any) -> str:
    """The sentence with its facts filled in."""
    return SENTENCES[which].format(**{name: _said(value) for name, value in facts.items()})


def said_moment(moment: datetime) -> str:
    """A moment as people in Shanghai say it: 11月22日 周日 09:00."""
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 周{_WEEKDAYS[local.weekday()]} {local:%H:%M}"


def _said(value: Any) -> Any:
    """Moments and days as people say them: 11月22日 周日 09:00, 2026年11月22日."""
    if isinstance(value, datetime):
        return said_moment(value)
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return value


def when(hours: Iterable[Interval]) -> str:
    """Stretches of hours as people say them: 11月24日 周二 09:00–11:00，14:00–15:00."""
    said: list[str] = []
    day: date | None = None
    for stretch in merge_touching(hours):
        start, end = (m.astimezone(SHANGHAI) for m in (stretch.starts_at, stretch.ends_at))
        new_day = start.date() != day
        said.append(
            f"{said_moment(stretch.starts_at) if new_day else f'{start:%H:%M}'}–{end:%H:%M}"
        )
        day = start.date()
    return "，".join(said)


def costs_more_now(fen: int) -> str:
    """The free 次 or the fee changed while the page was open."""
    return f"免费次数或价格刚刚变了，现在一共要付 {yuan(fen)}。请看清楚后再预约一次。"


def given_back(outcome: CancelOutcome) -> str:
    """What a family gets back, in one sentence."""
    parts = []
    if outcome.free_units_returned:
        parts.append(f"退回免费次数 {outcome.free_units_returned} 次")
    if outcome.free_units_forfeited:
        parts.append(f"已过免费取消时间，{outcome.free_units_forfeited} 次计为已使用")
    if outcome.refund_fen:
        parts.append(f"退款 {yuan(outcome.refund_fen)}")
    if outcome.kept_fen:
        parts.append(f"{yuan(outcome.kept_fen)}不退")
    return "，".join(parts) + "。" if parts else ""
