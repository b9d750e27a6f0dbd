"""What families read when something cannot be booked, and what they can do about it."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any

from bookings.types import BrokenHours, CancelOutcome, Look, Repair, RepairKind
from common.intervals import SHANGHAI, Interval, merge_touching
from common.money import yuan
from regulations.keys import LimitKey as K

REPAIRS: dict[RepairKind, str] = {
    RepairKind.SWAP: "换人",
    RepairKind.BORROW: "借人",
    RepairKind.MERGE: "并班",
    RepairKind.NEIGHBOR: "转到附近的宝宝屋",
    RepairKind.DISPLACE: "调整预约",
}

_WEEKDAYS = "一二三四五六日"

REFUSED = "没有约成，原因如下"
NOT_GIVEN = "宝宝屋没有开放"
SOMEBODY_INSIDE = "有孩子正在屋里，时段之间不能换教室。请等他们离开后再并班，或选别的办法。"
GONE_MEANWHILE = "情况刚刚变了，这个办法已经行不通。请看最新的办法。"
TOO_FEW_STAFF_THAT_DAY = "当天保育人员不足"
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
    # at the door
    ENTRY_NO_BOOKING = "entry_no_booking"
    ENTRY_OTHER_DAY = "entry_other_day"
    ENTRY_OTHER_HOUSE = "entry_other_house"
    ENTRY_ENDED = "entry_ended"
    ENTRY_TOO_EARLY = "entry_too_early"
    ENTRY_TOO_LATE = "entry_too_late"
    ENTRY_OVER = "entry_over"
    ENTRY_FEVER = "entry_fever"
    ENTRY_LOOK = "entry_look"
    ENTRY_ALLERGY = "entry_allergy"
    ENTRY_INSIDE = "entry_inside"
    NOT_INSIDE = "not_inside"
    COLLECTOR_MISSING = "collector_missing"
    COLLECTOR_UNKNOWN = "collector_unknown"
    COLLECTOR_ENDED = "collector_ended"
    CODE_WRONG = "code_wrong"
    CODE_SPENT = "code_spent"


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
    Remedy.ENTRY_NO_BOOKING: "今天在本屋没有有效的预约。有空位时可以现场登记。",
    Remedy.ENTRY_OTHER_DAY: "这个预约是{moment}的，不是今天。有空位时可以现场登记。",
    Remedy.ENTRY_OTHER_HOUSE: "这个预约码不是本屋的。请家长核对预约的是哪家宝宝屋。",
    Remedy.ENTRY_ENDED: "这个预约已经取消。有空位时可以现场登记。",
    Remedy.ENTRY_TOO_EARLY: "预约从{moment}开始，最早提前 {minutes} 分钟入屋。请家长稍等。",
    Remedy.ENTRY_TOO_LATE: "离预约结束不到 {minutes} 分钟，不再入屋。",
    Remedy.ENTRY_OVER: "今天预约的时段已经结束。",
    Remedy.ENTRY_FEVER: "体温 {degrees} ℃，今天不能入屋。请家长带孩子回家休息或就医。",
    Remedy.ENTRY_LOOK: "晨检看到：{look}。今天不能入屋，请家长带孩子就医。",
    Remedy.ENTRY_ALLERGY: "孩子申报了过敏。请先看清过敏情况，再勾选“已看过”。",
    Remedy.ENTRY_INSIDE: "孩子已经在屋里，{moment}登记入屋。",
    Remedy.NOT_INSIDE: "孩子不在屋里：没有入屋的记录，或者已经登记离开。",
    Remedy.COLLECTOR_MISSING: "请选择由谁接走，或输入家长给的一次性接人码。",
    Remedy.COLLECTOR_UNKNOWN: "这个人不在可以接走孩子的名单里。请联系监护人。",
    Remedy.COLLECTOR_ENDED: "这个人照看孩子的权限已经结束，不能接走孩子。请联系监护人。",
    Remedy.CODE_WRONG: "一次性接人码不对、已用过，或不是今天的。请家长核对。",
    Remedy.CODE_SPENT: "接人码输错太多次，已经作废。请家长重新生成一个。",
}


LOOKS: dict[Look, str] = {
    Look.WELL: "精神好，没有异常",
    Look.TIRED: "精神不太好",
    Look.COUGH: "咳嗽、流鼻涕",
    Look.INJURY: "有外伤",
    Look.RASH: "皮疹或疱疹",
    Look.VOMIT: "呕吐或腹泻",
    Look.RED_EYES: "眼睛红、有分泌物",
}
NOT_LET_IN = "还不能入屋，原因如下"
NOT_LET_GO = "还不能接走，原因如下"

# What the screen at the door calls each thing it looks at.
GATE_ITEMS: dict[str, str] = {
    K.ENTRY_BOOKING_REQUIRED: "预约",
    K.ENTRY_MINUTES_EARLY_MAX: "到达时间",
    K.ENTRY_MINUTES_LEFT_MIN: "到达时间",
    K.CHILD_AGE_MONTHS_MIN: "年龄（满一岁）",
    K.CHILD_AGE_MONTHS_MAX: "年龄（不满三岁）",
    K.GUARDIAN_CONSENT_REQUIRED: "授权同意",
    K.SERVICE_AGREEMENT_REQUIRED: "服务协议",
    K.HEALTH_HISTORY_REQUIRED: "健康情况和病史",
    K.CHILD_HEALTH_CHECK_REQUIRED: "健康检查证明",
    K.ENTRY_ALLERGY_READ: "过敏情况",
    K.ENTRY_TEMPERATURE_MAX: "体温",
    K.ENTRY_MORNING_CHECK: "晨检",
    K.ONE_PLACE_AT_A_TIME: "在屋情况",
    K.COLLECTOR_AUTHORIZED: "接走的人",
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


def short_words(broken: BrokenHours) -> str:
    """How short a stretch is, in one sentence."""
    worst = max(broken.hours, key=lambda hour: hour.places_taken - hour.places_by_staff)
    return (
        f"约了 {worst.places_taken} 个孩子，计入的照护人员 {worst.counted_staff} 人，"
        f"还缺 {broken.short} 人。"
    )


def repair_steps(repair: Repair) -> tuple[str, ...]:
    """What happens when a repair is carried out, step by step."""
    names = "、".join(one.name for one in repair.people)
    match repair.kind:
        case RepairKind.SWAP:
            moved = [one.name for one in repair.people if one.is_moved]
            away = f"{'、'.join(moved)}当时在本屋另有安排，调过来后原处仍然够人。" if moved else ""
            return (f"由{names}来带这段时间。", *([away] if away else []))
        case RepairKind.BORROW:
            homes = "；".join(
                f"{one.name}从{one.home}借来，约 {one.distance_m / 1000:.1f} 公里"
                for one in repair.people
                if one.is_borrowed
            )
            return (f"由{names}来带这段时间。", f"{homes}，当天办借用。")
        case RepairKind.MERGE:
            room = repair.room.name if repair.room else ""
            return (
                f"{repair.children} 个孩子和在岗的老师一起到{room}。",
                "时间不变，家长会收到换教室的通知。",
            )
        case RepairKind.NEIGHBOR:
            house = repair.room.facility_name if repair.room else ""
            return (
                f"后约的 {repair.children} 个孩子改到{house}，同一时间。",
                "原来的次数和费用全部退回，家长可以免费取消。",
                "每个时段记一笔欠家长的补偿，由您具名。",
            )
        case RepairKind.DISPLACE:
            return (
                f"取消后约的 {repair.children} 个孩子的预约，次数和费用全部退回。",
                "每位家长都会收到通知；每个时段记一笔欠家长的补偿，由您具名。",
            )
