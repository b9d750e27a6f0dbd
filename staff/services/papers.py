"""Papers come in, and what they let somebody do follows in the same transaction."""

from datetime import date, datetime
from typing import TypeVar

from django.db import IntegrityError, models, transaction

from accounts.types import Actor
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound, written
from facilities.selectors.access import as_uuid
from staff.messages import ENGAGED_ELSEWHERE
from staff.models import (
    HealthCertificate,
    IntegrityEntry,
    Person,
    Qualification,
    RecordCheck,
    TrainingRecord,
)
from staff.selectors.access import (
    MAY_BAN,
    MAY_KEEP_STAFF,
    colleague_for,
    lock_people,
    managers_on,
    person_for,
)
from staff.services.batch import Batch, in_one_transaction, made, record_person
from staff.services.recount import recount_people
from staff.types import (
    CheckChannel,
    CheckFacts,
    CheckResult,
    IntegrityKind,
    NewHealthCertificate,
    NewQualification,
    NewTraining,
)

T = TypeVar("T", bound=models.Model)
_LONGEST_FACTS = 400

_FAULTS = {
    "a_certificate_belongs_to_one_person": ("number", "这本证书已经登记过了，请核对证书编号。"),
    "a_certificate_ends_after_it_was_issued": ("valid_through", "有效期不能早于发证日期。"),
    "a_person_is_examined_once_a_day": ("examined_on", "这一天的健康合格证明已经登记过了。"),
    "a_health_certificate_ends_after": ("valid_through", "有效期不能早于检查日期。"),
    "gives_an_answer_once_a_day": ("checked_on", "这一天这个渠道的查询结果已经登记过了。"),
    "a_training_counts_once": ("title", "这次培训已经登记过了。"),
    "a_training_has_lessons": ("lessons", "请填写课时数。"),
    "a_person_is_banned_once": ("", "已经有终身禁入的记录。"),
}


@in_one_transaction
def add_qualification(
    *,
    person: str,
    paper: NewQualification,
    actor: Actor,
    now: datetime,
    batch: Batch | None = None,
) -> Qualification:
    """Enter a certificate whose original the actor has seen; places follow at once.

    With a `batch` what follows is left to its `settle`; so it is with every paper.

    :raises InvalidInput: when it was entered before, or its days cannot be.
    """
    rows = batch or Batch(actor, now)
    someone = rows.person(person)
    _not_in_the_future(paper.issued_on, "issued_on", now)
    entered = _made(
        Qualification(
            person=someone,
            kind=paper.kind,
            number=paper.number.strip(),
            issuer=paper.issuer.strip(),
            issued_on=paper.issued_on,
            valid_through=paper.valid_through,
            verified_by_id=actor.user_id,
            verified_at=now,
        ),
        batch,
    )
    record_person("qualification_added", someone, actor, now, batch, kind=paper.kind.value)
    _follow(rows, batch, someone, "paper_added")
    return entered


@transaction.atomic
def revoke_qualification(
    *, qualification: str, on: date, reason: str, actor: Actor, now: datetime
) -> list[int]:
    """Let a certificate count no more from a day on; ids of sessions in breach for it."""
    found = Qualification.objects.filter(public_id=as_uuid(qualification)).first()
    if found is None:
        raise NotFound
    today = day_in_shanghai(now)
    someone = colleague_for(actor, str(found.person.public_id), *MAY_KEEP_STAFF, today=today)
    reason = written(reason, "请写明原因。")
    lock_people([someone.pk])
    found.revoked_on, found.revoke_reason = on, reason
    found.save(update_fields=["revoked_on", "revoke_reason"])
    record_person("qualification_revoked", someone, actor, now, kind=found.kind, on=f"{on}")
    return recount_people([someone.pk], cause="paper_revoked", actor_id=actor.user_id, now=now)


@in_one_transaction
def add_health_certificate(
    *,
    person: str,
    paper: NewHealthCertificate,
    actor: Actor,
    now: datetime,
    batch: Batch | None = None,
) -> HealthCertificate:
    """Enter a 健康合格证明 whose original the actor has seen."""
    rows = batch or Batch(actor, now)
    someone = rows.person(person)
    _not_in_the_future(paper.examined_on, "examined_on", now)
    entered = _made(
        HealthCertificate(
            person=someone,
            number=paper.number.strip(),
            institution=paper.institution.strip(),
            examined_on=paper.examined_on,
            valid_through=paper.valid_through,
            verified_by_id=actor.user_id,
            verified_at=now,
        ),
        batch,
    )
    record_person("health_certificate_added", someone, actor, now, batch)
    _follow(rows, batch, someone, "paper_added")
    return entered


