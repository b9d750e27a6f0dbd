"""A week that the worker was asked to propose, and what came of it."""

from django.db import models
from django.db.models import Q

from common.models import PublicIdModel, choices
from staff.models.roster import RosterWeek
from staff.types import ProposalState

_OPEN = [ProposalState.WAITING.value, ProposalState.WORKING.value]


class RosterProposal(PublicIdModel):
    """Asked for on a week's board, worked out by the worker, taken by whoever wants it."""

    week = models.ForeignKey(RosterWeek, on_delete=models.PROTECT, related_name="proposals")
    state = models.CharField(
        max_length=10, choices=choices(ProposalState), default=ProposalState.WAITING.value
    )
    revision = models.PositiveIntegerField()  # of the draft that it looked at
    shifts = models.JSONField(default=list)
    sentence = models.CharField(max_length=600, default="", blank=True)  # why there is none
    reasons = models.JSONField(default=list)  # the same, fact by fact
    tries = models.PositiveSmallIntegerField(default=0)
    asked_by_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)  # when a worker last took it
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["week"],
                condition=Q(state__in=_OPEN),
                name="a_week_has_one_proposal_under_way",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_OPEN) ^ Q(finished_at__isnull=False),
                name="a_proposal_that_is_ready_says_since_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} #{self.pk}"
