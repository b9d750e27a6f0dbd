"""Icons and words of registers, and how much of a clock is left."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from common.templatetags.portal import icon
from safety import messages
from safety.types import MEASURES, RegisterKind

register = template.Library()
_HOUR, _DAY = 60, 60 * 24


@register.simple_tag(takes_context=True)
def kind_icon(context: Context, kind: RegisterKind) -> SafeString:
    """The picture of a register."""
    return icon(context, messages.KIND_ICONS[kind], "kind-icon")


@register.filter
def do_it(kind: RegisterKind) -> str:
    """What one did when the check was done."""
    return messages.DO_IT[kind]


@register.filter
def takes_one_tap(kind: RegisterKind) -> bool:
    """Whether a check of this kind has nothing to be measured but that all is well."""
    return not MEASURES[kind]


@register.filter
def stretch(minutes: int) -> str:
    """How long a stretch of minutes is, to either side of now.

    >>> stretch(25), stretch(-130), stretch(3000)
    ('25 分钟', '2 小时 10 分钟', '2 天 2 小时')
    """
    whole = abs(minutes)
    days, rest = divmod(whole, _DAY)
    hours, left = divmod(rest, _HOUR)
    if days:
        return f"{days} 天 {hours} 小时" if hours else f"{days} 天"
    if hours:
        return f"{hours} 小时 {left} 分钟" if left else f"{hours} 小时"
    return f"{left} 分钟"