@in_one_transaction
def record_check(
    *,
    person: str,
    channel: CheckChannel,
    result: CheckResult,
    checked_on: date,
    document_number: str = "",
    actor: Actor,
    now: datetime,
    batch: Batch | None = None,
) -> list[int]:
    """Enter the answer to a criminal-record query; ids of sessions in breach for it.

    A hit ends every engagement on that day and withdraws every later shift (及时解聘, 金教
    〔2023〕29号 三 第6段). Only result, day and channel are kept. Where only others engage
    somebody, they enter it: nobody is dismissed by a house that merely considers them.

    :raises InvalidInput: when it was entered before, or is a hit for others to enter.
    """
    rows = batch or Batch(actor, now)
    someone = rows.person(person)
    _not_in_the_future(checked_on, "checked_on", now)
    if result is CheckResult.HIT and rows.is_elsewhere(someone):
        raise InvalidInput({"result": [ENGAGED_ELSEWHERE]})
    _made(
        RecordCheck(
            person=someone,
            channel=channel,
            result=result,
            checked_on=checked_on,
            document_number=document_number.strip(),
            recorded_by_id=actor.user_id,
            recorded_at=now,
        ),
        batch,
    )
    record_person("checked", someone, actor, now, batch, channel=channel.value, result=result.value)
    rows.checked(someone.pk, CheckFacts(channel, result, checked_on))
    reason = "查到禁止从业的记录" if result is CheckResult.HIT else ""
    return _follow(rows, batch, someone, "record_checked", dismissed=reason)


@transaction.atomic
def ban(
    *, person: str, facts: str, happened_on: date, actor: Actor, now: datetime
) -> list[IntegrityEntry]:
    """Ban a person, and the direct managers of that day, from work in any house for life.

    静府办发〔2021〕14号 三（三）1: 对相关个人和直接管理人员实行终身禁入. The 街镇 decides it, never
    a house about its own.
    """
    someone = colleague_for(actor, person, *MAY_BAN, today=day_in_shanghai(now))
    _not_in_the_future(happened_on, "happened_on", now)
    lock_people(sorted({someone.pk, *managers_on(someone.pk, happened_on)}))
    entry = _add_entry(someone, IntegrityKind.BAN, happened_on, facts, actor, now)
    rows, entries = Batch(actor, now), [entry]
    rows.dismissed(someone.pk, "终身禁入")
    free = Person.objects.exclude(integrity__kind=IntegrityKind.BAN)
    for manager in free.filter(pk__in=managers_on(someone.pk, happened_on)).order_by("pk"):
        words = f"直接管理的人员被终身禁入：{facts.strip()}"[:_LONGEST_FACTS]
        entries.append(
            _add_entry(manager, IntegrityKind.BAN, happened_on, words, actor, now, entry)
        )
        rows.dismissed(manager.pk, "终身禁入（直接管理人员）")
    rows.settle()
    return entries


@transaction.atomic
def add_integrity_entry(
    *, person: str, kind: IntegrityKind, facts: str, happened_on: date, actor: Actor, now: datetime
) -> IntegrityEntry:
    """Write into somebody's 诚信档案. A ban has its own way, `ban`."""
    if kind is IntegrityKind.BAN:
        raise InvalidInput({"kind": ["终身禁入请单独登记。"]})
    _not_in_the_future(happened_on, "happened_on", now)
    someone = person_for(actor, person, *MAY_KEEP_STAFF)
    return _add_entry(someone, kind, happened_on, facts, actor, now)


@in_one_transaction
def add_training(
    *,
    person: str,
    training: NewTraining,
    actor: Actor,
    now: datetime,
    batch: Batch | None = None,
) -> TrainingRecord:
    """Add 课时 to one of somebody's two counters of the year."""
    rows = batch or Batch(actor, now)
    someone = rows.person(person)
    _not_in_the_future(training.taken_on, "taken_on", now)
    entered = _made(
        TrainingRecord(
            person=someone,
            category=training.category,
            title=training.title.strip(),
            provider=training.provider.strip(),
            taken_on=training.taken_on,
            lessons=training.lessons,
            certificate_number=training.certificate_number.strip(),
            is_online=training.is_online,
            topics=[topic.value for topic in training.topics],
            recorded_by_id=actor.user_id,
            recorded_at=now,
        ),
        batch,
    )
    record_person("trained", someone, actor, now, batch, category=training.category.value)
    return entered


def _follow(
    rows: Batch, batch: Batch | None, person: Person, cause: str, *, dismissed: str = ""
) -> list[int]:
    rows.touched(person.pk, cause)
    if dismissed:
        rows.dismissed(person.pk, dismissed)
    return rows.settle() if batch is None else []


def _add_entry(
    person: Person,
    kind: IntegrityKind,
    happened_on: date,
    facts: str,
    actor: Actor,
    now: datetime,
    because_of: IntegrityEntry | None = None,
) -> IntegrityEntry:
    facts = written(facts, "请写明事实。", field="facts")
    entry = _made(
        IntegrityEntry(
            person=person,
            kind=kind,
            happened_on=happened_on,
            facts=facts,
            because_of=because_of,
            recorded_by_id=actor.user_id,
            recorded_at=now,
        )
    )
    record_person("integrity_entered", person, actor, now, kind=kind.value)
    return entry


def _made(row: T, batch: Batch | None = None) -> T:
    return made(row, _said, batch)


def _said(error: IntegrityError) -> Exception:
    for name, (field, sentence) in _FAULTS.items():
        if name in str(error):
            return InvalidInput({field: [sentence]})
    return error


def _not_in_the_future(day: date, field: str, now: datetime) -> None:
    if day > day_in_shanghai(now):
        raise InvalidInput({field: ["日期不能晚于今天。"]})
