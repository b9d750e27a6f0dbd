"""The door: who is before it, and what the one screen says. The check-in asks the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from accounts.types import Actor
from bookings.messages import GATE_ITEMS, NOT_LET_IN, Remedy
from bookings.models import BookedHour, Booking, CollectionCode, Stay
from bookings.rules.gate import entry_verdicts, no_booking
from bookings.selectors.stays import LIVE, StayRow, stay_row, with_names
from bookings.selectors.today import KEEPS_THE_FLOOR
from bookings.types import HOLDS_A_PLACE, BookingState, HourState, MorningCheck
from common.intervals import age_in_months, day_in_shanghai, moment_in_shanghai
from common.refusals import InvalidInput, NotFound, Refused
from facilities import selectors as facilities
from facilities.models import Facility
from facilities.selectors.access import as_uuid, facility_for
from facilities.types import SessionFacts
from families import selectors as families
from families.selectors import Collector, DoorChild
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.selectors import law_book
from regulations.types import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Before:
    """Who stands before which door: found by a pass, a booking, or a name of today's list."""

    house: Facility
    child_id: int
    booking: Booking | None  # the one that was shown

    @property
    def district(self) -> str:
        return self.house.subdistrict.district.code


@dataclass(frozen=True, slots=True)
class Door:
    """What the rules of the door are asked about, as of one reading."""

    before: Before
    child: DoorChild
    sessions: tuple[SessionFacts, ...]  # the booked hours in a row that this is about
    booking_id: int | None  # whose first hour that is
    inside: Stay | None
    why_not: Remedy | None  # why there are no hours
    moment: datetime | None  # of the booking on another day

    def verdicts(self, check: MorningCheck, *, law: LawBook, now: datetime) -> list[Verdict]:
        """Everything the door looks at."""
        if self.why_not is not None:
            district = self.before.district
            said = no_booking(self.why_not, district=district, law=law, now=now, moment=self.moment)
            return [said]
        return entry_verdicts(
            self.child.facts,
            self.sessions,
            check=check,
            has_allergies=bool(self.child.allergies),
            inside_since=self.inside.arrived_at if self.inside else None,
            law=law,
            now=now,
        )


def before_the_door(
    *, actor: Actor, now: datetime, house: str = "", pass_code: str = "", booking: str = "",
    child: str = "",
) -> Before:  # fmt: skip
    """Find who stands there. Without `house`, the door is that of the booking's house.

    :raises NotFound: when there is nobody of this house, or the actor keeps no floor there.
    :raises InvalidInput: when nobody was ever given this pass.
    :raises Refused: when the pass is for another house; whose it is, is not told.
    """
    if house and child:
        here = facility_for(actor, house, *KEEPS_THE_FLOOR)
        return Before(here, _child_of_today(here, child, now), None)
    shown = _shown(pass_code, booking)
    if not house:
        if shown is None:
            raise NotFound
        here = facility_for(actor, str(shown.facility.public_id), *KEEPS_THE_FLOOR)
        return Before(here, shown.child_id, shown)
    here = facility_for(actor, house, *KEEPS_THE_FLOOR)
    if shown is None:
        raise InvalidInput({"pass_code": ["没有这个预约码。请再扫一次，或按姓名查找。"]})
    before = Before(here, shown.child_id, shown)
    if shown.facility_id != here.pk:
        law = law_book()
        said = no_booking(Remedy.ENTRY_OTHER_HOUSE, district=before.district, law=law, now=now)
        raise Refused([said], title=NOT_LET_IN)
    return before


def _shown(pass_code: str, booking: str) -> Booking | None:
    shown = Booking.objects.select_related("facility")
    if pass_code:
        return shown.filter(pass_code=tidy_code(pass_code)).first()
    return shown.filter(public_id=as_uuid(booking)).first()


def tidy_code(text: str) -> str:
    """A pass code however it was scanned or typed."""
    return "".join(text.split()).upper()


