"""Writing down each day which signed results there are, where others keep it too."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.selectors import holders_of
from accounts.types import Place, Role
from audit import services as audit
from common.intervals import day_in_shanghai
from inspections.models import DailyRoot, VisitResult
from inspections.notices import root_notices, tampered_notices
from inspections.selectors.sealed import lock_the_chain, tampered
from notifications import services as notifications

_KEEPERS = (Role.AUDITOR, Role.SUPERVISION_LEAD)


def keep_root(*, now: datetime) -> dict[str, int]:
    """Write down the hash of the last result and send it to auditors and leads; once a day.

    What they were sent lies in their mail, out of reach of whoever can write to the database: a
    result changed later no longer leads to it. Every result is checked on the way, and what is
    not as it was signed is told to the same people.
    """
    faults = sum(1 for _ in tampered())
    today = day_in_shanghai(now)
    with transaction.atomic():
        head = lock_the_chain()
        if head is None or DailyRoot.objects.filter(day=today).exists():
            return {"results": 0, "tampered": faults}
        root = DailyRoot.objects.create(
            day=today, number=head.number, sha256=head.sha256, taken_at=now
        )
        audit.record(
            kind="inspections.root.kept",
            actor_id=None,
            at=now,
            subject=f"root:{today:%Y-%m-%d}",
            data={"number": root.number, "sha256": root.sha256},
        )
        people = _keepers(now)
        notices = root_notices(root, people, now=now)
        if faults:
            notices += tampered_notices(root, faults, people, now=now)
        notifications.queue(notices, now=now)
    return {"results": root.number, "tampered": faults}


def _keepers(now: datetime) -> Iterable[int]:
    """Auditors and leads of every district that has a result, each once."""
    districts = VisitResult.objects.order_by().values_list(
        "part__visit__facility__subdistrict__district__code", flat=True
    )
    today = day_in_shanghai(now)
    return sorted(
        {
            person
            for code in districts.distinct()
            for person in holders_of(*_KEEPERS, at=Place(code, ""), today=today)
        }
    )
