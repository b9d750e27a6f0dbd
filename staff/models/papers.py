"""Papers of a person: certificates, health, record checks, training, and the 诚信档案."""

from django.db import models
from django.db.models import F, Q

from common.models import PublicIdModel, choices
from staff.models.people import Person
from staff.types import (
    CheckChannel,
    CheckResult,
    IntegrityKind,
    QualificationKind,
    TrainingCategory,
)


class Qualification(PublicIdModel):
    """A certificate whose original somebody of the house has seen. 资格证书"""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="qualifications")
    kind = models.CharField(max_length=20, choices=choices(QualificationKind))
    number = models.CharField(max_length=40)
    issuer = models.CharField(max_length=80)
    issued_on = models.DateField()
    valid_through = models.DateField(null=True)  # NULL: until further notice
    verified_by_id = models.BigIntegerField(null=True)  # who saw the original
    verified_at = models.DateTimeField()
    revoked_on = models.DateField(null=True)  # the first day on which it is good no more
    revoke_reason = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "issuer", "number"], name="a_certificate_belongs_to_one_person"
            ),
            models.CheckConstraint(
                condition=Q(valid_through__isnull=True) | Q(valid_through__gte=F("issued_on")),
                name="a_certificate_ends_after_it_was_issued",
            ),
            models.CheckConstraint(
                condition=Q(revoked_on__isnull=True) | ~Q(revoke_reason=""),
                name="a_revoked_certificate_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class HealthCertificate(PublicIdModel):
    """健康合格证明. The finding is not kept, only that it is good and how long."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="health_certificates")
    number = models.CharField(max_length=40, default="", blank=True)
    institution = models.CharField(max_length=80)
    examined_on = models.DateField()
    valid_through = models.DateField()
    verified_by_id = models.BigIntegerField(null=True)
    verified_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "examined_on"], name="a_person_is_examined_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(valid_through__gte=F("examined_on")),
                name="a_health_certificate_ends_after_the_examination",
            ),
        ]

    def __str__(self) -> str:
        return f"health certificate #{self.pk}"


class RecordCheck(PublicIdModel):
    """The answer to a criminal-record query: result, day and channel, and nothing else.

    A trigger refuses UPDATE and DELETE (assurance R-17: the record itself is never stored).
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="record_checks")
    channel = models.CharField(max_length=16, choices=choices(CheckChannel))
    result = models.CharField(max_length=5, choices=choices(CheckResult))
    checked_on = models.DateField()
    document_number = models.CharField(max_length=40, default="", blank=True)
    recorded_by_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                # A hit is entered whatever was entered before: rows are never taken back.
                fields=["person", "channel", "checked_on", "result"],
                name="a_channel_gives_an_answer_once_a_day_about_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.result} #{self.pk}"


class TrainingRecord(PublicIdModel):
    """课时 of one training, in one of the two counters of the year."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trainings")
    category = models.CharField(max_length=6, choices=choices(TrainingCategory))
    title = models.CharField(max_length=80)
    provider = models.CharField(max_length=80)
    taken_on = models.DateField()
    lessons = models.PositiveSmallIntegerField()  # 课时
    certificate_number = models.CharField(max_length=40, default="", blank=True)
    is_online = models.BooleanField(default=False)
    topics = models.JSONField(default=list)
    recorded_by_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "taken_on"], name="trainings_of_a_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "category", "title", "taken_on"],
                name="a_training_counts_once",
            ),
            models.CheckConstraint(condition=Q(lessons__gt=0), name="a_training_has_lessons"),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.lessons} #{self.pk}"


class IntegrityEntry(PublicIdModel):
    """An entry in the 诚信档案. Append-only; a ban is for life and names what it rests on.

    虐童零容忍: the person and the direct manager (静府办发〔2021〕14号 三（三）1).
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="integrity")
    kind = models.CharField(max_length=10, choices=choices(IntegrityKind))
    happened_on = models.DateField()
    facts = models.CharField(max_length=400)
    because_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="consequences"
    )  # the entry of the person whose direct manager this one was
    recorded_by_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(kind="ban"), name="a_person_is_banned_once"
            ),
            models.CheckConstraint(condition=~Q(facts=""), name="an_integrity_entry_has_facts"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
