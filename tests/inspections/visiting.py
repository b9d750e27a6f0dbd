"""Visits in tests: begun, answered, photographed and signed by the people of 金山."""

from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from PIL import Image

from accounts.models import User
from accounts.types import Role, ScopeKind
from inspections import services
from inspections.models import Visit, VisitPart
from inspections.rules.visiting import answers_to
from inspections.services import AdHoc, Given, Signing
from inspections.types import Answer, Department, Evidence, RowsSay, VisitKind
from tests.families.factories import make_grant, make_user
from tests.inspections.situations import NOW, Jinshan, make_officer

PASSWORD = "babyhouse-demo"


class Sent(BytesIO):
    """What a browser sends."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.size: int | None = len(content)


def a_picture(color: str = "red", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, color).save(out, options.pop("format", "JPEG"), **options)
    return out.getvalue()


def ready_to_visit(jinshan: Jinshan) -> Jinshan:
    """The checklist is loaded; officers of other departments and a house's keeper are there."""
    services.load_checklists(now=NOW)
    for who, role in (
        ("police", Role.POLICE_OFFICER),
        ("fire", Role.FIRE_OFFICER),
        ("market", Role.MARKET_OFFICER),
    ):
        jinshan.users[who] = make_officer(f"{who}员", role, who)
    keeper = make_user("郑负责")
    make_grant(keeper, Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, str(jinshan.houses[0].public_id))
    jinshan.users["keeper"] = keeper
    for user in jinshan.users.values():
        user.set_password(PASSWORD)
    User.objects.bulk_update(jinshan.users.values(), ["password"])
    return jinshan


def begun(
    jinshan: Jinshan,
    who: str = "inspector",
    *,
    kind: VisitKind = VisitKind.PATROL,
    departments: tuple[Department, ...] = (),
    now: datetime = NOW,
) -> Visit:
    return services.begin_visit(
        visit=AdHoc(str(jinshan.houses[0].public_id), kind, departments),
        actor=jinshan.actor(who),
        now=now,
    )


def part_of(visit: Visit, department: Department = Department.EDUCATION) -> VisitPart:
    return visit.parts.get(department=department.value)


def answer_all(
    jinshan: Jinshan,
    part: VisitPart,
    who: str = "inspector",
    *,
    now: datetime = NOW,
    photos: bool = True,
    **answers: Given,
) -> None:
    """Everything is fine, unless told otherwise; photos where a photo is the evidence."""
    given = {row.item.code: _fine(row) for row in part.items.select_related("item")}
    services.save_answers(
        part=str(part.public_id), answers={**given, **answers}, actor=jinshan.actor(who), now=now
    )
    if photos:
        asked = part.items.filter(item__evidence=Evidence.PHOTO.value).select_related("item")
        for number, row in enumerate(asked.order_by("pk")):
            photograph(jinshan, part, row.item.code, who, a_picture(size=(20 + number, 20)))


def _fine(row: Any) -> Given:
    says = RowsSay(row.rows_say)
    if says is RowsSay.FAILS:
        return Given(Answer.CONTRADICTED, "看到已经改好")
    return Given(answers_to(says)[0])


def photograph(
    jinshan: Jinshan,
    part: VisitPart,
    code: str,
    who: str = "inspector",
    content: bytes | None = None,
    *,
    counted: str | None = None,
    now: datetime = NOW,
) -> Any:
    content = a_picture() if content is None else content
    return services.add_photo(
        part=str(part.public_id),
        item=code,
        upload=Sent(content),
        sent_sha256=sha256(content).hexdigest() if counted is None else counted,
        actor=jinshan.actor(who),
        now=now,
    )


def a_signing(jinshan: Jinshan, who: str = "inspector", **changes: Any) -> Signing:
    facts: dict[str, Any] = {
        "name": jinshan.users[who].name,
        "password": PASSWORD,
        "house_name": "郑负责",
        "house_position": "负责人",
        **changes,
    }
    return Signing(**facts)


def signed(
    jinshan: Jinshan,
    part: VisitPart,
    who: str = "inspector",
    *,
    now: datetime = NOW,
    **changes: Any,
) -> Any:
    """The result; None where another one has to sign as well."""
    return services.sign_part(
        part=str(part.public_id),
        signing=a_signing(jinshan, who, **changes),
        actor=jinshan.actor(who),
        now=now,
    )


def a_signed_part(jinshan: Jinshan, **answers: Given) -> VisitPart:
    part = part_of(begun(jinshan))
    answer_all(jinshan, part, **answers)
    signed(jinshan, part)
    part.refresh_from_db()
    return part
