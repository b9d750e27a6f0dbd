"""How much news waits for the person who looks at the page."""

from django import template
from django.template import Context

from notifications import selectors

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_news(context: Context) -> int:
    """How many pieces of news this person has not read."""
    user = getattr(context.get("request"), "user", None)
    return selectors.unread_count(user.pk) if user is not None and user.is_authenticated else 0
