"""What a house's rows say of each item: facts and the law in, a sentence and verdicts out. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from inspections import messages
from inspections.rules.prefill_facts import Coverage, Record, Register, Said, Shortage, Span
from inspections.types import Prefill, RowsSay
from regulations.keys import LimitKey
from regulations.rules import LawBook, judge
from regulations.types import Outcome, Verdict
from staff import rules as staff_rules
from staff.types import PersonFacts, StaffRole

_NAMED = 3  # people or things said by name; the rest as a number

# Of these, the rows of past days tell; of all others, the rows as they are now.
LOOKING_BACK = frozenset(
    {
        Prefill.RATIO,
        Prefill.CLASS_SIZE,
        Prefill.AREA,
        Prefill.WHOLE_DAY,
        Prefill.ENOUGH_STAFF,
        Prefill.BOOKING_REGISTER,
    }
)


def prefill(record: Record, law: LawBook) -> dict[Prefill, Said]:
    """What the rows say, for every item that rows answer."""
    found = _every_item(record, law)
    span = record.span
    if span is None or span.days_seen >= span.days_needed:
        return found
    return {key: _too_early(one, span) if key in LOOKING_BACK else one
            for key, one in found.items()}  # fmt: skip


def _too_early(one: Said, span: Span) -> Said:
    """What was broken is broken; that nothing was is no news before children were there."""
    if one.rows_say is RowsSay.FAILS:
        return one
    words = messages.said(
        "too_early", since=messages.said_moment(span.since), seen=span.days_seen,
        needed=span.days_needed,
    )  # fmt: skip
    return Said(RowsSay.SILENT, words)


def _span(record: Record) -> str:
    if record.span is None:
        return messages.said("last_days", days=record.days)
    return messages.said("since", since=messages.said_moment(record.span.since))


def _every_item(record: Record, law: LawBook) -> dict[Prefill, Said]:
    return {
        **_premises(record, law),
        **_floor(record, law),
        **_people(record, law),
        **{key: _covered(one) for key, one in record.cameras.items()},
        **{key: _kept(rows) for key, rows in record.registers.items()},
        **_papers(record, law),
    }


# --- the house -----------------------------------------------------------------------------------


def _premises(record: Record, law: LawBook) -> dict[Prefill, Said]:
    is_named = messages.BRAND in record.name and record.has_sign
    insured = record.insured_through is not None
    fee = "、".join(record.modes_without_fee)
    through = record.insured_through
    return {
        Prefill.NAME_AND_SIGN: _judged(
            [_hold(record, law, LimitKey.FACILITY_NAME_RULE, int(is_named))],
            messages.said("named", name=record.name),
            messages.said("not_named", name=record.name),
        ),
        Prefill.SEPARATE_SPACE: _flag(record.has_separate_space, "space"),
        Prefill.OUTDOOR_AND_NURSING: _flag(
            record.has_outdoor_area and record.has_nursing_room, "outdoor"
        ),
        Prefill.INSURANCE: _judged(
            [_hold(record, law, LimitKey.LIABILITY_INSURANCE_REQUIRED, int(insured))],
            messages.said("insured", through=messages.said_day(through) if through else ""),
            messages.said("not_insured"),
        ),
        Prefill.FEE_PUBLISHED: _judged(
            [_hold(record, law, LimitKey.PUBLISHED_FEE_REQUIRED, int(not fee))],
            messages.said("fee_published"),
            messages.said("fee_missing", modes=fee),
        ),
    }


def _flag(holds: bool, key: str) -> Said:  # noqa: FBT001
    words = messages.said(key if holds else f"no_{key}")
    return Said(RowsSay.MEETS if holds else RowsSay.FAILS, words)


# --- the floor -----------------------------------------------------------------------------------


def _floor(record: Record, law: LawBook) -> dict[Prefill, Said]:
    return {
        Prefill.RATIO: _ratio(record, law),
        Prefill.CLASS_SIZE: _class_size(record, law),
        Prefill.AREA: _area(record, law),
        Prefill.WHOLE_DAY: _whole_day(record, law),
        Prefill.BOOKING_REGISTER: (
            Said(RowsSay.MEETS, messages.said("all_booked", span=_span(record), n=record.stays))
            if record.stays
            else Said(RowsSay.SILENT, messages.said("nobody_came", span=_span(record)))
        ),
    }


def _whole_day(record: Record, law: LawBook) -> Said:
    most = record.sessions_of_a_child
    if not most:
        return Said(RowsSay.SILENT, messages.said("nobody_booked", span=_span(record)))
    return _judged(
        [_hold(record, law, LimitKey.SESSIONS_PER_DAY_MAX, most)],
        messages.said("hourly", span=_span(record), most=most),
        messages.said("whole_day", span=_span(record), most=most),
    )


def _ratio(record: Record, law: LawBook) -> Said:
    verdicts = [
        _hold(
            record,
            law,
            LimitKey.CHILDREN_PER_STAFF,
            # Children and nobody: no number is low enough.
            Decimal(one.children) / one.counted_staff if one.counted_staff else None,
            subject=f"{one.room} {one.starts_at.isoformat()}",
        )
        for one in record.shortages
    ]
    if not verdicts:
        verdicts = [_hold(record, law, LimitKey.CHILDREN_PER_STAFF, 0)]
    seen = [one for one in record.shortages if one.is_actual]
    seconds = sum(one.seconds or 0 for one in seen)
    return _judged(
        verdicts,
        messages.said("ratio_held", span=_span(record)),
        messages.said(
            "ratio_broken",
            span=_span(record),
            actual=len(seen),
            length=messages.said_length(seconds),
            planned=len(record.shortages) - len(seen),
            worst=_worst(record.shortages),
        ),
    )


def _worst(shortages: Sequence[Shortage]) -> str:
    if not shortages:
        return ""
    worst = max(shortages, key=lambda one: (one.is_actual, one.children - one.counted_staff))
    return messages.said(
        "worst",
        at=messages.said_moment(worst.starts_at),
        room=worst.room,
        children=worst.children,
        staff=worst.counted_staff,
    )


def _class_size(record: Record, law: LawBook) -> Said:
    worst = max(record.crowds, key=lambda one: one.children, default=None)
    if worst is None:
        return Said(RowsSay.SILENT, messages.said("nobody_came", span=_span(record)))
    verdict = _hold(record, law, LimitKey.CLASS_SIZE_MAX, worst.children)
    words = messages.said(
        "fullest", span=_span(record), room=worst.room, children=worst.children,
        at=messages.said_moment(worst.at),
    )  # fmt: skip
    return _judged([verdict], words, words)


def _area(record: Record, law: LawBook) -> Said:
    crowded = [one for one in record.crowds if one.heads]
    worst = min(crowded, key=lambda one: one.area_m2 / one.heads, default=None)
    if worst is None:
        return Said(RowsSay.SILENT, messages.said("nobody_came", span=_span(record)))
    each = worst.area_m2 / worst.heads
    words = messages.said(
        "tightest", span=_span(record), room=worst.room, heads=worst.heads,
        area=f"{worst.area_m2.normalize():f}", each=f"{each:.2f}",
        at=messages.said_moment(worst.tight_at),
    )  # fmt: skip
    return _judged([_hold(record, law, LimitKey.AREA_M2_PER_HEAD, each)], words, words)


# --- people --------------------------------------------------------------------------------------

_OF_COUNTING = {
    Prefill.CERTIFICATES: LimitKey.STAFF_QUALIFICATION_REQUIRED,
    Prefill.STAFF_HEALTH: LimitKey.STAFF_HEALTH_CERTIFICATE_REQUIRED,
    Prefill.RECORD_CHECKS: LimitKey.STAFF_RECORD_CHECKS_REQUIRED,
    Prefill.REPEATED_CHECKS: LimitKey.RECORD_CHECK_VALID_MONTHS,
    Prefill.BANNED: LimitKey.STAFF_BAN,
}
# A guard is not asked for a 育婴师 certificate.
_ONLY_CARERS = frozenset({Prefill.CERTIFICATES})
_ROLES = {
    Prefill.PERSON_IN_CHARGE: (
        StaffRole.PERSON_IN_CHARGE,
        LimitKey.PERSON_IN_CHARGE_REQUIRED,
    ),
    Prefill.HEALTH_WORKER: (StaffRole.HEALTH_WORKER, LimitKey.HEALTH_WORKERS_REQUIRED),
}


def _people(record: Record, law: LawBook) -> dict[Prefill, Said]:
    found = {key: _everybody(record, law, key, rule) for key, rule in _OF_COUNTING.items()}
    found[Prefill.ANNUAL_TRAINING] = _trained(record, law)
    for key, (role, rule) in _ROLES.items():
        names = _names(_in_role(record, role))
        verdict = _hold(record, law, rule, len(_in_role(record, role)))
        found[key] = _judged(
            [verdict],
            messages.said("engaged", role=messages.ROLES[role], names=names),
            messages.said("nobody_engaged", role=messages.ROLES[role]),
        )
    guards = _in_role(record, StaffRole.GUARD)
    role_words = messages.ROLES[StaffRole.GUARD]
    found[Prefill.GUARD] = Said(
        RowsSay.MEETS if guards else RowsSay.FAILS,
        messages.said("engaged", role=role_words, names=_names(guards))
        if guards
        else messages.said("nobody_engaged", role=role_words),
    )
    found[Prefill.ENOUGH_STAFF] = _enough(record, law)
    return found


def _everybody(record: Record, law: LawBook, key: Prefill, rule: LimitKey) -> Said:
    """Everybody who is engaged, judged as the roster judges them (staff.rules.Counting)."""
    asked = _carers(record) if key in _ONLY_CARERS else _without_volunteers(record)
    if not asked:
        return Said(RowsSay.SILENT, messages.said("no_people"))
    counting = staff_rules.Counting({one.id: one for one in asked}, law)
    verdicts = [
        verdict
        for one in asked
        for verdict in counting.verdicts(
            one.id, facility_id=record.facility_id, day=record.day, district=record.district
        )
        if verdict.rule == rule
    ]
    return _judged(verdicts, messages.said("everybody", n=len(asked)))


def _trained(record: Record, law: LawBook) -> Said:
    asked = _without_volunteers(record)
    if not asked:
        return Said(RowsSay.SILENT, messages.said("no_people"))
    verdicts = [
        staff_rules.annual_certificate(
            one, year=record.day.year, on=record.day, district=record.district, law=law
        )
        for one in asked
    ]
    return _judged(verdicts, messages.said("everybody_trained", n=len(asked)))


def _enough(record: Record, law: LawBook) -> Said:
    """Whether those who count are enough for the fullest room that was planned or seen."""
    asked = _carers(record)
    counting = staff_rules.Counting({one.id: one for one in asked}, law)
    counted = sum(
        counting.counts(
            one.id, facility_id=record.facility_id, day=record.day, district=record.district
        )
        for one in asked
    )
    most = max((one.children for one in record.crowds), default=0)
    if not most:
        return Said(RowsSay.SILENT, messages.said("counted", n=counted))
    measured = Decimal(most) / counted if counted else None
    words = messages.said("counted_for", n=counted, most=most)
    return _judged([_hold(record, law, LimitKey.CHILDREN_PER_STAFF, measured)], words, words)


def _carers(record: Record) -> list[PersonFacts]:
    return _in_role(record, StaffRole.CAREGIVER)


def _without_volunteers(record: Record) -> list[PersonFacts]:
    return [
        one
        for one in record.people
        if one.roles_in(record.facility_id, record.day) - {StaffRole.VOLUNTEER}
    ]


def _in_role(record: Record, role: StaffRole) -> list[PersonFacts]:
    return [one for one in record.people if role in one.roles_in(record.facility_id, record.day)]


def _names(people: Sequence[PersonFacts]) -> str:
    return "、".join(one.name for one in people[:_NAMED])


# --- registers and papers ------------------------------------------------------------------------


def _covered(one: Coverage) -> Said:
    return Said(_BY_OUTCOME[one.outcome], one.words)


def _kept(rows: Sequence[Register]) -> Said:
    if not rows:
        return Said(RowsSay.FAILS, messages.said("no_register"))
    late = [one for one in rows if one.needs_somebody]
    if not late:
        return Said(RowsSay.MEETS, messages.said("register_kept", n=len(rows)))
    return Said(RowsSay.FAILS, _listed([f"{one.name}：{one.state_words}" for one in late]))


def _papers(record: Record, law: LawBook) -> dict[Prefill, Said]:
    asked = record.papers
    lacking = {
        Prefill.CHILD_HEALTH_CHECKS: (
            LimitKey.CHILD_HEALTH_CHECK_REQUIRED,
            asked.without_health_check,
        ),
        Prefill.HEALTH_HISTORY: (LimitKey.HEALTH_HISTORY_REQUIRED, asked.without_history),
        Prefill.AGREEMENTS: (LimitKey.SERVICE_AGREEMENT_REQUIRED, asked.without_agreement),
    }
    if not asked.children:
        return {key: Said(RowsSay.SILENT, messages.said("no_children")) for key in lacking}
    return {
        key: _judged(
            [_hold(record, law, rule, int(not n))],
            messages.said("papers_in_order", n=asked.children),
            messages.said("papers_missing", n=asked.children, lacking=n),
        )
        for key, (rule, n) in lacking.items()
    }


# --- what they share -----------------------------------------------------------------------------

_BY_OUTCOME = {
    Outcome.PASSES: RowsSay.MEETS,
    Outcome.LAPSED: RowsSay.MEETS,  # never a violation: it is said in the sentence
    Outcome.FAILS: RowsSay.FAILS,
    Outcome.NO_RULE: RowsSay.SILENT,
}


def _hold(
    record: Record,
    law: LawBook,
    key: LimitKey,
    measured: Decimal | int | None,
    *,
    subject: str = "",
) -> Verdict:
    limit = law.limit(key, jurisdiction=record.district, care_on=record.day)
    return judge(limit, measured, rule=key, on=record.day, subject=subject)


def _judged(verdicts: Sequence[Verdict], holds: str, fails: str = "") -> Said:
    """The worst of several verdicts; without words of its own, a failure says each remedy."""
    outcomes = {one.outcome for one in verdicts}
    if Outcome.FAILS in outcomes:
        broken = [one.remedy for one in verdicts if one.outcome is Outcome.FAILS]
        return Said(RowsSay.FAILS, fails or _listed(broken), tuple(verdicts))
    if outcomes == {Outcome.NO_RULE}:
        return Said(RowsSay.SILENT, messages.said("no_rule", said=holds), tuple(verdicts))
    if Outcome.LAPSED in outcomes:
        short = [one.remedy for one in verdicts if one.outcome is Outcome.LAPSED]
        words = messages.said("lapsed", said=fails or _listed(short))
        return Said(RowsSay.MEETS, words, tuple(verdicts))
    return Said(RowsSay.MEETS, holds, tuple(verdicts))


def _listed(sentences: Sequence[str]) -> str:
    shown = "；".join(one.rstrip("。") for one in sentences[:_NAMED])
    rest = len(sentences) - _NAMED
    return messages.said("and_more", said=shown, n=rest) if rest > 0 else f"{shown}。"
