"""Taking people on and letting them go. Nobody is hired without clean record checks."""

import secrets
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.types import Actor
from common.crypto import lookup_code
from common.identity import birth_date_in, identity_number_of, is_identity_number, is_mobile, tidy
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, written
from staff.messages import ENGAGED_ELSEWHERE
from staff.models import Candidacy, Employment, Person
from staff.selectors.access import (
    MAY_KEEP_STAFF,
    colleague_for,
    employment_for,
    lock_people,
    person_for,
)
from staff.services.batch import Batch, in_one_transaction, made, record_person
from staff.services.withdraw import withdraw_shifts
from staff.types import NewEmployment, NewPerson

_PIN_DIGITS = range(4, 9)


@in_one_transaction
def register_person(
    *, facility: str, person: NewPerson, actor: Actor, now: datetime, batch: Batch | None = None
) -> Person:
    """Put somebody before a house (public id) to be engaged or not; one human is one row.

    Who is known already, by identity number, is the same person with all their papers, and with
    their ban: the name must agree.

    :raises NotFound: when the house is not the actor's.
    :raises InvalidInput: when the name, number or mobile cannot be right, or names differ.
    """
    rows = batch or Batch(actor, now)
    house = rows.house(facility)
    found, is_new = _find_or_make(person, now, rows, batch)
    if is_new or not rows.considers(found, house.id):
        rows.consider(
            Candidacy(person=found, facility_id=house.id, since=now, opened_by_id=actor.user_id)
        )
        record_person("registered", found, actor, now, batch, facility=house.public_id)
    rows.registered(found, is_new=is_new)
    if batch is None:
        rows.write()
    return found


def _find_or_make(
    person: NewPerson, now: datetime, rows: Batch, batch: Batch | None
) -> tuple[Person, bool]:
    number, name = identity_number_of(person.identity_number), tidy(person.name)
    faults = {
        "name": [] if name else ["请填写姓名。"],
        "identity_number": [] if is_identity_number(number) else ["身份证号码不对，请核对证件。"],
        "phone": [] if is_mobile(person.phone) else ["请填写11位手机号码。"],
    }
    if any(faults.values()):
        raise InvalidInput({field: said for field, said in faults.items() if said})
    code = lookup_code(number)
    found = rows.bearer(code)
    if found is None:
        return made(
            Person(
                pk=None if batch is None else batch.number(),
                identity_code=code,
                name=name,
                identity_number=number,
                phone=person.phone,
                born_on=birth_date_in(number),
                badge_code=secrets.token_urlsafe(16),
                registered_at=now,
            ),
            lambda _error: InvalidInput({"identity_number": ["刚刚有人登记了，请再试一次。"]}),
            batch,
        ), True
    if found.name != name:
        raise InvalidInput({"name": ["姓名和身份证号码对不上，请核对证件。"]})
    return found, False


@in_one_transaction
def hire(
    *,
    person: str,
    employment: NewEmployment,
    actor: Actor,
    now: datetime,
    batch: Batch | None = None,
) -> Employment:
    """Engage somebody in a house, in whatever role.

    With a `batch` what follows is left to its `settle`.

    :raises Refused: when there is a hit or a ban, or record checks are missing or too old.
    :raises InvalidInput: when they are engaged for this role in these days already.
    :raises NotFound: when the person, the house or the manager is not the actor's.
    """
    rows = batch or Batch(actor, now)
    house = rows.house(employment.facility)
    someone = rows.person(person)
    day = max(employment.starts_on, day_in_shanghai(now))
    rows.judge_hiring(someone.pk, house.district, day)
    engaged = _engage(someone, house.id, employment, actor, now, batch)
    role = employment.role.value
    record_person("hired", someone, actor, now, batch, facility=house.public_id, role=role)
    rows.hired(someone.pk, house.district, day)
    if batch is None:
        rows.settle()
    return engaged


