"""Everything the portal keeps of a child, for its guardian to take away (个人信息保护法 第45条)."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.types import Actor
from families.selectors.looks import looks_at
from families.selectors.papers import (
    consents_of,
    health_checks_of,
    history_of,
    identity_end_of,
    signed_agreements_of,
)
from families.selectors.people import guardians_of, open_invitations_of, pickups_of
from families.types import ChildRow

VERSION = 2


def export_of(child: ChildRow, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """A child's data as JSON can carry them. The identity number shows its last four only."""
    history = history_of(child)
    return {
        "version": VERSION,
        "exported_at": now.isoformat(),
        "child": {
            "id": child.public_id,
            "name": child.name,
            "nickname": child.nickname,
            "sex": child.sex.value,
            "born_on": child.born_on.isoformat(),
            "identity_number_ends_with": identity_end_of(child),
            "subdistrict": child.subdistrict,
            "subdistrict_name": child.subdistrict_name,
            "allergies": history.allergies,
            "medical_history": history.medical_history,
            "history_declared_at": _plain(history.declared_at),
        },
        "guardians": [
            _facts(one, "name", "phone_end", "relation", "right", "since")
            for one in guardians_of(child, actor)
        ],
        "invitations": [
            _facts(one, "phone", "relation", "right", "invited_by", "invited_at")
            for one in open_invitations_of(child, now=now)
        ],
        "pickups": [
            _facts(one, "name", "phone", "relation", "named_at") for one in pickups_of(child)
        ],
        "health_checks": [
            _facts(
                one,
                "public_id",
                "examined_on",
                "valid_through",
                "institution",
                "state",
                "reason",
                "handed_in_at",
            )
            for one in health_checks_of(child)
        ],
        "agreements": [
            {
                "subdistrict": one.agreement.subdistrict.code,
                "version": one.agreement.version,
                **_facts(one, "text_sha256", "signed_name", "signed_at"),
            }
            for one in signed_agreements_of(child)
        ],
        "consents": [
            _facts(one, "purpose", "given", "at")
            for one in consents_of(child)
            if one.given is not None
        ],
        "looked": [_facts(one, "at", "who", "role", "what") for one in looks_at(child)],
        **_kept_by_others(child),
    }


def _kept_by_others(child: ChildRow) -> dict[str, list[dict[str, Any]]]:
    """What the apps named in the settings keep of the child, by section."""
    kept: dict[str, list[dict[str, Any]]] = {}
    for path in settings.KEPT_OF_CHILDREN:
        for section, rows in import_string(path)(child.id).items():
            kept[section] = [{name: _plain(fact) for name, fact in row.items()} for row in rows]
    return kept


def _facts(row: object, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value.value if isinstance(value, Enum) else value
