"""The head of the chain of signed results, written down once a day and told to others."""

from django.db import models
from django.db.models import Q


class DailyRoot(models.Model):
    """The number and hash of the last signed result at the end of a day's work. 每日校验值

    Each result names the hash of the one before it, so this one hash stands for all of them.
    Whoever kept it elsewhere notices when an earlier result is changed, even by the owner of the
    database who also holds the signing key.
    """

    day = models.DateField(unique=True)
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__gt=0), name="a_root_is_of_a_result"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="a_root_is_a_sha256"
            ),
        ]

    def __str__(self) -> str:
        return f"root of {self.day}"
