"""What the guardians are told when it changes who stands with their child."""

from datetime import datetime

from django.urls import reverse

from families import messages
from families.models import Guardian
from families.selectors.people import guardian_ids_of
from families.types import GuardianRight
from notifications import services as notifications
from notifications.types import Channel, Kind, Notice


def tell_guardians(
    kind: Kind, changed: Guardian, *, now: datetime, right: GuardianRight | None = None
) -> None:
    """Tell everybody who stands with the child, and the one whose standing changed.

    Call it after the change, in its transaction. `right` is the one that was given.
    """
    told = {*guardian_ids_of(changed.child_id), changed.user_id}
    given = messages.RIGHTS_SHORT[right or GuardianRight(changed.right)]
    notifications.queue([_notice(kind, changed, one, given, now) for one in sorted(told)], now=now)


def _notice(kind: Kind, changed: Guardian, recipient: int, right: str, now: datetime) -> Notice:
    child, themselves = changed.child, recipient == changed.user_id
    # Who has gone can no longer open the child's page.
    gone = themselves and kind is Kind.GUARDIAN_ENDED
    return Notice(
        key=f"{kind}:{changed.pk}:{now.isoformat()}:{recipient}",
        kind=kind,
        recipient_id=recipient,
        channel=Channel.IN_APP,
        run_at=now,
        payload={
            "child": child.nickname or child.name,
            "person": "您" if themselves else changed.user.name or messages.A_FAMILY_MEMBER,
            "right": right,
            "url": reverse("families:children")
            if gone
            else reverse("families:family", args=[child.public_id]),
        },
        subject=f"guardian:{changed.pk}",
        child_id=changed.child_id,
    )
