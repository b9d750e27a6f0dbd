"""The badge as a QR code, and verdicts as rows of the shared component."""

from collections.abc import Iterable
from typing import Any

import segno
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from regulations.types import Verdict
from staff.messages import TRAININGS
from staff.types import TrainingStanding

register = template.Library()
_QR_SCALE = 8


@register.simple_tag
def badge_qr(code: str, label: str) -> SafeString:
    """The code behind a badge, as a picture that the clock at the door reads."""
    drawn = segno.make_qr(code, error="m").svg_data_uri(scale=_QR_SCALE, border=2)
    return format_html('<img src="{}" alt="{}" width="200" height="200">', drawn, label)


@register.filter
def as_rows(verdicts: Iterable[Verdict]) -> list[dict[str, Any]]:
    """Verdicts as components/verdicts.html shows them."""
    return [one.as_dict() for one in verdicts]


@register.filter
def counter_name(standing: TrainingStanding) -> str:
    """综合技能 or 职业道德."""
    return TRAININGS[standing.category]
