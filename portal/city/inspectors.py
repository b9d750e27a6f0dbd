"""The district's inspectors, whom they avoid, and the draws of the months before this one."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from accounts.models import Grant, User
from accounts.types import Actor, Role, ScopeKind
from common.intervals import moment_in_shanghai, months_later
from facilities.models import District, Facility, Subdistrict
from inspections import services
from inspections.models import ConflictOfInterest, Draw, Inspector
from inspections.types import (
    Announced,
    ConflictKind,
    Domain,
    PlanRequest,
    RandomMethod,
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
OTHER_DEPARTMENTS = (312, 313, 314)  # sent to 联合检查, never drawn
_MORE = ("瞿建国", "俞敏华", "戚晓东", "陶静怡")  # they never sign in
_FIRST_UNLISTED = 90_000_001
_MONTHS = 1
_EVENING = time(21, 30)  # when the lottery's numbers are out
_MORNING = time(9, 30)


def make_inspectors(*, since: datetime) -> None:
    """Enter the register, and declare an interest."""
    _register(since)
    _declare(since)


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
    for number in OTHER_DEPARTMENTS:
        Inspector.objects.create(
            user=User.objects.get(phone=phone_of(number)),
            district=district,
            skills=[Domain.SAFETY],
            lives_elsewhere=True,
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


@dataclass(frozen=True, slots=True)
class MonthlyDraw:
    """A draw of a month in one domain: frozen the day before its value is known, in the morning,
    its visits arranged the morning after, and published when its month is over.
    """

    chance: Chance
    domain: Domain
    month: date
    known_on: date

    @property
    def freezes_at(self) -> datetime:
        return moment_in_shanghai(self.known_on - timedelta(days=1), _MORNING)

    @property
    def arranged_at(self) -> datetime:
        return moment_in_shanghai(self.known_on + timedelta(days=1), _MORNING)

    @property
    def published_at(self) -> datetime:
        return moment_in_shanghai(months_later(self.month, 1), _MORNING)

    def freeze(self, now: datetime) -> Draw:
        """Publish the commitment of the list as it stands."""
        announced = Announced(
            domain=self.domain,
            month=self.month,
            method=RandomMethod.PUBLIC_VALUE,
            source=f"中国福利彩票3D {self.known_on:%Y年%m月%d日}开奖号码（三位数字）",
            known_at=moment_in_shanghai(self.known_on, _EVENING),
        )
        return services.plan_draw(
            request=PlanRequest(JINSHAN, announced),
            actor=_lead(now),
            now=now,
            nonce=self.chance.text("nonce", self.month, self.domain)[:32],
        )

    def arrange(self, now: datetime) -> Draw:
        """Enter the value, and plan the visits that follow from it."""
        frozen = self._frozen()
        services.reveal_draw(
            draw=str(frozen.public_id),
            value=f"{self.chance.of('value', self.month, self.domain).randrange(1000):03d}",
            source="中国福彩网当日开奖公告",
            actor=actor_of(INSPECTORS[0], now.date()),
            now=now,
        )
        return services.arrange_visits(draw=str(frozen.public_id), actor=_lead(now), now=now)

    def publish(self, now: datetime) -> Draw:
        """Let everybody see it."""
        frozen = self._frozen()
        return services.publish_draw(draw=str(frozen.public_id), actor=_lead(now), now=now)

    def _frozen(self) -> Draw:
        return Draw.objects.get(district__code=JINSHAN, month=self.month, domain=self.domain.value)


def months_drawn(today: date) -> list[date]:
    """The months before this one whose draws were made, the oldest first."""
    this_month = today.replace(day=1)
    return [months_later(this_month, -back) for back in range(_MONTHS, 0, -1)]


def draw_of_month(chance: Chance, domain: Domain, month: date) -> MonthlyDraw:
    """The draw of a month that is over."""
    known_on = month + timedelta(days=3 + list(Domain).index(domain))
    return MonthlyDraw(chance, domain, month, known_on)


def draw_of_this_month(chance: Chance, today: date) -> MonthlyDraw:
    """This month's first draw: its value is known since yesterday, and nobody entered it yet."""
    yesterday = today - timedelta(days=1)
    return MonthlyDraw(chance, Domain.SAFETY, today.replace(day=1), yesterday)


def _lead(now: datetime) -> Actor:
    return actor_of(SUPERVISION_LEAD, now.date())
