"""Who may be sent to inspect, and where they must not go."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from common.models import PublicIdModel, choices
from inspections.types import ConflictKind, Domain


class Inspector(PublicIdModel):
    """An officer in a district's register of inspectors. 检查人员名录"""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="inspector_entries"
    )
    district = models.ForeignKey(
        "facilities.District", on_delete=models.PROTECT, related_name="inspectors"
    )
    skills = ArrayField(models.CharField(max_length=10, choices=choices(Domain)))
    home = models.ForeignKey(
        "facilities.Subdistrict", null=True, on_delete=models.PROTECT, related_name="+"
    )
    lives_elsewhere = models.BooleanField(default=False)  # outside the district, as they declared
    is_available = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "district"], name="an_inspector_is_registered_once_in_a_district"
            ),
            models.CheckConstraint(
                condition=Q(home__isnull=False) ^ Q(lives_elsewhere=True),
                name="an_inspector_says_where_they_live",
            ),
        ]

    def __str__(self) -> str:
        return f"inspector #{self.pk}"


class ConflictOfInterest(PublicIdModel):
    """Why an inspector keeps away from a house. 回避

    Declared by themselves or by the supervision lead; it ends by a day, and is never deleted.
    """

    inspector = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="conflicts")
    facility = models.ForeignKey("facilities.Facility", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=choices(ConflictKind))
    reason = models.CharField(max_length=200)
    valid_through = models.DateField(null=True)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="a_conflict_says_why")]

    def __str__(self) -> str:
        return f"conflict #{self.pk}"
