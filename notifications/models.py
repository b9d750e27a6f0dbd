"""The outbox, and what has arrived in somebody's inbox."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.fields import EncryptedTextField
from common.models import PublicIdModel, choices
from notifications.types import Channel, MessageState


class OutboxMessage(models.Model):
    """News that must leave. Commits with what it tells of; each row is sent and retried alone."""

    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=60)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    address = models.CharField(max_length=120, default="", blank=True)
    channel = models.CharField(max_length=10, choices=choices(Channel))
    payload = models.JSONField(default=dict)
    secret = EncryptedTextField()  # a one-time code: sealed, and emptied once it is sent
    subject = models.CharField(max_length=80, default="", blank=True)
    child_id = models.BigIntegerField(null=True)  # the child it tells of, for who leaves it
    run_at = models.DateTimeField()  # when the next try is due
    good_until = models.DateTimeField(null=True)  # later than this it is dropped
    state = models.CharField(
        max_length=10, choices=choices(MessageState), default=MessageState.PENDING.value
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["run_at"], condition=Q(state="pending"), name="outbox_due"),
            models.Index(
                fields=["run_at"],
                condition=Q(state="pending", channel="sms"),
                name="outbox_due_texts",
            ),
            models.Index(fields=["-created_at"], condition=Q(state="failed"), name="outbox_failed"),
            models.Index(
                fields=["subject"], condition=Q(state="pending"), name="outbox_pending_by_subject"
            ),
            models.Index(
                fields=["child_id", "recipient"],
                condition=Q(state="pending", child_id__isnull=False),
                name="outbox_pending_by_child",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | ~Q(address=""),
                name="a_message_has_somebody_to_go_to",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="a_sent_message_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class InboxItem(PublicIdModel):
    """What a person reads in the portal. One row a message, however often it is delivered."""

    message = models.OneToOneField(OutboxMessage, on_delete=models.PROTECT)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="inbox_items"
    )
    title = models.CharField(max_length=120)
    body = models.TextField()
    url = models.CharField(max_length=200, default="", blank=True)
    arrived_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-arrived_at"], name="inbox_of_a_user")]

    def __str__(self) -> str:
        return f"{self.title} #{self.pk}"
