"""Documents, clauses and limits. What was approved by two people never changes again.

The constraints say what holds for a row; the triggers of migration 0002 say what may happen to it.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from common.models import choices, days, same
from regulations.types import (
    AppliesTo,
    Comparison,
    DocumentStatus,
    GovernedBy,
    LimitState,
    Strength,
)

_SIX_DIGITS = r"^[0-9]{6}$"
_APPROVED = [LimitState.READY.value, LimitState.SUPERSEDED.value]


class Document(models.Model):
    """A text that rules are taken from, or the portal's own decisions. 下发的规定"""

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    number = models.CharField(max_length=60, default="", blank=True)  # 文号; '' when there is none
    issuer = models.CharField(max_length=120)
    jurisdiction = models.CharField(max_length=6)  # GB/T 2260
    issued_on = models.DateField(null=True)  # NULL: the text bears no day
    status = models.CharField(max_length=20, choices=choices(DocumentStatus))
    stated_period = models.CharField(max_length=120, default="", blank=True)  # in its own words
    source_file = models.CharField(max_length=80, default="", blank=True)
    note = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(jurisdiction__regex=_SIX_DIGITS),
                name="a_document_is_of_a_jurisdiction_of_six_digits",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in DocumentStatus]),
                name="a_document_has_a_known_status",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Clause(models.Model):
    """A place in a document, with its operative words and no more of it. 条款"""

    code = models.CharField(max_length=30, unique=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="clauses")
    article = models.CharField(max_length=60)
    quote = models.CharField(max_length=60)
    note = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(quote=""), name="a_clause_quotes_its_words"),
        ]

    def __str__(self) -> str:
        return self.code


class LimitSlot(models.Model):
    """What a number is stated about: a key, a place, a kind of house.

    A row of its own, so that the database can keep the periods of one slot apart without an
    extension for text in a GiST index.
    """

    key = models.CharField(max_length=60)
    jurisdiction = models.CharField(max_length=6)
    applies_to = models.CharField(max_length=30, choices=choices(AppliesTo))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "jurisdiction", "applies_to"], name="a_limit_slot_is_named_once"
            ),
            models.CheckConstraint(
                condition=Q(jurisdiction__regex=_SIX_DIGITS),
                name="a_limit_slot_is_of_a_jurisdiction_of_six_digits",
            ),
            models.CheckConstraint(
                condition=Q(applies_to__in=[kind.value for kind in AppliesTo]),
                name="a_limit_slot_is_of_a_known_kind_of_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.jurisdiction} {self.applies_to}"


class LimitRow(models.Model):
    """One dated number of a slot. 数值"""

    slot = models.ForeignKey(LimitSlot, on_delete=models.PROTECT, related_name="limits")
    value = models.DecimalField(max_digits=9, decimal_places=2, null=True)  # NULL: no number stated
    unit = models.CharField(max_length=20, default="", blank=True)
    words = models.CharField(max_length=60, default="", blank=True)  # where it is no number
    comparison = models.CharField(max_length=10, choices=choices(Comparison))
    valid_from = models.DateField()
    valid_through = models.DateField(null=True)  # inclusive; NULL: no end is stated
    governed_by = models.CharField(max_length=10, choices=choices(GovernedBy))
    strength = models.CharField(max_length=12, choices=choices(Strength))
    by_letter = models.BooleanField()
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="limits")
    note = models.TextField(default="", blank=True)
    state = models.CharField(max_length=12, choices=choices(LimitState))
    entered_by = models.CharField(max_length=60)
    approved_by = models.CharField(max_length=60, default="", blank=True)
    superseded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="supersedes"
    )

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_limit_is_stated_once_for_any_day",
                expressions=[same("slot"), days("valid_from", "valid_through")],
                # A row replaced from its first day on was never in force: it overlaps nothing.
                condition=Q(state__in=_APPROVED)
                & (Q(valid_through__isnull=True) | Q(valid_through__gte=F("valid_from"))),
            ),
            models.CheckConstraint(
                condition=Q(valid_through__isnull=True)
                | Q(valid_through__gte=F("valid_from"))
                | Q(state=LimitState.SUPERSEDED.value),
                name="a_limit_ends_after_it_begins_unless_it_was_replaced_at_once",
            ),
            models.CheckConstraint(
                condition=Q(state=LimitState.DRAFT.value)
                | (~Q(approved_by="") & ~Q(approved_by=F("entered_by"))),
                name="a_ready_limit_was_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(entered_by=""), name="a_limit_names_who_entered_it"
            ),
            models.CheckConstraint(
                condition=Q(state=LimitState.SUPERSEDED.value, superseded_by__isnull=False)
                | (~Q(state=LimitState.SUPERSEDED.value) & Q(superseded_by__isnull=True)),
                name="a_superseded_limit_names_its_successor",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(comparison=Comparison.STATED.value),
                name="only_a_number_is_measured_against",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in LimitState])
                & Q(strength__in=[strength.value for strength in Strength])
                & Q(comparison__in=[comparison.value for comparison in Comparison])
                & Q(governed_by__in=[moment.value for moment in GovernedBy]),
                name="a_limit_uses_known_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot} {self.valid_from}"


class RegulationsRevision(models.Model):
    """The one row that tells a process whether its copy of the law is still the law.

    A trigger gives it a new number with any change; numbers are never used twice, not even after
    a rollback, so a copy read within one cannot pass for a later state.
    """

    n = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="there_is_one_revision_of_the_law"),
        ]

    def __str__(self) -> str:
        return str(self.n)