def _engage(
    person: Person,
    facility_id: int,
    employment: NewEmployment,
    actor: Actor,
    now: datetime,
    batch: Batch | None,
) -> Employment:
    manager = _manager(employment, person, facility_id, actor) if employment.manager else None
    return made(
        Employment(
            person=person,
            facility_id=facility_id,
            role=employment.role,
            basis=employment.basis,
            starts_on=employment.starts_on,
            through=employment.through,
            lent_by=employment.lent_by.strip(),
            manager=manager,
            hired_by_id=actor.user_id,
            hired_at=now,
        ),
        lambda error: InvalidInput({"": [_said(error)]}),
        batch,
    )


def _manager(employment: NewEmployment, person: Person, facility_id: int, actor: Actor) -> Person:
    """Who is directly answerable for somebody: a person of the same house, not themselves."""
    found = person_for(actor, employment.manager, *MAY_KEEP_STAFF)
    if found == person or not found.employments.filter(facility_id=facility_id).exists():
        raise InvalidInput({"manager": ["请选本宝宝屋的另一个人。"]})
    return found


def _said(error: IntegrityError) -> str:
    match str(error):
        case text if "a_person_is_engaged_once" in text:
            return "这段时间里，这个人在本宝宝屋已经有同样的岗位。"
        case text if "who_is_borrowed" in text:
            return "借用的人员要写明借出单位。"
        case _:
            return "结束日期不能早于开始日期。"


@transaction.atomic
def end_employment(
    *, employment: str, through: date, reason: str, actor: Actor, now: datetime
) -> list[int]:
    """Let somebody go after a last day; their later shifts in the house are withdrawn.

    Returns the ids of sessions that are short of staff for it. Always succeeds for those who may.

    :raises NotFound: when it is not the actor's to end.
    :raises InvalidInput: when no reason is given, or it ends sooner already.
    """
    found = employment_for(actor, employment, *MAY_KEEP_STAFF)
    reason = written(reason, "请写明原因。")
    lock_people([found.person_id])
    found.refresh_from_db(fields=["through"])
    if found.through is not None and through > found.through:
        raise InvalidInput({"through": ["这段聘用到期更早，不能往后延。要继续用，请重新聘用。"]})
    found.through = max(through, found.starts_on)
    found.end_reason = reason
    found.save(update_fields=["through", "end_reason"])
    record_person("released", found.person, actor, now, through=f"{through}")
    return withdraw_shifts(
        found.person_id,
        after=found.through + timedelta(days=1),
        facility_id=found.facility_id,
        role=_only_role_that_ends(found),
        cause="released",
        actor=actor,
        now=now,
    )


def _only_role_that_ends(ended: Employment) -> str | None:
    """The role alone when others remain in the house after it; None: everything there ends."""
    others = Employment.objects.filter(
        Q(through__isnull=True) | Q(through__gt=ended.through),
        person_id=ended.person_id,
        facility_id=ended.facility_id,
    ).exclude(pk=ended.pk)
    return ended.role if others.exists() else None


@in_one_transaction
def change_phone(
    *, person: str, phone: str, actor: Actor, now: datetime, batch: Batch | None = None
) -> None:
    """Note the number under which somebody is reached now.

    :raises InvalidInput: when it is no mobile number, or only others engage them.
    """
    rows = batch or Batch(actor, now)
    someone = rows.person(person)
    if not is_mobile(phone):
        raise InvalidInput({"phone": ["请填写11位手机号码。"]})
    if rows.is_elsewhere(someone):
        raise InvalidInput({"phone": [ENGAGED_ELSEWHERE]})
    someone.phone = phone
    rows.phoned(someone)
    record_person("phone_changed", someone, actor, now, batch)
    if batch is None:
        rows.write()


@transaction.atomic
def set_pin(*, person: str, pin: str, actor: Actor, now: datetime) -> None:
    """Bind a PIN to a person for the clock at the door (人证合一).

    :raises InvalidInput: when it is not four to eight digits, or all the same.
    """
    someone = colleague_for(actor, person, *MAY_KEEP_STAFF, today=day_in_shanghai(now))
    if not (pin.isascii() and pin.isdecimal() and len(pin) in _PIN_DIGITS) or len(set(pin)) == 1:
        raise InvalidInput({"pin": ["请设置4到8位数字，不要全部相同。"]})
    Person.objects.filter(pk=someone.pk).update(pin_hash=make_password(pin))
    record_person("pin_set", someone, actor, now)