def _child_of_today(house: Facility, child: str, now: datetime) -> int:
    """A child that this house has to do with today: booked for today, or still here."""
    day = moment_in_shanghai(day_in_shanghai(now), time())
    booked = BookedHour.objects.filter(
        child__public_id=as_uuid(child),
        care_session__facility=house,
        starts_at__gte=day,
        starts_at__lt=day + timedelta(days=1),
    )
    found = booked.order_by("pk").values_list("child_id", flat=True).first()
    inside = Stay.objects.filter(
        LIVE, child__public_id=as_uuid(child), facility=house, left_at__isnull=True
    )
    found = found or inside.values_list("child_id", flat=True).first()
    if found is None:
        raise NotFound
    return found


def read_door(before: Before, *, now: datetime) -> Door:
    """Read what the rules ask for. Under the child's lock it is what is written on."""
    hours = _hours_today(before, now)
    stretch = _stretch(hours, before.booking, now)
    why_not, moment = (None, None) if stretch else _why_none(before.booking, now)
    facts = facilities.session_facts([str(hour.care_session.public_id) for hour in stretch])
    inside = Stay.objects.filter(LIVE, child_id=before.child_id, left_at__isnull=True)
    return Door(
        before=before,
        child=families.at_the_door(
            before.child_id,
            subdistrict_id=before.house.subdistrict_id,
            today=day_in_shanghai(now),
        ),
        sessions=tuple(sorted(facts.values(), key=lambda session: session.starts_at)),
        booking_id=_booking_of(stretch, before.booking, now),
        inside=with_names(inside).first(),
        why_not=why_not,
        moment=moment,
    )


def _hours_today(before: Before, now: datetime) -> list[BookedHour]:
    day = moment_in_shanghai(day_in_shanghai(now), time())
    hours = BookedHour.objects.filter(
        child_id=before.child_id,
        care_session__facility=before.house,
        state__in=HOLDS_A_PLACE,
        starts_at__gte=day,
        starts_at__lt=day + timedelta(days=1),
    )
    return list(hours.select_related("care_session").order_by("starts_at"))


def stretches(hours: Iterable[BookedHour]) -> list[list[BookedHour]]:
    """Hours in a row in one room: one stay covers them."""
    found: list[list[BookedHour]] = []
    for hour in hours:
        last = found[-1][-1] if found else None
        if last and _follows(last, hour):
            found[-1].append(hour)
        else:
            found.append([hour])
    return found


def _follows(last: BookedHour, hour: BookedHour) -> bool:
    same_room = last.care_session.care_group_id == hour.care_session.care_group_id
    same_child = last.child_id == hour.child_id
    return same_child and same_room and last.ends_at == hour.starts_at


def booked_end_of(stay: Stay) -> datetime:
    """When the booked hours in a row of a stay end, as they stand now."""
    hours = BookedHour.objects.filter(
        child_id=stay.child_id,
        care_session__care_group_id=stay.care_group_id,
        state__in=HOLDS_A_PLACE,
        starts_at__lt=stay.booked_until + timedelta(days=1),
        ends_at__gt=stay.arrived_at,
    )
    read = hours.select_related("care_session").order_by("starts_at")
    for row in stretches(read):
        if row[0].starts_at < stay.booked_until:
            return max(row[-1].ends_at, stay.booked_until)
    return stay.booked_until


def _stretch(hours: Sequence[BookedHour], shown: Booking | None, now: datetime) -> list[BookedHour]:
    """The row of hours this is about: the one that runs or comes next, else the last."""
    rows = stretches(hours)
    if shown is not None:
        rows = [row for row in rows if any(hour.booking_id == shown.pk for hour in row)]
    coming = [row for row in rows if row[-1].ends_at > now]
    return coming[0] if coming else rows[-1] if rows else []


def _booking_of(stretch: Sequence[BookedHour], shown: Booking | None, now: datetime) -> int | None:
    """The booking a stay is written to: the one shown, else that of the hour that runs or comes."""
    if not stretch or shown is not None:
        return shown.pk if shown and stretch else None
    coming = [hour for hour in stretch if hour.ends_at > now]
    return (coming or stretch)[0].booking_id


def _why_none(shown: Booking | None, now: datetime) -> tuple[Remedy, datetime | None]:
    if shown is None:
        return Remedy.ENTRY_NO_BOOKING, None
    if shown.state == BookingState.CANCELLED:
        return Remedy.ENTRY_ENDED, None
    standing = shown.hours.filter(state__in=(HourState.LIVE, HourState.SETTLED))
    moments = list(standing.order_by("starts_at").values_list("starts_at", flat=True))
    if not moments:
        return Remedy.ENTRY_ENDED, None
    moment = next((one for one in moments if one > now), moments[-1])
    return Remedy.ENTRY_OTHER_DAY, moment


