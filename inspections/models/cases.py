"""Cases: what was reported, every step that was taken, and what was escalated. 举报投诉

Whatever people wrote is sealed: it speaks of children, and of those who dare to report. What was
reported never changes; steps, messages and escalations are only ever added (migration
`what_was_reported_never_changes`). `stage`, `due_on` and the owner on the case are those of its
last step that moved it.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.fields import EncryptedTextField
from common.models import PublicIdModel, choices
from inspections.case_types import (
    CaseKind,
    CaseLevel,
    CaseMove,
    CaseOutcome,
    CaseSource,
    CaseStage,
)
from inspections.types import Department

_HARM = CaseKind.SUSPECTED_HARM.value
_CLOSED = CaseStage.CLOSED.value


class Case(PublicIdModel):
    """Something that somebody reported."""

    district = models.ForeignKey(
        "facilities.District", on_delete=models.PROTECT, related_name="cases"
    )
    kind = models.CharField(max_length=14, choices=choices(CaseKind))
    source = models.CharField(max_length=8, choices=choices(CaseSource))
    is_restricted = models.BooleanField()  # 未成年人保护法 第11条
    # Those of the district that may be seen and those that may not are counted each on their own:
    # no number is missing because of one that nobody may know of.
    serial = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    reporter = models.ForeignKey(  # NULL: without an account
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    receipt = models.CharField(max_length=64, unique=True)  # keyed code of the receipt code
    # Keyed code of the form and of what it said: the same form twice is one report.
    sent_as = models.CharField(max_length=64, unique=True, null=True)
    where = EncryptedTextField()
    happened_on = models.DateField(null=True)
    what = EncryptedTextField()
    contact = EncryptedTextField()
    # Where it stands.
    facility = models.ForeignKey(
        "facilities.Facility", null=True, on_delete=models.PROTECT, related_name="+"
    )
    stage = models.CharField(
        max_length=8, choices=choices(CaseStage), default=CaseStage.FOUND.value
    )
    department = models.CharField(max_length=10, choices=choices(Department))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["district", "stage", "due_on"], name="cases_by_their_clock"),
            models.Index(fields=["reporter", "-received_at"], name="cases_of_a_reporter"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=_HARM, is_restricted=True)
                | (~Q(kind=_HARM) & Q(is_restricted=False)),
                name="a_case_of_suspected_harm_and_no_other_is_restricted",
            ),
            models.UniqueConstraint(
                fields=["district", "is_restricted", "serial"],
                name="a_case_has_a_number_of_its_own",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) ^ ~Q(stage=_CLOSED),
                name="a_case_has_a_clock_until_it_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.kind} #{self.pk}"


class CaseStep(models.Model):
    """Somebody did something with a case. Never changed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    move = models.CharField(max_length=9, choices=choices(CaseMove))
    stage = models.CharField(max_length=8, choices=choices(CaseStage))  # after it
    department = models.CharField(max_length=10, choices=choices(Department))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True)
    note = EncryptedTextField()  # to the colleagues
    answer = EncryptedTextField()  # to whoever reported
    outcome = models.CharField(max_length=11, choices=choices(CaseOutcome), default="", blank=True)
    visit = models.ForeignKey(
        "inspections.Visit", null=True, on_delete=models.PROTECT, related_name="case_steps"
    )
    finding = models.ForeignKey(
        "inspections.Finding", null=True, on_delete=models.PROTECT, related_name="case_steps"
    )
    incident = models.ForeignKey(
        "safety.Incident", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="steps_of_a_case")]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage=_CLOSED) ^ Q(outcome=""),
                name="a_case_is_closed_with_an_outcome",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(stage=_CLOSED), name="a_case_is_closed_once"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(move="extend"), name="a_case_is_extended_once"
            ),
            models.CheckConstraint(
                condition=Q(move="link")
                ^ Q(visit__isnull=True, finding__isnull=True, incident__isnull=True),
                name="a_link_leads_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} #{self.pk}"


class CaseMessage(models.Model):
    """What the reporter added later, by account or by receipt code. Never changed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    at = models.DateTimeField()
    text = EncryptedTextField()
    sent_as = models.CharField(max_length=64, unique=True, null=True)  # the same form twice is one

    def __str__(self) -> str:
        return f"message #{self.pk}"


class CasePhoto(PublicIdModel):
    """A picture with a report, with something added to it, or with an officer's step.

    `sent_sha256` is of what was sent, before EXIF went. Who sent one without an account is nobody.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="photos")
    step = models.ForeignKey(CaseStep, null=True, on_delete=models.PROTECT, related_name="photos")
    message = models.ForeignKey(
        CaseMessage, null=True, on_delete=models.PROTECT, related_name="photos"
    )
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    sent_sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # in bytes
    received_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "sent_sha256"], name="a_photo_is_kept_once_for_a_case"
            ),
            models.CheckConstraint(
                condition=Q(step__isnull=True) | Q(message__isnull=True),
                name="a_photo_is_the_officers_or_the_reporters",
            ),
        ]

    def __str__(self) -> str:
        return f"case photo #{self.pk}"


class CaseQuestion(PublicIdModel):
    """What a house is asked about a case: the question is all of it that the house sees.

    Never of suspected harm: the database refuses it (migration `a_house_is_asked`).
    """

    step = models.OneToOneField(CaseStep, on_delete=models.PROTECT, related_name="question")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="questions")
    facility = models.ForeignKey(
        "facilities.Facility", on_delete=models.PROTECT, related_name="questions"
    )
    text = EncryptedTextField()
    asked_at = models.DateTimeField()
    due_on = models.DateField()

    def __str__(self) -> str:
        return f"question #{self.pk}"


class CaseReply(models.Model):
    """What the house answered. Once, and never changed."""

    question = models.OneToOneField(CaseQuestion, on_delete=models.PROTECT, related_name="reply")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = EncryptedTextField()

    def __str__(self) -> str:
        return f"reply #{self.pk}"


class CaseEscalation(models.Model):
    """An overdue stage of a case was told of: once a level and due day."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="escalations")
    due_on = models.DateField()  # the day that passed
    level = models.CharField(max_length=5, choices=choices(CaseLevel))
    at = models.DateTimeField()
    recipients = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "due_on", "level"], name="a_case_is_escalated_once_to_a_level"
            )
        ]

    def __str__(self) -> str:
        return f"{self.level} #{self.pk}"
