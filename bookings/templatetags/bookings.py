"""Words for the codes of bookings, hours as stretches, prices, and the pass as a QR code."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

import segno
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from bookings.messages import LOOKS
from bookings.selectors.floor import Presence
from bookings.types import BookingState, CancelCause, EntryKind, HourState, Look
from common.intervals import Interval, merge_touching
from common.money import yuan
from facilities.messages import MODE_NAMES, MODE_NEEDS, WEEKDAYS
from facilities.types import CareMode

register = template.Library()

_ENTRIES = {
    EntryKind.GRANT: _("发放"),
    EntryKind.HOLD: _("预约占用"),
    EntryKind.RELEASE: _("取消退回"),
    EntryKind.CONSUME: _("已使用"),
    EntryKind.FORFEIT: _("过时取消，计为使用"),
    EntryKind.RESTORE: _("补还"),
    EntryKind.LAPSE: _("年底失效"),
}
_HOURS = {
    HourState.LIVE: _("已约"),
    HourState.CANCELLED: _("已取消"),
    HourState.FORFEITED: _("过时取消"),
    HourState.CLOSED: _("宝宝屋关闭"),
    HourState.SETTLED: _("已结束"),
}
_QR_SCALE = 8
_PRESENCES = {
    Presence.OVERDUE: (_("还没有接走"), "is-bad"),
    Presence.INSIDE: (_("在屋里"), "is-ok"),
    Presence.LATE: (_("还没有到"), "is-warn"),
    Presence.COMING: (_("会来"), "is-info"),
    Presence.GONE: (_("已离开"), ""),
    Presence.UNKNOWN: (_("没有记录"), ""),
}


class _Hour(Protocol):
    @property
    def starts_at(self) -> Any: ...
    @property
    def ends_at(self) -> Any: ...


@register.filter
def mode_name(mode: CareMode) -> str:
    """单独托, 亲子托, 老小托."""
    return gettext(MODE_NAMES[mode])


@register.filter
def mode_needs(mode: CareMode) -> str:
    """What a mode asks of the adult."""
    return gettext(MODE_NEEDS[mode])


@register.filter
def entry_name(kind: EntryKind) -> str:
    """A movement of the ledger in people's words."""
    return str(_ENTRIES[kind])


@register.filter
def hour_name(state: HourState) -> str:
    """What became of an hour."""
    return str(_HOURS[state])


@register.filter
def attended_name(attended: bool | None) -> str:  # noqa: FBT001  a filter's value
    """Whether the child came to an hour that has passed; '' while nobody knows."""
    if attended is None:
        return ""
    return gettext("到了") if attended else gettext("没有来")


@register.simple_tag
def presence_tag(presence: Presence) -> SafeString:
    """Where a child of today is: a word in a box."""
    words, css = _PRESENCES[presence]
    return format_html('<span class="tag {}">{}</span>', css, words)


@register.filter
def look_name(look: Look) -> str:
    """What was seen of a child at the door."""
    return gettext(LOOKS[look])


@register.filter
def booking_name(booking: Any) -> str:
    """What became of a booking; '' while it is to come."""
    if booking.state is BookingState.COMPLETED:
        return gettext("已完成")
    if booking.state is not BookingState.CANCELLED:
        return ""
    by_house = booking.cancel_cause == CancelCause.HOUSE
    return gettext("宝宝屋取消") if by_house else gettext("已取消")


@register.filter
def stretches(hours: Iterable[_Hour]) -> list[Interval]:
    """Hours that follow one another, told as one."""
    return merge_touching(Interval(hour.starts_at, hour.ends_at) for hour in hours)


@register.filter
def standing(hours: Iterable[Any]) -> list[Any]:
    """The hours of a booking that hold a place, or all of them when none does."""
    found = list(hours)
    return [hour for hour in found if hour.state in (HourState.LIVE, HourState.SETTLED)] or found


@register.simple_tag
def price(free_units: int, charge_fen: int) -> str:
    """What something costs: 免费 1 次, 20元, 免费 1 次 + 20元."""
    parts = []
    if free_units:
        parts.append(ngettext("免费 %(n)d 次", "免费 %(n)d 次", free_units) % {"n": free_units})
    if charge_fen or not free_units:
        parts.append(yuan(charge_fen))
    return " + ".join(parts)


@register.simple_tag
def pass_code(code: str) -> SafeString:
    """The pass as a QR code: what the door reads."""
    drawn = segno.make_qr(code, error="m").svg_data_uri(scale=_QR_SCALE, border=2)
    words = gettext("预约码 %(code)s") % {"code": spoken(code)}
    return format_html('<img class="pass-qr" src="{}" alt="{}">', drawn, words)


@register.filter
def spoken(code: str) -> str:
    """A code in groups that a voice reads out: ABCDE 23456."""
    half = (len(code) + 1) // 2
    return f"{code[:half]} {code[half:]}"


@register.filter
def signed(change: int) -> str:
    """A change with its sign: +12, −1, 0."""
    if not change:
        return "0"
    return f"+{change}" if change > 0 else f"−{-change}"


@register.filter
def weekday(day: date) -> str:
    """周二; Tue."""
    return gettext(WEEKDAYS[day.weekday()])


@register.filter
def hours_before(minutes: int) -> str:
    """Minutes as people say them: 2 小时, 90 分钟."""
    hours, rest = divmod(minutes, 60)
    if rest or not hours:
        return gettext("%(n)d 分钟") % {"n": minutes}
    return gettext("%(n)d 小时") % {"n": hours}


@register.filter
def ics(text: str) -> str:
    """Text as a calendar file wants it (RFC 5545 3.3.11)."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")
