"""整改 orders: from a finding to a passed 再检查. What happened to one is only ever added.

An order's state and its day are what its last steps say: the database writes them when a step is
added, refuses any other writing, and refuses a step that the table of moves does not know. So no
order is closed without a passed 再检查, whoever writes.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.models import PublicIdModel, choices
from inspections.order_types import Level, OrderEvent, OrderState
from inspections.types import Department, Severity

_BY_WORKER = [OrderEvent.ISSUE.value, OrderEvent.TURN_GREEN.value, OrderEvent.TURN_RED.value]
_WITHOUT_WORDS = [
    OrderEvent.ISSUE.value,
    OrderEvent.ASK_RECHECK.value,
    OrderEvent.SCHEDULE.value,
    OrderEvent.PASS.value,
    OrderEvent.CLOSE.value,
]
_RECHECKED = [OrderEvent.PASS.value, OrderEvent.FAIL.value]
_WITH_VISIT = [OrderEvent.SCHEDULE.value, *_RECHECKED]
_WITH_DAY = [OrderEvent.ISSUE.value, OrderEvent.EXTEND.value]


class RectificationOrder(PublicIdModel):
    """What a house must mend, and until when. 整改通知书"""

    facility = models.ForeignKey(
        "facilities.Facility", on_delete=models.PROTECT, related_name="rectification_orders"
    )
    finding = models.OneToOneField(
        "inspections.Finding", on_delete=models.PROTECT, related_name="order"
    )
    department = models.CharField(max_length=10, choices=choices(Department))
    severity = models.CharField(max_length=8, choices=choices(Severity))
    code = models.CharField(max_length=40)  # of the checklist's item
    issued_on = models.DateField()
    recurs = models.ForeignKey(  # the closed order of the same item that did not last
        "self", null=True, on_delete=models.PROTECT, related_name="recurrences"
    )
    # Both follow from the steps.
    state = models.CharField(
        max_length=11, choices=choices(OrderState), default=OrderState.ISSUED.value
    )
    due_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["facility", "code"], name="orders_of_a_house_by_item"),
            models.Index(fields=["state", "due_on"], name="orders_by_state_and_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("issued_on")),
                name="an_order_is_due_after_it_is_issued",
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.code} #{self.pk}"


class OrderStep(models.Model):
    """One thing that happened to an order: who, when, why."""

    order = models.ForeignKey(RectificationOrder, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()  # 1, 2, 3 … of an order
    event = models.CharField(max_length=13, choices=choices(OrderEvent))
    before = models.CharField(max_length=11, choices=choices(OrderState), default="", blank=True)
    after = models.CharField(max_length=11, choices=choices(OrderState))
    actor = models.ForeignKey(  # NULL: the worker
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    reason = models.CharField(max_length=1000, default="", blank=True)
    promised_on = models.DateField(null=True)  # of a plan
    due_on = models.DateField(null=True)  # of an issue or an extension
    visit = models.ForeignKey(
        "inspections.Visit", null=True, on_delete=models.PROTECT, related_name="order_steps"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "number"], name="steps_of_an_order_have_an_order"
            ),
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(event__in=_RECHECKED),
                name="a_recheck_is_decided_once",
            ),
            models.CheckConstraint(
                condition=Q(actor__isnull=False) | Q(event__in=_BY_WORKER),
                name="a_step_that_a_person_takes_names_them",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") | Q(event__in=_WITHOUT_WORDS), name="a_step_says_why"
            ),
            models.CheckConstraint(
                condition=Q(event=OrderEvent.PLAN.value) ^ Q(promised_on__isnull=True),
                name="a_plan_promises_a_day",
            ),
            models.CheckConstraint(
                condition=Q(event__in=_WITH_DAY) ^ Q(due_on__isnull=True),
                name="an_order_gets_its_day_when_issued_or_extended",
            ),
            models.CheckConstraint(
                condition=Q(event__in=_WITH_VISIT) ^ Q(visit__isnull=True),
                name="a_recheck_is_a_visit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.number} #{self.pk}"


class OrderPhoto(PublicIdModel):
    """Evidence: a picture or paper of how it is now, in the private store."""

    step = models.ForeignKey(OrderStep, on_delete=models.PROTECT, related_name="photos")
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # in bytes

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["step", "sha256"], name="evidence_is_kept_once_for_a_step"
            ),
        ]

    def __str__(self) -> str:
        return f"evidence #{self.pk}"


class OrderEscalation(models.Model):
    """An overdue order was told one level up."""

    order = models.ForeignKey(
        RectificationOrder, on_delete=models.PROTECT, related_name="escalations"
    )
    level = models.CharField(max_length=11, choices=choices(Level))
    due_on = models.DateField()  # which day had passed: an extension makes a new one
    at = models.DateTimeField()
    recipients = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "level", "due_on"], name="a_level_hears_of_a_late_order_once"
            ),
        ]

    def __str__(self) -> str:
        return f"escalation {self.level} #{self.pk}"
