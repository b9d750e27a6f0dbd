"""Rosters: what is drafted, what is published, and what was set aside by name."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from common.models import PublicIdModel, choices, same, span
from staff.models.people import Person
from staff.types import ShiftState, StaffRole


class RosterWeek(PublicIdModel):
    """A house's week, from Monday. Until it is published, sessions go by the timetable. 周排班"""

    facility = models.ForeignKey(
        "facilities.Facility", on_delete=models.PROTECT, related_name="roster_weeks"
    )
    monday = models.DateField()
    revision = models.PositiveIntegerField(default=0)  # of the draft: two tabs are told apart
    published_at = models.DateTimeField(null=True)
    published_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "monday"], name="a_house_has_a_week_once"),
            models.CheckConstraint(
                condition=Q(monday__iso_week_day=1), name="a_roster_week_starts_on_monday"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.monday} #{self.pk}"


class _ShiftColumns(PublicIdModel):
    """What a drafted and a published shift have in common."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey("facilities.Facility", on_delete=models.PROTECT, related_name="+")
    care_group = models.ForeignKey(
        "facilities.CareGroup", null=True, on_delete=models.PROTECT, related_name="+"
    )  # NULL: for the whole house
    role = models.CharField(max_length=20, choices=choices(StaffRole))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    rest_starts_at = models.DateTimeField(null=True)
    rest_ends_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def _well_formed(what: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(
            condition=Q(ends_at__gt=F("starts_at")), name=f"{what}_ends_after_it_starts"
        ),
        models.CheckConstraint(
            condition=Q(rest_starts_at__isnull=True, rest_ends_at__isnull=True)
            | Q(
                rest_starts_at__gte=F("starts_at"),
                rest_ends_at__gt=F("rest_starts_at"),
                rest_ends_at__lte=F("ends_at"),
            ),
            name=f"the_break_lies_within_{what}",
        ),
        models.CheckConstraint(
            condition=~Q(role="caregiver") | Q(care_group__isnull=False),
            name=f"{what}_of_a_caregiver_is_in_a_group",
        ),
    ]


class DraftShift(_ShiftColumns):
    """A shift on the board. Nothing follows from it until the week is published."""

    week = models.ForeignKey(RosterWeek, on_delete=models.PROTECT, related_name="draft")

    class Meta:
        constraints = _well_formed("a_drafted_shift")

    def __str__(self) -> str:
        return f"draft {self.starts_at:%F %H:%M} #{self.pk}"


class Shift(_ShiftColumns):
    """A published shift: what sessions count. Withdrawn rows stay as evidence. 班次"""

    week = models.ForeignKey(RosterWeek, on_delete=models.PROTECT, related_name="shifts")
    state = models.CharField(
        max_length=9, choices=choices(ShiftState), default=ShiftState.PUBLISHED.value
    )
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["facility", "starts_at"], name="shifts_of_a_house_by_time"),
            models.Index(fields=["person", "starts_at"], name="shifts_of_a_person_by_time"),
        ]
        constraints = [
            *_well_formed("a_shift"),
            ExclusionConstraint(
                name="a_person_works_in_one_place_at_a_time",
                expressions=[same("person"), span("starts_at", "ends_at")],
                condition=Q(state="published"),
            ),
            models.CheckConstraint(
                condition=Q(state="published") ^ Q(withdrawn_at__isnull=False),
                name="a_withdrawn_shift_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"shift {self.starts_at:%F %H:%M} #{self.pk}"


class RosterOverride(PublicIdModel):
    """A named person sets a 原则上 rule aside for a week, with the reason. The district sees it."""

    week = models.ForeignKey(RosterWeek, on_delete=models.PROTECT, related_name="overrides")
    rule = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    approved_by_id = models.BigIntegerField()
    approved_at = models.DateTimeField()
    through = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["week", "rule"],
                condition=Q(withdrawn_at__isnull=True),
                name="a_rule_is_set_aside_once_a_week",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="an_override_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} #{self.pk}"
