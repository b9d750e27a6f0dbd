"""Publishing a draw: everybody can recompute it. No house learns from it that somebody comes."""

from datetime import datetime

from django.db import transaction

from accounts.types import Actor, Role
from common.intervals import day_in_shanghai
from common.refusals import Refused
from inspections.models import Draw
from inspections.selectors.access import draw_for, lock_draw
from inspections.selectors.publishing import obstacles_to_publish
from inspections.services.draws import record
from inspections.types import DrawState


@transaction.atomic
def publish_draw(*, draw: str, actor: Actor, now: datetime) -> Draw:
    """Let everybody see a draw whose visits are over, or whose month is.

    :raises NotFound: when the draw is not the actor's to publish.
    :raises Refused: when it is not arranged yet, its visits are not over, or it is published.
    """
    locked = lock_draw(draw_for(actor, draw, Role.SUPERVISION_LEAD).pk)
    reasons = obstacles_to_publish(locked, today=day_in_shanghai(now))
    if reasons:
        raise Refused(reasons)
    locked.state = DrawState.PUBLISHED
    locked.published_by_id, locked.published_at = actor.person, now
    locked.save(update_fields=["state", "published_by", "published_at"])
    record(locked, "published", actor, now)
    return locked