@dataclass(frozen=True, slots=True)
class GateItem:
    """One thing the door looks at."""

    title: str
    state: str  # ok, missing, unknown
    words: str
    verdict: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gate:
    """One screen: green, or what is missing."""

    house: str
    house_name: str
    child: str
    child_id: int
    child_name: str
    called: str
    months: int
    booking: str
    room: str
    starts_at: datetime | None
    ends_at: datetime | None
    items: tuple[GateItem, ...]
    allergies: str = field(repr=False)
    medical_history: str = field(repr=False)
    collectors: tuple[Collector, ...] = field(repr=False)
    barred: tuple[Collector, ...] = field(repr=False)
    code_for: str  # whom a one-time code of today is for
    stay: StayRow | None  # the child is in

    @property
    def missing(self) -> tuple[GateItem, ...]:
        return tuple(item for item in self.items if item.state == "missing")

    @property
    def may_enter(self) -> bool:
        return not self.missing


# What is asked in the form itself is not missing before it was sent.
_ASKED_IN_THE_FORM = {LimitKey.ENTRY_ALLERGY_READ}


def gate_of(
    *, actor: Actor, now: datetime, house: str = "", pass_code: str = "", booking: str = "",
    child: str = "",
) -> Gate:  # fmt: skip
    """What the screen at the door says of who stands before it now.

    :raises NotFound, InvalidInput, Refused: as `before_the_door`.
    """
    before = before_the_door(
        actor=actor, now=now, house=house, pass_code=pass_code, booking=booking, child=child
    )
    return _screen(read_door(before, now=now), now)


def _screen(door: Door, now: datetime) -> Gate:
    facts, first = door.child.facts, door.sessions[0] if door.sessions else None
    inside = _inside_here(door)
    # What is sensitive is shown on the day of care, and while the child is here.
    people = door.child if first or inside else None
    return Gate(
        house=str(door.before.house.public_id),
        house_name=door.before.house.name,
        child=facts.public_id,
        child_id=facts.id,
        child_name=facts.name,
        called=door.child.called,
        months=age_in_months(facts.born_on, day_in_shanghai(now)),
        booking=_public_id(door.booking_id),
        room=first.care_group if first else "",
        starts_at=first.starts_at if first else None,
        ends_at=door.sessions[-1].ends_at if door.sessions else None,
        items=tuple(_items(door, now)),
        allergies=people.allergies if people else "",
        medical_history=people.medical_history if people else "",
        collectors=people.collectors if people else (),
        barred=people.barred if people else (),
        code_for=_code_for(facts.id, now),
        stay=stay_row(inside) if inside else None,
    )


def _inside_here(door: Door) -> Stay | None:
    inside = door.inside
    return inside if inside and inside.facility_id == door.before.house.pk else None


def _public_id(booking_id: int | None) -> str:
    if booking_id is None:
        return ""
    return str(Booking.objects.values_list("public_id", flat=True).get(pk=booking_id))


def _items(door: Door, now: datetime) -> list[GateItem]:
    verdicts = door.verdicts(MorningCheck(), law=law_book(), now=now)
    items = [_item(verdict) for verdict in verdicts if verdict.rule not in _ASKED_IN_THE_FORM]
    if door.sessions and not door.inside:
        items.append(GateItem(GATE_ITEMS[LimitKey.ENTRY_MORNING_CHECK], "unknown", "还没有测"))
    return items


def _item(verdict: Verdict) -> GateItem:
    title = GATE_ITEMS.get(verdict.rule, "")
    if verdict.allows:
        words = "没有规定" if verdict.outcome is Outcome.NO_RULE else "已核对"
        return GateItem(title, "ok", words, verdict.as_dict())
    return GateItem(title, "missing", verdict.remedy, verdict.as_dict())


def _code_for(child_id: int, now: datetime) -> str:
    waiting = CollectionCode.objects.filter(
        child_id=child_id, on=day_in_shanghai(now), used_at__isnull=True, ended_at__isnull=True
    )
    return waiting.values_list("collector", flat=True).first() or ""
