"""What people read about houses and sessions, and what a broken constraint means to them."""

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
