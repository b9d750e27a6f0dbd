"""金山 with four 街镇, eight houses, a lead and six inspectors; and how a draw goes on there."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from accounts.models import Grant, User
from accounts.selectors import actor_for
from accounts.types import Actor, Role, ScopeKind
from common.intervals import SHANGHAI, day_in_shanghai, months_later
from facilities.models import District, Facility, Subdistrict
from inspections import services
from inspections.models import Draw, Inspector, Visit
from inspections.rules.draw import ALGORITHM, canonical, sha256
from inspections.types import (
    Announced,
    Domain,
    PlanRequest,
    RandomMethod,
    VisitKind,
    VisitState,
)
from tests.facilities.factories import make_district, make_house, make_subdistrict
from tests.families.factories import make_grant, make_user

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)  # 周日 10:00
KNOWN_AT = NOW + timedelta(days=2)
AFTER = KNOWN_AT + timedelta(hours=1)
STREETS = ("石化街道", "山阳镇", "廊下镇", "枫泾镇")


@dataclass
class Jinshan:
    """A district and its people; actors are as of the day of `NOW`."""

    district: District
    streets: list[Subdistrict]
    houses: list[Facility]
    users: dict[str, User] = field(default_factory=dict)

    def actor(self, who: str) -> Actor:
        return actor_for(self.users[who], today=day_in_shanghai(NOW))

    def entry(self, who: str) -> Inspector:
        return Inspector.objects.get(user=self.users[who])

    def plan(self, *, now: datetime = NOW, who: str = "lead", **facts: Any) -> Draw:
        return services.plan_draw(request=asked(**facts), actor=self.actor(who), now=now)

    def reveal(
        self, draw: Draw, *, who: str = "inspector", value: str = "837", now: datetime = AFTER
    ) -> Draw:
        return services.reveal_draw(
            draw=str(draw.public_id),
            value=value,
            source="福彩网第2026313期",
            actor=self.actor(who),
            now=now,
        )

    def arrange(self, draw: Draw, *, who: str = "lead", now: datetime = AFTER, **more: Any) -> Draw:
        return services.arrange_visits(
            draw=str(draw.public_id), actor=self.actor(who), now=now, **more
        )

    def arranged(self, **facts: Any) -> Draw:
        """Its visits are planned, and nobody outside knows of them."""
        return self.arrange(self.reveal(self.plan(**facts)))

    def publish(self, draw: Draw, *, who: str = "lead", now: datetime | None = None) -> Draw:
        return services.publish_draw(
            draw=str(draw.public_id), actor=self.actor(who), now=now or over(draw)
        )

    def published(self, **facts: Any) -> Draw:
        """Its month is over; nobody has been at the houses."""
        return self.publish(self.arranged(**facts))


def over(draw: Draw) -> datetime:
    """The month of a draw is over."""
    first = months_later(draw.month, 1)
    return datetime(first.year, first.month, first.day, 9, tzinfo=SHANGHAI)


def asked(
    *,
    domain: Domain = Domain.SAFETY,
    month: date = date(2026, 11, 1),
    method: RandomMethod = RandomMethod.PUBLIC_VALUE,
    known_at: datetime = KNOWN_AT,
    source: str = "中国福利彩票3D第2026313期开奖号码",
    district: str = "310116",
    wanted: int | None = None,
    seen: str = "",
) -> PlanRequest:
    announced = Announced(domain, month, method, source, known_at)
    return PlanRequest(district, announced, wanted, seen)


def make_jinshan(houses_a_street: int = 2) -> Jinshan:
    streets = [make_subdistrict(name) for name in STREETS]
    district = make_district()
    houses = [make_house(subdistrict=street) for street in streets for _ in range(houses_a_street)]
    scene = Jinshan(district, streets, houses)
    scene.users["lead"] = make_officer("范立群", Role.SUPERVISION_LEAD)
    scene.users["other_lead"] = make_officer("陆督导", Role.SUPERVISION_LEAD)
    homes = [None, None, None, streets[0], streets[1]]
    for number, home in enumerate(homes):
        who = "inspector" if number == 0 else f"inspector_{number}"
        scene.users[who] = make_officer(f"检查员{number}", Role.INSPECTOR)
        make_entry(scene.users[who], district, home=home)
    scene.users["health"] = make_officer("汪洁如", Role.HEALTH_OFFICER, "金山区卫生健康委员会")
    make_entry(scene.users["health"], district, skills=(Domain.HEALTH,))
    scene.users["jingan"] = make_officer("方敏之", Role.INSPECTOR, district=make_jingan().code)
    scene.users["jingan_lead"] = make_officer(
        "静安督导", Role.SUPERVISION_LEAD, district=make_jingan().code
    )
    scene.users["parent"] = make_user("王芳")
    return scene


def make_jingan() -> District:
    return make_district("310106", "静安区")


def make_officer(
    name: str, role: Role, department: str = "金山区教育局", *, district: str = "310116"
) -> User:
    user = make_user(name)
    make_grant(user, role, ScopeKind.DISTRICT, district)
    Grant.objects.filter(user=user).update(department=department)
    return user


def make_entry(
    user: User,
    district: District,
    *,
    home: Subdistrict | None = None,
    skills: tuple[Domain, ...] = (Domain.SAFETY, Domain.HEALTH),
    is_available: bool = True,
) -> Inspector:
    return Inspector.objects.create(
        user=user,
        district=district,
        skills=[skill.value for skill in skills],
        home=home,
        lives_elsewhere=home is None,
        is_available=is_available,
    )


def make_visit(
    house: Facility, on: date, *, kind: VisitKind = VisitKind.PATROL, signed: bool = True
) -> Visit:
    return Visit.objects.create(
        facility=house,
        kind=kind.value,
        planned_on=on,
        state=VisitState.SIGNED if signed else VisitState.PLANNED,
        done_on=on if signed else None,
    )


def make_draw(district: District) -> Draw:
    """A draw that somebody planned, with nobody in it; its moment is far away."""
    text = canonical({"algorithm": ALGORITHM, "facilities": [], "inspectors": [], "exclusions": []})
    return Draw.objects.create(
        district=district,
        month=date(2026, 11, 1),
        domain=Domain.SAFETY,
        canonical=text,
        commitment=sha256(text),
        method=RandomMethod.PUBLIC_VALUE,
        source="福利彩票3D",
        known_at=datetime(2029, 1, 1, tzinfo=UTC),
        planned_by=make_user("督导"),
        committed_at=NOW,
    )
