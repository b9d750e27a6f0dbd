"""Building a city in one transaction: all of it stands, or nothing does."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from io import StringIO

from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import User
from bookings import services as bookings
from common.intervals import moment_in_shanghai
from facilities import services as facilities
from facilities.models import District, Facility, Subdistrict
from families.models import AgreementText, Child
from guide import services as guide
from portal.city import coming, papers
from portal.city.chance import Chance, named_by
from portal.city.crews import Crew
from portal.city.families import (
    HOMES,
    JINSHAN,
    Family,
    IdentityNumbers,
    make_demo_families,
    make_other_families,
)
from portal.city.floor import fill_floor
from portal.city.history import Past, count_places, write_history
from portal.city.inspectors import make_inspectors
from portal.city.people import (
    HEALTH_OFFICER,
    PERSON_IN_CHARGE,
    WITHOUT_PAPERS,
    add_health_officer,
    give_addresses,
    make_people,
    phone_of,
)
from portal.city.places import make_places, named_houses
from portal.city.safety import make_safety
from portal.city.sessions import offer_of
from portal.city.sizes import SIZES, Scale, Size
from portal.city.staff import make_staff
from portal.city.supervision import Year
from portal.city.supervision.year import suspended_since
from portal.city.visits import terms_on
from regulations.selectors import law_book
from safety import services as safety

# A generated day begins before anybody is up: all of its hours are still to come.
_DAWN = time(0, 5)
_WEEK = timedelta(days=7)
_SESSIONS_AHEAD_DAYS = 21
_WAITING_FOR_REVIEW = 3
_FAMILIES_ELSEWHERE = 6  # in a district that is not generated in full


class NotEmpty(Exception):
    """Somebody or something is in the database already."""


def build_city(*, seed: int, scale: Scale, today: date, now: datetime) -> None:
    """Generate a city as it stands on the morning of `today`, then let `now` catch up with it.

    The same seed, scale and day give the same rows; what fell due between that morning and `now`
    is done as the worker would do it.

    :raises NotEmpty: when the database is not, and nothing is written.
    """
    with transaction.atomic():
        _take_time()
        if not is_empty():
            raise NotEmpty
        call_command("load_regulations", lenient=True, stdout=StringIO())
        chance = Chance(seed)
        with named_by(chance):
            call_command("load_checklists", stdout=StringIO())
            guide.load_guide(now=moment_in_shanghai(today, _DAWN))
            builder = _Builder(SIZES[scale], chance, today)
            crews = builder.build()
            _catch_up(now)
            fill_floor(crews, chance, today=today, now=now)
            if SIZES[scale].supervised:
                builder.year.play(now)


def is_empty() -> bool:
    """Whether nobody and no place is in the database."""
    return not any(model.objects.exists() for model in (District, Facility, User, Child))


def _take_time() -> None:
    """One city at a time; and thinking for half a minute is no reason to be thrown out."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('portal.city'))")


def _catch_up(now: datetime) -> None:
    bookings.settle_hours(now=now)
    safety.escalate_duties(now=now)
    coming.deliver(now)


