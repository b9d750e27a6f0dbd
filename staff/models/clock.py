"""Who was on the floor, as the clock at the door recorded it."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from common.models import PublicIdModel, choices, same, span
from staff.models.people import Person
from staff.types import ClockMethod


class StaffPresence(PublicIdModel):
    """A stretch in which somebody was in a room. A correction makes a new row. 在岗"""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="presences")
    facility = models.ForeignKey(
        "facilities.Facility", on_delete=models.PROTECT, related_name="staff_presences"
    )
    care_group = models.ForeignKey(
        "facilities.CareGroup", null=True, on_delete=models.PROTECT, related_name="+"
    )  # NULL: in the house, in no group's room
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    method = models.CharField(max_length=8, choices=choices(ClockMethod))
    note = models.CharField(max_length=120, default="", blank=True)
    recorded_by_id = models.BigIntegerField(null=True)
    closed_by_guess = models.BooleanField(default=False)  # nobody clocked out
    corrects = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="corrections"
    )
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["facility", "arrived_at"], name="presences_of_a_house_by_time")
        ]
        constraints = [
            ExclusionConstraint(
                name="a_person_is_in_one_room_at_a_time",
                expressions=[same("person"), span("arrived_at", "left_at")],
                condition=Q(superseded_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("arrived_at")),
                name="who_leaves_had_come",
            ),
            models.CheckConstraint(
                condition=~Q(method="by_lead") | ~Q(note=""),
                name="what_was_entered_by_hand_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"presence #{self.pk}"
