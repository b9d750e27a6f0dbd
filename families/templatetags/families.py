"""Codes in people's words."""

from django import template

from families import messages
from families.types import GuardianRight, Relation, ReviewState, Sex

register = template.Library()


@register.filter
def relation_words(relation: Relation) -> str:
    """妈妈, 爸爸, 祖辈 …"""
    return messages.RELATIONS[relation]


@register.filter
def right_words(right: GuardianRight) -> str:
    """What a guardian may do, in two or three words."""
    return messages.RIGHTS_SHORT[right]


@register.filter
def right_sentence(right: GuardianRight) -> str:
    """What a guardian may do, in full."""
    return messages.RIGHTS[right]


@register.filter
def sex_words(sex: Sex) -> str:
    """女孩, 男孩"""
    return messages.SEXES[sex]


@register.filter
def state_words(state: ReviewState) -> str:
    """Where a review stands."""
    return messages.REVIEW_STATES[state]
