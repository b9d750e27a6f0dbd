"""Taking out what is there, and an empty form to fill in."""

from datetime import datetime

from accounts.types import Actor
from audit import services as audit
from imports.kinds import Errand
from imports.selectors import kind_for
from imports.services.hand_in import place_to_import
from imports.types import Download
from imports.writing import export_of, template_of


def template(*, kind: str, actor: Actor) -> Download:
    """A kind's empty workbook. :raises NotFound: when the kind is not the actor's."""
    chosen = kind_for(actor, kind)
    return Download(f"{chosen.title}-模板.xlsx", template_of(chosen))


def export(*, kind: str, actor: Actor, now: datetime, facility: str = "") -> Download:
    """What is there of a kind in a place, and a trace that it was taken out.

    :raises NotFound: when the kind or the place is not the actor's.
    :raises InvalidInput: when the actor runs several places and named none.
    """
    chosen = kind_for(actor, kind)
    where = place_to_import(actor, chosen, facility)
    content = export_of(chosen(Errand(actor=actor, place=where.place, now=now)))
    audit.record(
        kind="imports.exported",
        actor_id=actor.person,
        at=now,
        subject=f"export:{kind}",
        data={"kind": kind, "place": where.code},
    )
    return Download(f"{chosen.title}-{now:%Y%m%d}.xlsx", content)
