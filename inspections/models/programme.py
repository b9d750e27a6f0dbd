"""Visits to houses: planned, made, signed or withdrawn."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.models import PublicIdModel, choices
from inspections.types import Domain, VisitKind, VisitState


class Visit(PublicIdModel):
    """Somebody comes to a house to look. 检查"""

    facility = models.ForeignKey(
        "facilities.Facility", on_delete=models.PROTECT, related_name="visits"
    )
    kind = models.CharField(max_length=8, choices=choices(VisitKind))
    domain = models.CharField(  # '': all of it
        max_length=10, choices=choices(Domain), default="", blank=True
    )
    planned_on = models.DateField()
    state = models.CharField(
        max_length=10, choices=choices(VisitState), default=VisitState.PLANNED.value
    )
    done_on = models.DateField(null=True)
    withdrawn_because = models.CharField(max_length=200, default="", blank=True)
    draw = models.ForeignKey(
        "inspections.Draw", null=True, on_delete=models.PROTECT, related_name="visits"
    )
    inspectors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="inspections.VisitInspector",
        through_fields=("visit", "user"),
        related_name="visits",
    )
    checklist = models.ForeignKey(  # from its opening on
        "inspections.Checklist", null=True, on_delete=models.PROTECT, related_name="visits"
    )
    opened_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["facility", "planned_on"], name="visits_of_a_house_by_day"),
            models.Index(fields=["planned_on"], name="visits_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "facility"], name="a_draw_sends_one_visit_to_a_house"
            ),
            models.CheckConstraint(
                condition=Q(draw__isnull=True) ^ Q(kind=VisitKind.RANDOM.value),
                name="a_random_visit_comes_from_a_draw",
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) ^ Q(state=VisitState.SIGNED.value),
                name="a_signed_visit_says_when_it_was",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_because="") ^ Q(state=VisitState.WITHDRAWN.value),
                name="a_withdrawn_visit_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=VisitState.OPEN.value)
                | Q(checklist__isnull=False, opened_at__isnull=False),
                name="an_open_visit_has_its_checklist",
            ),
            models.CheckConstraint(
                condition=~Q(kind=VisitKind.RECHECK.value) | Q(checklist__isnull=True),
                name="a_recheck_looks_at_one_thing_and_not_at_a_checklist",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.planned_on} #{self.pk}"


class VisitInspector(models.Model):
    """One of those who go; sent instead of somebody else, it says of whom and why."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="goers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    instead_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    because = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "user"], name="an_inspector_goes_once_to_a_visit"
            ),
            models.CheckConstraint(
                condition=Q(instead_of=None, because="")
                | Q(Q(instead_of__isnull=False), ~Q(because="")),
                name="who_goes_instead_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} #{self.pk}"
