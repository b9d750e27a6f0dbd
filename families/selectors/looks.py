"""谁看过: who did or saw something with a child's data."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model

from audit import selectors as audit
from families import messages
from families.models import Guardian
from families.types import ChildRow, LookRow, Page, Relation

LONGEST_PAGE = 200


def looks_at(child: ChildRow) -> list[LookRow]:
    """What was done and seen, the newest first, in the words of a parent.

    Strangers are not named: whoever tried to register the same child stays 一位用户.
    """
    events = audit.events_of_child(child.id, limit=LONGEST_PAGE)
    relations = _relations(child)
    names = _names(event.actor_id for event in events if event.actor_id is not None)
    return [_look(event, relations, names) for event in events]


def _look(event: audit.EventRow, relations: dict[int, Relation], names: dict[int, str]) -> LookRow:
    who, role = messages.SYSTEM, messages.ROLES["worker"]
    if event.actor_id is not None:
        relation = relations.get(event.actor_id)
        role = messages.RELATIONS[relation] if relation else _role(event)
        who = names.get(event.actor_id, "") if role else messages.SOMEBODY
    return LookRow(at=event.at, who=who or messages.SOMEBODY, role=role, what=_what(event))


def _role(event: audit.EventRow) -> str:
    return messages.ROLES.get(str(event.data.get("role", "")), "")


def _what(event: audit.EventRow) -> str:
    page = event.data.get("page")
    if page in set(Page):
        return messages.PAGES[Page(page)]
    return messages.EVENTS.get(event.kind, messages.OTHER_EVENT)


def _relations(child: ChildRow) -> dict[int, Relation]:
    people = Guardian.objects.filter(child_id=child.id).order_by("since", "pk")
    return {user: Relation(relation) for user, relation in people.values_list("user", "relation")}


def _names(ids: Iterable[int]) -> dict[int, str]:
    users = get_user_model().objects.filter(pk__in=set(ids))
    return dict(users.values_list("pk", "name"))
