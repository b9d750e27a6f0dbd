"""What is decided about a house's 诚信档案. Only ever added to (migration 0002).

Entries themselves are no rows here: they follow from findings, orders, cases, the staff's own
files and stars. An entry is named by its source (`order:<public id>`), which never changes.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.models import PublicIdModel

_PERSON = settings.AUTH_USER_MODEL


class CreditObjection(PublicIdModel):
    """A house objects to an entry. 异议、更正"""

    facility = models.ForeignKey(
        "facilities.Facility", on_delete=models.PROTECT, related_name="credit_objections"
    )
    entry = models.CharField(max_length=80)
    text = models.CharField(max_length=1000)
    raised_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "entry"], name="an_entry_is_objected_to_once"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="who_objects_says_why"),
        ]

    def __str__(self) -> str:
        return f"objection to {self.entry} #{self.pk}"


class CreditDecision(models.Model):
    """What was decided about an objection: upheld, the entry stays and does not count."""

    objection = models.OneToOneField(
        CreditObjection, on_delete=models.PROTECT, related_name="decision"
    )
    is_upheld = models.BooleanField()
    reason = models.CharField(max_length=500)
    decided_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="who_decides_says_why"),
        ]

    def __str__(self) -> str:
        return f"decision #{self.pk}"


class Honor(PublicIdModel):
    """A house was honored. 表彰"""

    facility = models.ForeignKey(
        "facilities.Facility", on_delete=models.PROTECT, related_name="honors"
    )
    title = models.CharField(max_length=60)
    given_by = models.CharField(max_length=60)
    given_on = models.DateField()
    recorded_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "title", "given_on"], name="an_honor_is_recorded_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} #{self.pk}"
