"""Icons, links of the frame, and moments as people read them."""

import functools
import re
from datetime import date, datetime
from pathlib import Path

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from common.intervals import SHANGHAI
from common.money import yuan as in_yuan

register = template.Library()
_INNER_MARKS = str.maketrans("“”", "‘’")

_DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@register.simple_tag(takes_context=True)
def icon(context: Context, name: str, css: str = "") -> SafeString:
    """Draw an icon of the Tabler set. It says nothing to a screen reader: write words beside it.

    :raises FileNotFoundError: for an unknown name, where the template engine is strict.
    """
    try:
        shapes = _shapes_of(name)
    except FileNotFoundError:
        if context.template and context.template.engine.string_if_invalid:
            raise
        return SafeString()
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" width="24" height="24" fill="none"'
        ' stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
        ' aria-hidden="true" focusable="false">{}</svg>',
        css,
        shapes,
    )


@functools.lru_cache(maxsize=512)
def _shapes_of(name: str) -> SafeString:
    folder = Path(settings.NODE_MODULES) / "@tabler/icons/icons/outline"
    found = _SHAPES.search((folder / f"{name}.svg").read_text())
    shapes = re.sub(r"\s+", " ", found.group(1)) if found else ""
    return mark_safe(shapes.strip())  # noqa: S308  a file of the locked package, not of a person


@register.simple_tag(takes_context=True)
def nav_link(context: Context, name: str, symbol: str, label: str, count: int = 0) -> SafeString:
    """A link of the frame, marked where it leads to the page that is shown."""
    return format_html(
        '<a class="frame-link" href="{}"{}>{}<span>{}</span>{}</a>',
        reverse(name),
        SafeString(' aria-current="page"') if _is_shown(context, name) else "",
        icon(context, symbol),
        label,
        _counted(count),
    )


def _counted(count: int) -> SafeString:
    if not count:
        return SafeString()
    return format_html('<span class="frame-count">{}</span>', "99+" if count > 99 else count)


def _is_shown(context: Context, name: str) -> bool:
    request = context.get("request")
    match = request.resolver_match if isinstance(request, HttpRequest) else None
    return match is not None and match.view_name == name


@register.filter
def day(value: date | datetime) -> str:
    """A day as people say it: 11月22日 周日."""
    on = value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value
    if get_language() == "en":
        return f"{on:%a} {on.day} {on:%b}"
    return f"{on.month}月{on.day}日 {_DAYS[on.weekday()]}"


@register.filter
def clock(value: datetime) -> str:
    """The time of day in Shanghai: 09:00."""
    return f"{value.astimezone(SHANGHAI):%H:%M}"


@register.simple_tag
def when(starts_at: datetime, ends_at: datetime) -> SafeString:
    """A stretch of a day: 11月22日 周日 09:00–10:00."""
    return format_html(
        '<time datetime="{}">{} <span class="nowrap">{}–{}</span></time>',
        starts_at.isoformat(),
        day(starts_at),
        clock(starts_at),
        clock(ends_at),
    )


@register.filter
def yuan(fen: int) -> str:
    """Money in 分 as people read it: 15.50元."""
    return in_yuan(fen)


@register.filter
def masked(phone: str) -> str:
    """A mobile number that its owner knows again and nobody else learns: 138****0001."""
    return f"{phone[:3]}****{phone[-4:]}"


@register.filter
def quoted(words: str) -> str:
    """Somebody's words in quotation marks; the marks within them become single ones."""
    return f"“{words.translate(_INNER_MARKS)}”"
