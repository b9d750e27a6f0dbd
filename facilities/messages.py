"""What people read about houses and sessions, and what a broken constraint means to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.money import yuan
from facilities.types import CareMode, FacilityState, HostKind, SessionStop

MODE_NAMES = {
    CareMode.DROP_OFF: "单独托",
    CareMode.WITH_PARENT: "亲子托",
    CareMode.WITH_GRANDPARENT: "老小托",
}
# What each mode needs of the adult (金教〔2023〕29号 四.2).
MODE_NEEDS = {
    CareMode.DROP_OFF: "孩子单独留下，家长不陪同，按时来接。",
    CareMode.WITH_PARENT: "家长全程一同参与亲子活动，不能离开。",
    CareMode.WITH_GRANDPARENT: "祖辈在看得见孩子的隔壁空间活动，全程不离开。",
}
HOST_NAMES = {
    HostKind.STANDALONE: "单独设置",
    HostKind.COMMUNITY_COMPLEX: "社区综合设施",
    HostKind.PROPERTY_SERVICES: "物业管理设施",
    HostKind.NEIGHBORHOOD_CENTER: "居委活动中心",
    HostKind.PARTY_CENTER: "党群服务中心",
    HostKind.ELDERLY_CENTER: "为老服务中心",
    HostKind.KINDERGARTEN: "幼儿园",
}
STATE_NAMES = {
    FacilityState.OPEN: "正常开放",
    FacilityState.SUSPENDED: "暂停服务",
    FacilityState.CLOSED: "已关闭",
}
STOP_NAMES = {
    SessionStop.CLOSURE: "临时关闭",
    SessionStop.SUSPENDED: "暂停服务",
    SessionStop.UNINSURED: "没有有效的责任险",
    SessionStop.BREACH: "师幼比不足",
    SessionStop.OVERFULL: "已超过新的限额",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document, and where they stand."""

    quote: str
    source: str


# By district: where it is written what a house does not give.
NOT_GIVEN = {
    "310116": Quote(
        "原则上不提供全日照护，不提供幼儿餐食、点心服务", "金教〔2023〕29号 三、设置规范 末段"
    ),
}
# The facts of a house's rooms and equipment (金教〔2023〕29号 三), by column.
EQUIPMENT = {
    "has_separate_space": "相对独立的区隔空间",
    "has_outdoor_area": "户外活动场地",
    "has_nursing_room": "母婴室",
    "has_washing": "幼儿盥洗设备",
    "has_drinking_water": "符合卫生标准的饮用水",
    "has_cctv": "视频监控",
    "has_alarm": "紧急报警装置",
    "has_sign": "统一的标牌与标识",
    "step_free": "无障碍、推车可进",
}
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

HOLIDAY = "{name}放假"
UNINSURED = "没有覆盖当天的责任险"
OVERFULL = "按现在的限额可收{places}人，已预约{taken}人，暂停预约"

# A constraint's name → (the field it is about, the sentence).
BROKEN = {
    "a_house_is_named_after_its_street_or_community": (
        "name",
        "名称应为“某某街道/社区‘宝宝屋’”，例如：石化街道“宝宝屋”（金教〔2023〕29号 三）。",
    ),
    "facilities_facility_name_key": ("name", "已经有同名的宝宝屋。"),
    "a_group_has_its_own_name_in_a_house": ("name", "这个宝宝屋已经有同名的班。"),
    "a_room_has_area": ("area_m2", "使用面积应大于0。"),
    "a_week_has_seven_days": ("weekday", "星期应在周一到周日之间。"),
    "a_timetable_entry_ends_after_it_starts": ("ends", "结束时间应晚于开始时间。"),
    "a_group_does_one_thing_at_a_time_on_a_weekday": (
        "starts",
        "这个班在这段时间已经排了别的内容，请换一个时间，或先结束原来的安排。",
    ),
    "a_policy_is_entered_once": ("policy_number", "这张保单已经录入过了。"),
    "a_policy_ends_after_it_starts": ("valid_through", "保险止期不应早于起期。"),
    "one_fee_a_mode_is_in_force": ("valid_from", "这段时间已有单独托的收费标准。"),
    "one_fee_with_a_parent_is_in_force": ("valid_from", "这段时间已有亲子托的收费标准。"),
    "one_fee_with_a_grandparent_is_in_force": ("valid_from", "这段时间已有老小托的收费标准。"),
    "a_closure_ends_after_it_starts": ("through", "结束日期不应早于开始日期。"),
}

NOT_ON_THIS_DAY = "不开放"


def price(fees: Sequence[Mapping[str, Any]], mode: CareMode | None = None) -> str:
    """What an hour beyond the free 次 costs, in one sentence.

    >>> price([{"mode": "drop_off", "fen": 2000}, {"mode": "with_parent", "fen": 2000}])
    '免费次数之外，每次20元'
    >>> price([{"mode": "drop_off", "fen": 2000}, {"mode": "with_parent", "fen": 0}])
    '免费次数之外，每次：单独托20元，亲子托免费'
    >>> price([])
    '收费标准还没有公布，只能用免费次数'
    """
    in_force = {CareMode(fee["mode"]): int(fee["fen"]) for fee in fees}
    if mode:
        in_force = {mode: in_force[mode]} if mode in in_force else {}
    if not in_force:
        return "收费标准还没有公布，只能用免费次数"
    if len(set(in_force.values())) == 1:
        return f"免费次数之外，每次{amount(next(iter(in_force.values())))}"
    listed = (f"{MODE_NAMES[m]}{amount(in_force[m])}" for m in CareMode if m in in_force)
    return f"免费次数之外，每次：{'，'.join(listed)}"


def amount(fen: int) -> str:
    """Write a fee as people read it."""
    return yuan(fen) if fen else "免费"


def left_on(day: date | None, today: date, places: int) -> str:
    """Write how many places are left on a day, today when none is named.

    >>> left_on(None, date(2026, 11, 22), 5), left_on(date(2026, 11, 23), date(2026, 11, 22), 1)
    ('今天余5位', '周一余1位')
    """
    if day is None or day == today:
        return f"今天余{places}位"
    return f"{WEEKDAYS[day.weekday()]}余{places}位"


_TOO_FAR_TO_WALK = 60  # minutes


def how_far(meters: int, minutes: int) -> str:
    """Write a distance as people read it.

    >>> how_far(520, 8), how_far(8240, 127)
    ('520米 · 步行约8分钟', '8.2公里')
    """
    distance = f"{meters}米" if meters < 1000 else f"{meters / 1000:.1f}公里"
    return f"{distance} · 步行约{minutes}分钟" if minutes <= _TOO_FAR_TO_WALK else distance


_FEN_OF_TEN_THOUSAND = 1_000_000


def large_amount(fen: int) -> str:
    """Write a large sum as people read it.

    >>> large_amount(500_000_000), large_amount(123_400)
    ('500万元', '1234元')
    """
    whole, rest = divmod(fen, _FEN_OF_TEN_THOUSAND)
    return f"{whole}万元" if whole and not rest else yuan(fen)
