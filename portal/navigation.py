"""The way through the pages of work: which of them somebody's roles open."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.types import Actor, Role, ScopeKind
from bookings.selectors import MAY_SEE_THE_FLOOR
from guide.plan_types import READERS as PLAN_READERS
from inspections.types import KEEPERS, LOOKERS
from portal.selectors.system import MAY_SEE_THE_SYSTEM
from safety.types import READERS
from staff.selectors.access import MAY_KEEP_STAFF, MAY_SEE_STAFF

_AT_THE_DOOR = (Role.PERSON_IN_CHARGE, Role.CAREGIVER)


@dataclass(frozen=True, slots=True)
class WorkLink:
    """A link of the second bar; the one that leads to where somebody is says so."""

    url: str
    symbol: str
    label: str
    is_here: bool = False
    section: str = ""  # where its pages lie, when not under the link itself


def work_links(request: HttpRequest) -> tuple[WorkLink, ...]:
    """What the visitor's roles open, as the view has read them. No statement of its own."""
    entrance = getattr(request, "entrance", None)
    if entrance is None or not entrance.actor.grants:
        return ()
    links = list(_links(entrance.actor))
    sections = [link.section or link.url for link in links]
    here = max(filter(request.path.startswith, sections), key=len, default="")
    return tuple(
        replace(link, is_here=section == here)
        for link, section in zip(links, sections, strict=True)
    )


def _links(actor: Actor) -> Iterator[WorkLink]:
    yield WorkLink(reverse("portal:work"), "briefcase", _("工作"))
    if actor.holds(*MAY_SEE_THE_FLOOR):
        yield WorkLink(reverse("bookings:floor"), "home-heart", _("今日"))
    if house := _only_house(actor):
        yield WorkLink(reverse("bookings:gate", args=[house]), "door-enter", _("门口"))
    if actor.holds(*MAY_KEEP_STAFF):
        yield WorkLink(reverse("rosters:choose"), "calendar-week", _("排班"))
    if actor.holds(*MAY_SEE_STAFF):
        yield WorkLink(reverse("staff:people"), "users", _("人员"))
    if actor.holds(*MAY_KEEP_STAFF):
        yield WorkLink(reverse("imports:index"), "file-import", _("导入"))
    if actor.holds(*READERS):
        yield WorkLink(reverse("safety:overview"), "shield-check", _("安全"))
    if actor.holds(*LOOKERS):
        yield WorkLink(reverse("visits:today"), "clipboard-check", _("检查"))
    elif actor.holds(*KEEPERS):
        section = reverse("visits:today")
        yield WorkLink(reverse("visits:mine"), "clipboard-check", _("检查"), section=section)
    if actor.holds(*PLAN_READERS):
        yield WorkLink(reverse("plans:plans"), "book", _("方案"))
    if actor.holds(*MAY_SEE_THE_SYSTEM):
        yield WorkLink(reverse("portal:system"), "activity", _("系统"))


def _only_house(actor: Actor) -> str:
    """The one house whose door somebody stands at; '' when there are several, or none."""
    houses = {
        grant.scope
        for grant in actor.grants
        if grant.role in _AT_THE_DOOR and grant.scope_kind is ScopeKind.FACILITY
    }
    return houses.pop() if len(houses) == 1 else ""
