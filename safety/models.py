"""Registers with their checks, and incidents with whom they were told to.

Only a register's item may be retired; everything else is added to, never changed or removed: the
triggers of the second migration refuse it whoever asks.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.fields import EncryptedTextField
from common.models import PublicIdModel, choices
from safety.types import CheckResult, Grade, HowTold, IncidentKind, Level, Recipient, RegisterKind


class RegisterItem(PublicIdModel):
    """A camera, an alarm, a toy, a plan: what a house keeps and checks in turn."""

    facility = models.ForeignKey("facilities.Facility", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=choices(RegisterKind))
    name = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)  # those of its kind: area, link, certificate …
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True)
    retired_reason = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "kind", "name"],
                condition=Q(retired_at__isnull=True),
                name="an_item_has_its_own_name_in_a_register",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True, retired_reason="")
                | (Q(retired_at__isnull=False) & ~Q(retired_reason="")),
                name="an_item_that_is_retired_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} #{self.pk}"


class RegisterCheck(models.Model):
    """Somebody looked, on a day, with a result. Never changed: a later check says better."""

    item = models.ForeignKey(RegisterItem, on_delete=models.PROTECT, related_name="checks")
    done_on = models.DateField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    result = models.CharField(max_length=6, choices=choices(CheckResult))
    note = models.CharField(max_length=300, default="", blank=True)
    measured = models.JSONField(default=dict)
    next_due_on = models.DateField(null=True)  # as the interval of that day had it

    class Meta:
        indexes = [models.Index(fields=["item", "-done_on", "-id"], name="last_check_of_an_item")]
        constraints = [
            models.CheckConstraint(
                condition=Q(result="passed") | ~Q(note=""), name="a_failed_check_says_what_is_wrong"
            ),
            models.CheckConstraint(
                condition=Q(next_due_on__isnull=True) | Q(next_due_on__gt=models.F("done_on")),
                name="the_next_check_is_due_after_this_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.done_on} {self.result} #{self.pk}"


class Incident(PublicIdModel):
    """What happened in a house. Words are sealed: they speak of children's health. 突发事件"""

    facility = models.ForeignKey("facilities.Facility", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=choices(IncidentKind))
    is_restricted = models.BooleanField()  # 未成年人保护法 第11条
    happened_at = models.DateTimeField()  # or was noticed: from here the clocks run
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    grade = models.CharField(max_length=8, choices=choices(Grade))
    facts = models.JSONField()  # the answers that the decision tree was given
    leaf = models.CharField(max_length=24)  # and what it answered
    what_happened = EncryptedTextField()
    what_was_done = EncryptedTextField()
    who = EncryptedTextField()

    class Meta:
        indexes = [
            models.Index(fields=["facility", "-happened_at"], name="incidents_of_a_house"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="suspected_harm", is_restricted=True)
                | (~Q(kind="suspected_harm") & Q(is_restricted=False)),
                name="suspected_harm_and_nothing_else_is_restricted",
            ),
            models.CheckConstraint(
                condition=Q(reported_at__gte=models.F("happened_at")),
                name="an_incident_is_reported_after_it_happened",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class IncidentChild(models.Model):
    """A child whom an incident touches."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="children")
    child = models.ForeignKey("families.Child", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "child"], name="a_child_is_named_once_in_an_incident"
            )
        ]

    def __str__(self) -> str:
        return f"child of incident #{self.pk}"


class IncidentNote(models.Model):
    """Something learned later. It may make the grade graver; it unsays nothing."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = EncryptedTextField()
    facts = models.JSONField(default=dict)  # empty: the answers stay
    grade = models.CharField(max_length=8, choices=choices(Grade), default="", blank=True)

    def __str__(self) -> str:
        return f"note #{self.pk}"


class IncidentClosing(models.Model):
    """An incident is over, and why. Once."""

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="closing")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = EncryptedTextField()

    def __str__(self) -> str:
        return f"closing #{self.pk}"


class IncidentDuty(models.Model):
    """Somebody must be told of an incident by a moment, as the limit of that day had it."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="duties")
    recipient = models.CharField(max_length=16, choices=choices(Recipient))
    due_at = models.DateTimeField()
    clock = models.CharField(max_length=40)  # a LimitKey
    law = models.CharField(max_length=40, default="", blank=True)  # a LimitKey, where one demands
    basis = models.JSONField(default=dict)  # clock and clause in the words of that day
    notices = models.PositiveSmallIntegerField(default=0)  # inboxes opened at once

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="duties_by_their_clock")]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "recipient"], name="everybody_is_told_once_of_an_incident"
            )
        ]

    def __str__(self) -> str:
        return f"{self.recipient} #{self.pk}"


class DutyTold(models.Model):
    """Somebody was told: when, by whom, how."""

    duty = models.OneToOneField(IncidentDuty, on_delete=models.PROTECT, related_name="told")
    told_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=choices(HowTold))
    note = EncryptedTextField()  # to whom, by which number

    def __str__(self) -> str:
        return f"told #{self.pk}"


class DutyEscalation(models.Model):
    """An overdue duty was taken one level up."""

    duty = models.ForeignKey(IncidentDuty, on_delete=models.PROTECT, related_name="escalations")
    level = models.CharField(max_length=12, choices=choices(Level))
    at = models.DateTimeField()
    recipients = models.PositiveSmallIntegerField()  # to how many people notices went

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["duty", "level"], name="a_duty_is_escalated_once_to_a_level"
            )
        ]

    def __str__(self) -> str:
        return f"{self.level} #{self.pk}"
