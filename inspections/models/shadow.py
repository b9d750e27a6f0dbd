"""Two who look at the same: a second inspector's own answers, given without seeing the first's.

They are no findings and lead to no orders; they only tell whether a checklist's items are clear.
Everything is only ever added: of several answers to an item the last counts, and once the sheet
is sealed none is added any more (migration `two_look_at_the_same`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.models import PublicIdModel, choices
from inspections.models.hashes import sha256_of
from inspections.types import Answer


class ShadowVisit(PublicIdModel):
    """A planned visit at which one of those who go answers alone."""

    visit = models.OneToOneField(
        "inspections.Visit", on_delete=models.PROTECT, related_name="shadow"
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"shadow #{self.pk}"


class ShadowAnswer(models.Model):
    """What the second inspector answers to an item, as often as they save."""

    shadow = models.ForeignKey(ShadowVisit, on_delete=models.PROTECT, related_name="answers")
    item = models.ForeignKey("inspections.VisitItem", on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=12, choices=choices(Answer))
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["shadow", "item", "-id"], name="last_shadow_answers")]

    def __str__(self) -> str:
        return f"shadow answer #{self.pk}"


class ShadowSheet(models.Model):
    """The second inspector's sheet is sealed; or they say why there is none."""

    shadow = models.OneToOneField(ShadowVisit, on_delete=models.PROTECT, related_name="sheet")
    part = models.ForeignKey(
        "inspections.VisitPart", null=True, on_delete=models.PROTECT, related_name="+"
    )
    canonical = models.TextField(default="", blank=True)
    sha256 = models.CharField(max_length=64, default="", blank=True)
    declined_because = models.CharField(max_length=200, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(~Q(declined_because=""), canonical="", sha256="", part__isnull=True)
                | Q(~Q(canonical=""), declined_because="", part__isnull=False),
                name="a_sheet_is_sealed_or_says_why_not",
            ),
            models.CheckConstraint(
                condition=Q(canonical="") | Q(sha256=sha256_of("canonical")),
                name="a_sheet_carries_the_hash_of_its_text",
            ),
        ]

    def __str__(self) -> str:
        return f"sheet #{self.pk}"
