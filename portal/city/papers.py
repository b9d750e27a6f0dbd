"""What a child needs before it is cared for: consents, signed agreements, a health check."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from random import Random

from audit.models import AuditEvent
from common.intervals import day_in_shanghai, moment_in_shanghai
from facilities.models import Subdistrict
from families.messages import CONSENT_TEXTS
from families.models import AgreementText, ChildHealthCheck, Consent, ServiceAgreement
from families.rules import valid_through
from families.types import REQUIRED_CONSENTS, ConsentPurpose, ReviewState
from portal.city.data import agreement_text
from portal.city.families import Family
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.selectors import law_book

_CLINIC = "社区卫生服务中心"
_A_LITTLE_LATER = timedelta(minutes=20)
_REVIEWED_AFTER = timedelta(hours=26)
_CHECKED_BEFORE_DAYS = (2, 25)
# Whoever registered longer ago has handed in a newer one since.
_NO_OLDER_THAN = timedelta(days=280)


def issue_agreements(since: date) -> dict[int, AgreementText]:
    """Issue every 街镇's agreement some months before the first bookings, by 街镇."""
    texts = []
    for place in Subdistrict.objects.order_by("code"):
        words = agreement_text(place.name)
        texts.append(
            AgreementText(
                subdistrict=place,
                version=1,
                text=words,
                text_sha256=hashlib.sha256(words.encode()).hexdigest(),
                valid_from=since - timedelta(days=90),
            )
        )
    return {text.subdistrict_id: text for text in AgreementText.objects.bulk_create(texts)}


def consent_for(families: Iterable[Family], draw: Random) -> None:
    """Answer every purpose; the two that care does not need are refused by some."""
    Consent.objects.bulk_create(
        (
            Consent(
                child_id=family.child,
                purpose=purpose,
                given=purpose in REQUIRED_CONSENTS or draw.random() < 0.7,
                text_sha256=CONSENT_TEXTS[purpose].sha256,
                by_id=family.parent,
                at=family.since,
            )
            for family in families
            for purpose in ConsentPurpose
        ),
        batch_size=1000,
    )


def sign(families: Iterable[Family], agreements: Mapping[int, Sequence[AgreementText]]) -> None:
    """Sign for each child the agreements of its home, as the mapping gives them."""
    ServiceAgreement.objects.bulk_create(
        (
            ServiceAgreement(
                child_id=family.child,
                agreement=text,
                text_sha256=text.text_sha256,
                signed_by_id=family.parent,
                signed_name=family.parents_name,
                signed_at=family.since + _A_LITTLE_LATER,
            )
            for family in families
            for text in agreements[family.subdistrict]
        ),
        batch_size=1000,
    )


def check_health(families: Iterable[Family], reviewer: int, draw: Random, *, today: date) -> None:
    """Hand in a health check for each child, and let the reviewer accept it."""
    law = law_book()
    ChildHealthCheck.objects.bulk_create(
        (_check(family, reviewer, draw, law, today) for family in families), batch_size=1000
    )


def renew_health(families: Iterable[Family], *, today: date) -> None:
    """Hand in newer health checks, which wait for somebody to look at them."""
    law = law_book()
    ChildHealthCheck.objects.bulk_create(
        ChildHealthCheck(
            child_id=family.child,
            examined_on=today - timedelta(days=3 + number),
            institution=f"{family.subdistrict_name}{_CLINIC}",
            valid_through=_through(family, today - timedelta(days=3 + number), law, today),
            handed_in_by_id=family.parent,
            handed_in_at=moment_in_shanghai(today - timedelta(days=1 + number), time(20, 15)),
        )
        for number, family in enumerate(families)
    )


def _check(
    family: Family, reviewer: int, draw: Random, law: LawBook, today: date
) -> ChildHealthCheck:
    registered_on = day_in_shanghai(family.since)
    examined_on = max(
        registered_on - timedelta(days=draw.randint(*_CHECKED_BEFORE_DAYS)), today - _NO_OLDER_THAN
    )
    handed_in_at = family.since + max(examined_on - registered_on, timedelta()) + _A_LITTLE_LATER
    return ChildHealthCheck(
        child_id=family.child,
        examined_on=examined_on,
        institution=f"{family.subdistrict_name}{_CLINIC}",
        valid_through=_through(family, examined_on, law, today),
        state=ReviewState.ACCEPTED,
        handed_in_by_id=family.parent,
        handed_in_at=handed_in_at,
        reviewed_by_id=reviewer,
        reviewed_at=handed_in_at + _REVIEWED_AFTER,
    )


def _through(family: Family, examined_on: date, law: LawBook, today: date) -> date:
    limit = law.limit(
        LimitKey.CHILD_HEALTH_CHECK_VALID_MONTHS, jurisdiction=family.district, care_on=today
    )
    return valid_through(examined_on, valid_months=limit) or examined_on


def trace(families: Sequence[Family]) -> None:
    """Leave the audit events that a family's own hands would have left."""
    AuditEvent.objects.bulk_create(
        (event for family in families for event in _events(family)), batch_size=1000
    )


def _events(family: Family) -> Iterator[AuditEvent]:
    for number, kind in enumerate(("families.child.registered", "families.history.declared")):
        yield AuditEvent(
            at=family.since + number * _A_LITTLE_LATER,
            kind=kind,
            actor_id=family.parent,
            subject=f"child:{family.child_public_id}",
            child_id=family.child,
        )
