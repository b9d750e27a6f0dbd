"""What houses test themselves, and three incidents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from accounts.models import User
from common.intervals import moment_in_shanghai
from facilities.models import Facility
from portal.city.chance import Chance
from portal.city.people import (
    HEALTH_OFFICER,
    HOUSE_OF_THE_STAFF,
    OPERATOR,
    PERSON_IN_CHARGE,
    actor_of,
    phone_of,
)
from regulations.rules import LawBook
from regulations.selectors import law_book
from safety import services
from safety.models import RegisterCheck, RegisterItem
from safety.rules.registers import next_due
from safety.selectors.registers import interval_of
from safety.types import (
    CheckResult,
    HowTold,
    IncidentFacts,
    IncidentKind,
    NewIncident,
    Recipient,
    RegisterKind,
    Severity,
)

_KIND = RegisterKind
CAREGIVER, OTHER_OPERATOR = 202, 102
_ANOTHER_HOUSE = "廊下镇景展社区“宝宝屋”"
_CHECKS = 3  # of each item, the last of them lately
_LATELY = 0.7  # of an interval
_AFTER_WORK = time(17, 20)


@dataclass(frozen=True, slots=True)
class Item:
    """Something every house keeps a register of."""

    kind: RegisterKind
    name: str
    facts: dict[str, Any] = field(default_factory=dict)


def _camera(name: str, area: str) -> Item:
    return Item(_KIND.VIDEO, name, {"area": area, "retention_days": 30, "is_linked": True})


ITEMS = (
    _camera("大门摄像头", "entrance"),
    _camera("盥洗和休息区摄像头", "living"),
    _camera("活动室摄像头", "activity"),
    Item(_KIND.ALARM, "接待处一键报警", {"is_linked": True}),
    Item(_KIND.EQUIPMENT, "感统器材和攀爬架", {"certificate": "CCC 2023-0117"}),
    Item(_KIND.EQUIPMENT, "空调和新风", {"certificate": "能效一级"}),
    Item(_KIND.TOY, "积木和玩具", {"certificate": "CCC 玩具"}),
    Item(_KIND.WATER, "直饮水机", {"source": "直饮水机"}),
    Item(_KIND.WASHING, "幼儿盥洗台"),
    Item(_KIND.FIRE, "灭火器和疏散通道"),
    Item(_KIND.PLAN, "公共卫生应急预案", {"risk": "public_health", "version": "第2版"}),
    Item(_KIND.PLAN, "消防应急预案", {"risk": "fire", "version": "第3版"}),
    Item(_KIND.PLAN, "急症处置预案", {"risk": "acute_illness", "version": "第1版"}),
    Item(_KIND.DRILL, "消防疏散演练", {"risk": "fire"}),
    Item(_KIND.DRILL, "噎食急救演练", {"risk": "acute_illness"}),
)
_OUTDOOR = _camera("户外场地摄像头", "outdoor")
# What does not run as it should: (house, item) → days beyond its due day.
LATE = {
    ("石化街道滨海社区“宝宝屋”", "接待处一键报警"): 3,
    ("枫泾镇白牛社区“宝宝屋”", "消防疏散演练"): 12,
}
BROKEN = {("朱泾镇东林社区“宝宝屋”", "盥洗和休息区摄像头"): "夜间没有图像，已报修"}
_FINDINGS = ("", "", "后门插销偏高，已调低", "点名用时偏长，已改用名单")


def make_safety(chance: Chance, *, today: date, dawn: datetime) -> None:
    """Fill the registers of every house, and let two incidents have happened."""
    _keep_registers(chance, today, dawn)
    _let_incidents_happen(today)


def _keep_registers(chance: Chance, today: date, dawn: datetime) -> None:
    testers = {
        HOUSE_OF_THE_STAFF: [
            User.objects.get(phone=phone_of(number)).pk for number in (PERSON_IN_CHARGE, CAREGIVER)
        ]
    }
    law = law_book()
    houses = Facility.objects.select_related("subdistrict__district").order_by("pk")
    for house in houses:
        draw = chance.of("safety", house.name)
        entered_at = moment_in_shanghai(house.opened_on, time(9))
        kept = (*ITEMS, _OUTDOOR) if house.has_outdoor_area else ITEMS
        rows = RegisterItem.objects.bulk_create(
            RegisterItem(
                facility=house, kind=one.kind, name=one.name, facts=one.facts, entered_at=entered_at
            )
            for one in kept
        )
        people = testers.get(house.name, [])
        RegisterCheck.objects.bulk_create(
            check for row in rows for check in _checks(row, house, people, law, draw, today, dawn)
        )


def _checks(
    row: RegisterItem, house: Facility, people: Sequence[int], law: LawBook, draw: Random,
    today: date, dawn: datetime,
) -> Iterator[RegisterCheck]:  # fmt: skip
    """The last checks of an item, the oldest first."""
    interval = interval_of(_KIND(row.kind), house.subdistrict.district.code, today, law)
    length = ((next_due(today, interval) or today) - today).days
    last = today - timedelta(days=_days_ago(row, house, length, draw))
    broken = BROKEN.get((house.name, row.name), "")
    for number in reversed(range(_CHECKS)):
        done_on = last - timedelta(days=int(number * length * 0.9))
        failed = bool(broken) and number == 0
        yield RegisterCheck(
            item=row,
            done_on=done_on,
            by_id=draw.choice(people) if people else None,
            recorded_at=min(moment_in_shanghai(done_on, _AFTER_WORK), dawn),
            result=CheckResult.FAILED if failed else CheckResult.PASSED,
            note=broken if failed else "",
            measured=_measured(_KIND(row.kind), draw),
            next_due_on=next_due(done_on, interval),
        )


def _days_ago(row: RegisterItem, house: Facility, length: int, draw: Random) -> int:
    usual = draw.randint(1, max(int(length * _LATELY), 1))
    late = LATE.get((house.name, row.name))
    return usual if late is None else length + late


def _measured(kind: RegisterKind, draw: Random) -> dict[str, Any]:
    match kind:
        case RegisterKind.VIDEO:
            return {"retention_days": draw.choice((30, 31, 33, 45))}
        case RegisterKind.DRILL:
            findings = draw.choice(_FINDINGS)
            drilled = {"people": draw.randint(8, 18), "minutes": draw.randint(2, 6)}
            return drilled | ({"findings": findings} if findings else {})
        case _:
            return {}


# --- incidents ------------------------------------------------------------------------------------


def _let_incidents_happen(today: date) -> None:
    _a_swallowed_bead(today - timedelta(days=17), today)
    _a_scraped_forehead(today - timedelta(days=9), today)
    _spots_that_may_spread(today - timedelta(days=1), today)


def _a_swallowed_bead(day: date, today: date) -> None:
    """In a house of another 街镇: told in time, looked after, and closed days later."""
    happened_at = moment_in_shanghai(day, time(15, 10))
    incident = _report(
        NewIncident(
            IncidentFacts(IncidentKind.CHOKING_ALLERGY, Severity.TREATED, people=1),
            happened_at,
            "串珠时把一颗小木珠放进嘴里，咳了几声，脸色正常。",
            "拍背后吐出，木珠完整，观察到家长来接，没有再咳。",
        ),
        today,
        minutes=9,
        house=_ANOTHER_HOUSE,
        by=OTHER_OPERATOR,
    )
    _tell(
        incident, Recipient.GUARDIANS, HowTold.PHONE, "外婆", happened_at, 11, today,
        by=OTHER_OPERATOR,
    )  # fmt: skip
    services.add_note(
        incident=incident,
        text="第二天家访，孩子吃睡都好；小于瓶盖的玩具全部收走，串珠换成大颗的。",
        actor=actor_of(OTHER_OPERATOR, today),
        now=happened_at + timedelta(hours=20),
    )
    services.close_incident(
        incident=incident,
        reason="小件玩具已清理，每周一按清单查一遍。",
        actor=actor_of(OTHER_OPERATOR, today),
        now=happened_at + timedelta(days=4),
    )


def _a_scraped_forehead(day: date, today: date) -> None:
    """Told in time, and closed the same evening."""
    happened_at = moment_in_shanghai(day, time(10, 20))
    incident = _report(
        NewIncident(
            IncidentFacts(IncidentKind.INJURY, Severity.TREATED, people=1),
            happened_at,
            "下滑梯时没有站稳，额头碰到护栏，擦破一小块皮。",
            "清洗、冷敷，观察半小时，精神好。",
        ),
        today,
        minutes=8,
        by=CAREGIVER,
    )
    _tell(incident, Recipient.GUARDIANS, HowTold.PHONE, "妈妈", happened_at, 12, today)
    _tell(incident, Recipient.SUBDISTRICT, HowTold.PHONE, "蒋文君", happened_at, 31, today)
    services.close_incident(
        incident=incident,
        reason="护栏已包软边；滑梯出口旁固定一人看护。",
        actor=actor_of(PERSON_IN_CHARGE, today),
        now=happened_at + timedelta(hours=7),
    )


def _spots_that_may_spread(day: date, today: date) -> None:
    """Family, street and health were told; the bureau's clock still runs."""
    happened_at = moment_in_shanghai(day, time(16, 5))
    incident = _report(
        NewIncident(
            IncidentFacts(IncidentKind.INFECTIOUS, people=1),
            happened_at,
            "离开前发现一名幼儿手心和口腔有疹子，疑似手足口病。",
            "单独安置到家长来接，玩具和桌面已消毒。",
        ),
        today,
        minutes=10,
    )
    _tell(incident, Recipient.GUARDIANS, HowTold.IN_PERSON, "爸爸来接时", happened_at, 18, today)
    _tell(incident, Recipient.SUBDISTRICT, HowTold.PORTAL, "", happened_at, 40, today, by=OPERATOR)
    _tell(incident, Recipient.HEALTH, HowTold.PORTAL, "", happened_at, 75, today, by=HEALTH_OFFICER)


def _report(
    said: NewIncident, today: date, *, minutes: int, house: str = HOUSE_OF_THE_STAFF,
    by: int = PERSON_IN_CHARGE,
) -> str:  # fmt: skip
    return services.report_incident(
        facility=str(Facility.objects.get(name=house).public_id),
        incident=said,
        actor=actor_of(by, today),
        now=said.happened_at + timedelta(minutes=minutes),
    )


def _tell(
    incident: str, recipient: Recipient, how: HowTold, note: str, happened_at: datetime,
    minutes: int, today: date, *, by: int = PERSON_IN_CHARGE,
) -> None:  # fmt: skip
    told_at = happened_at + timedelta(minutes=minutes)
    services.record_told(
        incident=incident,
        recipient=recipient,
        how=how,
        note=note,
        told_at=told_at,
        actor=actor_of(by, today),
        now=told_at,
    )
