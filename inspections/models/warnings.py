"""风险预警: when a house's level changed, and what an officer does about it. Only ever added."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.models import PublicIdModel, choices
from inspections.warning_types import Level


class RiskWarning(PublicIdModel):
    """From a day on a house stands at a level: written when it differs from the last one."""

    facility = models.ForeignKey(
        "facilities.Facility", on_delete=models.PROTECT, related_name="risk_warnings"
    )
    on = models.DateField()
    at = models.DateTimeField()
    level = models.CharField(max_length=9, choices=choices(Level))
    before = models.CharField(max_length=9, choices=choices(Level))
    house_level = models.CharField(max_length=9, choices=choices(Level))  # by what it may know
    points = models.PositiveSmallIntegerField()
    signals = models.JSONField(default=list)  # [[reason, measured, points], …]

    class Meta:
        indexes = [models.Index(fields=["facility", "-on"], name="warnings_of_a_house")]
        constraints = [
            models.UniqueConstraint(fields=["facility", "on"], name="a_house_is_judged_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.on} #{self.pk}"


class WarningAnswer(models.Model):
    """An officer has seen a warning, and says what they will do."""

    warning = models.ForeignKey(RiskWarning, on_delete=models.PROTECT, related_name="answers")
    words = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="an_officer_says_what_they_do"),
        ]

    def __str__(self) -> str:
        return f"answer #{self.pk}"
