"""What was made public, and what was put up for objections. 信息公示、公示

A published row is canonical text with its hash, which the database itself computes. The public
page is reckoned from these rows alone, so that everybody can reckon it again. Rows are only ever
added (migration `what_was_published_never_changes`).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.fields import EncryptedTextField
from common.models import PublicIdModel, choices
from inspections.dossier_types import BriefStep, NoticeKind, PublishedKind
from inspections.models.hashes import sha256_of
from inspections.types import Department


class PublishedResult(PublicIdModel):
    """One row of what the public may read of a house."""

    facility = models.ForeignKey(
        "facilities.Facility", on_delete=models.PROTECT, related_name="published"
    )
    kind = models.CharField(max_length=8, choices=choices(PublishedKind))
    source = models.CharField(max_length=80)  # what it was made of: result:<id>, 2026-11-22 …
    result = models.OneToOneField(  # the signed result, where it is of one
        "inspections.VisitResult", null=True, on_delete=models.PROTECT, related_name="publication"
    )
    canonical = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["facility", "kind", "-id"], name="published_of_a_house"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "kind", "source"], name="a_thing_is_published_once"
            ),
            models.CheckConstraint(
                condition=Q(sha256=sha256_of("canonical")),
                name="a_published_row_carries_the_hash_of_its_text",
            ),
            models.CheckConstraint(
                condition=Q(kind="visit") ^ Q(result__isnull=True),
                name="only_what_was_signed_is_published_of_a_visit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source} #{self.pk}"


class StarRating(PublicIdModel):
    """A house's rating as it was reckoned: inputs, terms and result in one text. 星级"""

    facility = models.ForeignKey(
        "facilities.Facility", on_delete=models.PROTECT, related_name="stars"
    )
    year = models.PositiveSmallIntegerField()
    stars = models.PositiveSmallIntegerField()
    canonical = models.TextField()
    sha256 = models.CharField(max_length=64)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256=sha256_of("canonical")),
                name="a_rating_carries_the_hash_of_its_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.stars} #{self.pk}"


class PublicNotice(PublicIdModel):
    """Something put up for objections, for so many 工作日. 公示"""

    district = models.ForeignKey(
        "facilities.District", on_delete=models.PROTECT, related_name="public_notices"
    )
    facility = models.ForeignKey(
        "facilities.Facility", null=True, on_delete=models.PROTECT, related_name="public_notices"
    )
    kind = models.CharField(max_length=5, choices=choices(NoticeKind))
    star = models.OneToOneField(
        StarRating, null=True, on_delete=models.PROTECT, related_name="notice"
    )
    title = models.CharField(max_length=60)
    body = models.TextField()
    starts_on = models.DateField()
    through = models.DateField()  # the last day on which objections are received
    put_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    put_up_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="star") ^ Q(star__isnull=True),
                name="a_notice_of_a_star_names_the_rating",
            ),
            models.CheckConstraint(
                condition=Q(through__gt=F("starts_on")), name="a_notice_is_up_for_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} #{self.pk}"


class NoticeDecision(models.Model):
    """What became of a notice. Once."""

    notice = models.OneToOneField(PublicNotice, on_delete=models.PROTECT, related_name="decision")
    is_confirmed = models.BooleanField()
    reason = models.CharField(max_length=300, default="", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_confirmed=True) | ~Q(reason=""),
                name="a_withdrawn_notice_says_why",
            )
        ]

    def __str__(self) -> str:
        return f"decision #{self.pk}"


class Objection(PublicIdModel):
    """Somebody objects to a notice, with or without a name. 异议"""

    notice = models.ForeignKey(PublicNotice, on_delete=models.PROTECT, related_name="objections")
    received_at = models.DateTimeField()
    text = EncryptedTextField()
    contact = EncryptedTextField()

    def __str__(self) -> str:
        return f"objection #{self.pk}"


class ObjectionAnswer(models.Model):
    """What was answered to an objection: everybody reads it."""

    objection = models.OneToOneField(Objection, on_delete=models.PROTECT, related_name="answer")
    is_upheld = models.BooleanField()
    text = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="an_objection_is_answered_in_words")
        ]

    def __str__(self) -> str:
        return f"answer #{self.pk}"


class DepartmentBrief(PublicIdModel):
    """The basic facts of a district's houses for one department. 定期反馈"""

    district = models.ForeignKey(
        "facilities.District", on_delete=models.PROTECT, related_name="briefs"
    )
    department = models.CharField(max_length=10, choices=choices(Department))
    period = models.DateField()  # its first day
    canonical = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "department", "period"],
                name="a_department_is_briefed_once_a_period",
            ),
            models.CheckConstraint(
                condition=Q(sha256=sha256_of("canonical")),
                name="a_brief_carries_the_hash_of_its_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.period} #{self.pk}"


class BriefEvent(models.Model):
    """A brief was generated, sent or receipted. Never changed."""

    brief = models.ForeignKey(DepartmentBrief, on_delete=models.PROTECT, related_name="events")
    step = models.CharField(max_length=9, choices=choices(BriefStep))
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    who = models.CharField(max_length=60, default="", blank=True)  # to whom; who receipted
    note = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brief", "step"], name="a_brief_takes_each_step_once"),
            models.CheckConstraint(
                condition=Q(step="generated") | ~Q(who=""), name="a_brief_says_who_has_it"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} #{self.pk}"
