"""Checklists: item, clause, severity, evidence. 检查清单

An item carries its clause's words as they stood when the list was loaded: what a visit was judged
by is read from its list alone. A list that a visit was opened with never changes again, nor do its
items (migration 0003).
"""

from django.db import models
from django.db.models import Q

from common.models import PublicIdModel, choices
from inspections.types import Area, Department, Evidence, Severity


class Checklist(PublicIdModel):
    """One version of a list."""

    code = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)  # of its content, to tell whether the file changed
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"], name="a_version_of_a_checklist_is_named_once"
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="versions_of_a_checklist_count_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class ChecklistItem(models.Model):
    """One thing to look at."""

    checklist = models.ForeignKey(Checklist, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    area = models.CharField(max_length=12, choices=choices(Area))
    department = models.CharField(max_length=10, choices=choices(Department))
    text = models.CharField(max_length=120)
    severity = models.CharField(max_length=8, choices=choices(Severity))
    evidence = models.CharField(max_length=12, choices=choices(Evidence))
    prefill = models.CharField(max_length=30, default="", blank=True)  # '': no row answers it
    clause = models.CharField(max_length=30)
    document = models.CharField(max_length=120)
    number = models.CharField(max_length=60, default="", blank=True)  # 文号
    article = models.CharField(max_length=60)
    quote = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["checklist", "code"], name="an_item_stands_once_in_a_checklist"
            ),
            models.UniqueConstraint(
                fields=["checklist", "position"], name="items_of_a_checklist_have_an_order"
            ),
            models.CheckConstraint(condition=~Q(quote=""), name="an_item_quotes_its_clause"),
        ]

    def __str__(self) -> str:
        return f"{self.code} #{self.pk}"