class _Builder:
    def __init__(self, size: Size, chance: Chance, today: date) -> None:
        self._size = size
        self._chance = chance
        self._today = today
        self._dawn = moment_in_shanghai(today, _DAWN)
        self._since = today - size.weeks * _WEEK
        self._numbers = IdentityNumbers()
        self._unlisted = 1
        self._agreements: dict[int, AgreementText] = {}

    def build(self) -> list[Crew]:
        make_places(self._size, self._chance, self._today)
        since = moment_in_shanghai(self._since - timedelta(days=120), time(9))
        make_people(self._chance, since=since)
        make_safety(self._chance, today=self._today, dawn=self._dawn)
        self._publish()
        self._suspend()
        crews = make_staff(self._chance, self._numbers, today=self._today, dawn=self._dawn)
        make_inspectors(since=since)
        self.year = Year(self._chance, self._today)
        if self._size.supervised:
            self.year.play_what_stops_hours()
        self._agreements = papers.issue_agreements(self._since)
        demo = self._make_demo_families()
        self._make_other_families()
        coming.Week(demo, self._chance, self._dawn).play()
        coming.give_pass_codes(self._chance)
        give_addresses()
        return crews

    def _suspend(self) -> None:
        """Stop the hours of houses before anybody books them; the year tells what it was for."""
        for one in named_houses():
            if one.suspended:
                since = suspended_since(one.name, self._today)
                coming.suspend_houses([(one.name, one.suspended)], self._today, since)

    def _publish(self) -> None:
        """Hours of the past and the coming weeks, house by house to keep little in memory."""
        start = moment_in_shanghai(self._since, _DAWN)
        ahead = (self._today - self._since).days + _SESSIONS_AHEAD_DAYS
        for house in Facility.objects.order_by("pk").values_list("pk", flat=True):
            facilities.publish_sessions(now=start, days_ahead=ahead, facility_ids=[house])

    def _make_demo_families(self) -> list[Family]:
        families = make_demo_families(
            self._chance, self._numbers, today=self._today, since=self._since
        )
        in_order = [one for one in families if one.account != WITHOUT_PAPERS]
        draw = self._chance.of("papers of the demo")
        papers.consent_for(families, draw)
        papers.trace(families)
        both = [text for text in self._agreements.values() if text.subdistrict.code in HOMES]
        papers.sign(in_order, {one.subdistrict: both for one in in_order})
        reviewer = User.objects.get(phone=phone_of(PERSON_IN_CHARGE)).pk
        papers.check_health(in_order, reviewer, draw, today=self._today)
        homes = sorted({one.subdistrict for one in in_order})
        self._write_past(in_order, homes, until=self._dawn)
        return families

    def _make_other_families(self) -> None:
        for district in District.objects.order_by("code"):
            reviewer = self._reviewer_of(district)
            for place, how_many in self._shares(district).items():
                self._make_families_of(place, how_many, reviewer)

    def _shares(self, district: District) -> dict[Subdistrict, int]:
        """How many families each 街镇 with a house is given."""
        places = district.subdistricts.filter(facilities__isnull=False)
        found = list(places.select_related("district").distinct().order_by("code"))
        is_full = self._size.all_districts or district.code == JINSHAN
        wanted = self._size.families if is_full else _FAMILIES_ELSEWHERE
        each, rest = divmod(wanted, len(found)) if found else (0, 0)
        return {place: each + (number < rest) for number, place in enumerate(found)}

    def _reviewer_of(self, district: District) -> int:
        if district.code == JINSHAN:
            return User.objects.get(phone=phone_of(HEALTH_OFFICER)).pk
        number = self._unlisted
        self._unlisted += 1
        return add_health_officer(district, number, since=self._dawn).pk

    def _make_families_of(self, place: Subdistrict, how_many: int, reviewer: int) -> None:
        made = make_other_families(
            self._chance, self._numbers, place, how_many,
            first_number=self._unlisted, today=self._today, since=self._since,
        )  # fmt: skip
        self._unlisted += 2 * how_many
        draw = self._chance.of("papers", place.code)
        for families in made:
            papers.consent_for(families, draw)
            papers.trace(families)
            papers.sign(families, {place.pk: [self._agreements[place.pk]]})
            papers.check_health(families, reviewer, draw, today=self._today)
            self._write_past(families, [place.pk], until=self._dawn + _WEEK)
            if place.code == HOMES[0]:
                papers.renew_health(families[:_WAITING_FOR_REVIEW], today=self._today)

    def _write_past(
        self, families: Sequence[Family], places: Sequence[int], *, until: datetime
    ) -> None:
        houses = list(
            Facility.objects.filter(subdistrict__in=places)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        past = Past(
            chance=self._chance,
            law=law_book(),
            terms=terms_on(self._today),
            bookings=self._size.bookings,
            until=until,
            now=self._dawn,
        )
        start = moment_in_shanghai(self._since, _DAWN)
        write_history(families, offer_of(houses, starts=start, ends=until), past)
        count_places(houses)
