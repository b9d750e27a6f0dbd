"""百问百答: questions, the versions of their answers, and drafts of the next one.

An answer is of a place: a district's own version stands before the city's there. What was
published is only ever added to (migration 0002); what is written today replaces it from its day.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from common.models import PublicIdModel, choices
from guide.types import Audience, DraftState

_SIX_DIGITS = r"^[0-9]{6}$"
_PERSON = settings.AUTH_USER_MODEL


def _person(*, null: bool = False) -> "models.ForeignKey[object, object]":
    return models.ForeignKey(_PERSON, null=null, on_delete=models.PROTECT, related_name="+")


class Question(models.Model):
    """Something that people ask."""

    code = models.SlugField(max_length=40, unique=True)
    audience = models.CharField(max_length=8, choices=choices(Audience))
    position = models.PositiveSmallIntegerField()  # within the page

    def __str__(self) -> str:
        return self.code


class _Text(models.Model):
    """What versions and drafts have in common."""

    jurisdiction = models.CharField(max_length=6)  # GB/T 2260
    title = models.CharField(max_length=60)
    keywords = models.CharField(max_length=120, default="", blank=True)  # other words for it
    body = models.TextField()
    clauses = ArrayField(models.CharField(max_length=30), default=list)
    valid_from = models.DateField()
    valid_through = models.DateField(null=True)  # inclusive; NULL: until a later version

    class Meta:
        abstract = True


class AnswerVersion(PublicIdModel, _Text):
    """A version that was published. Never changed."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()  # 1, 2, 3 … of a question in a place
    sha256 = models.CharField(max_length=64)  # of what it says, to know the data file's own again
    drafted_by = _person(null=True)  # NULL: it came with the product
    published_by = _person(null=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "jurisdiction", "number"],
                name="versions_of_an_answer_count_up",
            ),
            models.CheckConstraint(
                condition=Q(drafted_by__isnull=True, published_by__isnull=True)
                | Q(
                    Q(drafted_by__isnull=False, published_by__isnull=False),
                    ~Q(drafted_by=F("published_by")),
                ),
                name="an_answer_is_published_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(valid_through__isnull=True) | Q(valid_through__gte=F("valid_from")),
                name="an_answer_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(jurisdiction__regex=_SIX_DIGITS),
                name="an_answer_is_of_a_place_of_six_digits",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="answers_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction} v{self.number} #{self.pk}"


class AnswerDraft(PublicIdModel, _Text):
    """What somebody wrote, for a second person to publish."""

    question = models.ForeignKey(  # NULL: a new one
        Question, null=True, on_delete=models.PROTECT, related_name="drafts"
    )
    audience = models.CharField(max_length=8, choices=choices(Audience))
    note = models.CharField(max_length=200, default="", blank=True)  # to the second person
    drafted_by = _person()
    is_by_lead = models.BooleanField()
    drafted_at = models.DateTimeField()
    state = models.CharField(
        max_length=9, choices=choices(DraftState), default=DraftState.OPEN.value
    )
    ended_by = _person(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.OneToOneField(
        AnswerVersion, null=True, on_delete=models.PROTECT, related_name="draft"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "jurisdiction"],
                condition=Q(state="open", question__isnull=False),
                name="an_answer_has_one_draft_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="published", version__isnull=False)
                | (~Q(state="published") & Q(version__isnull=True)),
                name="a_published_draft_has_become_a_version",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True, ended_by__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False, ended_by__isnull=False)),
                name="a_draft_that_is_over_names_who_ended_it",
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.jurisdiction} #{self.pk}"


class ActivityPlan(PublicIdModel):
    """What the education bureau asks all houses of a district to go by. 保教活动方案

    Never changed: another one is issued in its place.
    """

    district = models.ForeignKey(
        "facilities.District", on_delete=models.PROTECT, related_name="activity_plans"
    )
    title = models.CharField(max_length=60)
    months_from = models.PositiveSmallIntegerField()
    months_through = models.PositiveSmallIntegerField()  # inclusive
    text = models.TextField()
    starts_on = models.DateField()
    file = models.CharField(max_length=200, default="", blank=True)  # in the private store
    sha256 = models.CharField(max_length=64, default="", blank=True)
    issued_by = _person()
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(months_through__gte=F("months_from")),
                name="a_plan_is_for_ages_in_their_order",
            ),
            models.CheckConstraint(
                condition=Q(file="", sha256="") | (~Q(file="") & ~Q(sha256="")),
                name="a_file_of_a_plan_has_its_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} #{self.pk}"


class PlanReading(models.Model):
    """A house says that it has read a plan."""

    plan = models.ForeignKey(ActivityPlan, on_delete=models.PROTECT, related_name="readings")
    facility = models.ForeignKey(
        "facilities.Facility", on_delete=models.PROTECT, related_name="plan_readings"
    )
    read_by = _person()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "facility"], name="a_house_reads_a_plan_once"),
        ]

    def __str__(self) -> str:
        return f"reading #{self.pk}"
