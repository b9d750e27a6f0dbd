"""The district's inspectors, whom they avoid, and the draws of the months before this one."""

from datetime import date, datetime, time, timedelta

from accounts.models import Grant, User
from accounts.types import Actor, Role, ScopeKind
from common.intervals import moment_in_shanghai, months_later
from facilities.models import District, Facility, Subdistrict
from inspections import services
from inspections.models import ConflictOfInterest, Draw, Inspector, Visit
from inspections.types import (
    Announced,
    ConflictKind,
    Domain,
    PlanRequest,
    RandomMethod,
    VisitState,
)
from portal.city.chance import Chance
from portal.city.families import JINSHAN
from portal.city.people import (
    HEALTH_OFFICER,
    SUPERVISION_LEAD,
    UNUSABLE,
    actor_of,
    add_people,
    phone_of,
    unlisted_phone,
)

INSPECTORS = (301, 302)
_MORE = ("瞿建国", "俞敏华", "戚晓东", "陶静怡")  # they never sign in
_FIRST_UNLISTED = 90_000_001
_MONTHS = 3
_EVENING = time(21, 30)  # when the lottery's numbers are out
_MORNING = time(9, 30)


def make_inspectors(chance: Chance, *, today: date, since: datetime) -> None:
    """Enter the register, declare an interest, and draw the months before this one.

    This month's first draw is frozen and its value known since yesterday; the second is missing.
    """
    _register(since)
    _declare(since)
    this_month = today.replace(day=1)
    for back in range(_MONTHS, 0, -1):
        month = months_later(this_month, -back)
        for number, domain in enumerate(Domain):
            _sign(_draw(chance, domain, month, month + timedelta(days=3 + number)))
    _freeze(chance, Domain.SAFETY, this_month, known_on=today - timedelta(days=1))


def _register(since: datetime) -> None:
    district = District.objects.get(code=JINSHAN)
    phones = [unlisted_phone(_FIRST_UNLISTED + number) for number in range(len(_MORE))]
    people = add_people(list(zip(phones, _MORE, strict=True)), password=UNUSABLE, since=since)
    Grant.objects.bulk_create(
        Grant(
            user=person, role=Role.INSPECTOR, scope_kind=ScopeKind.DISTRICT, scope=JINSHAN,
            scope_name=district.name, department=f"{district.name}教育局",
        )
        for person in people
    )  # fmt: skip
    demo = [User.objects.get(phone=phone_of(number)) for number in (*INSPECTORS, HEALTH_OFFICER)]
    streets = list(Subdistrict.objects.filter(district=district).order_by("code"))
    for number, user in enumerate([*demo, *people]):
        # Every other one lives in the district, each in a 街镇 of their own.
        home = streets[number] if number % 2 else None
        Inspector.objects.create(
            user=user,
            district=district,
            skills=[Domain.HEALTH] if user == demo[-1] else [Domain.HEALTH, Domain.SAFETY],
            home=home,
            lives_elsewhere=home is None,
        )


def _declare(since: datetime) -> None:
    entry = Inspector.objects.get(user__phone=phone_of(INSPECTORS[0]))
    house = Facility.objects.filter(subdistrict__district__code=JINSHAN).order_by("pk")[0]
    ConflictOfInterest.objects.create(
        inspector=entry,
        facility=house,
        kind=ConflictKind.EMPLOYMENT,
        reason="两年前在这家的运营单位任职",
        declared_by=entry.user,
        declared_at=since,
    )


def _freeze(chance: Chance, domain: Domain, month: date, *, known_on: date) -> Draw:
    """Freeze a list the day before its value is known, in the morning."""
    now = moment_in_shanghai(known_on - timedelta(days=1), _MORNING)
    announced = Announced(
        domain=domain,
        month=month,
        method=RandomMethod.PUBLIC_VALUE,
        source=f"中国福利彩票3D {known_on:%Y年%m月%d日}开奖号码（三位数字）",
        known_at=moment_in_shanghai(known_on, _EVENING),
    )
    return services.plan_draw(
        request=PlanRequest(JINSHAN, announced),
        actor=_lead(now),
        now=now,
        nonce=chance.text("nonce", month, domain)[:32],
    )


def _draw(chance: Chance, domain: Domain, month: date, known_on: date) -> Draw:
    frozen = _freeze(chance, domain, month, known_on=known_on)
    morning = moment_in_shanghai(known_on + timedelta(days=1), _MORNING)
    services.reveal_draw(
        draw=str(frozen.public_id),
        value=f"{chance.of('value', month, domain).randrange(1000):03d}",
        source="中国福彩网当日开奖公告",
        actor=actor_of(INSPECTORS[0], morning.date()),
        now=morning,
    )
    return services.publish_draw(draw=str(frozen.public_id), actor=_lead(morning), now=morning)


def _lead(now: datetime) -> Actor:
    return actor_of(SUPERVISION_LEAD, now.date())


def _sign(draw: Draw) -> None:
    """The visits of the past took place on their days."""
    for visit in Visit.objects.filter(draw=draw).order_by("pk"):
        visit.state, visit.done_on = VisitState.SIGNED, visit.planned_on
        visit.save(update_fields=["state", "done_on"])
