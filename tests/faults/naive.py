"""How news would be sent without an outbox: straight into Redis. The control of the fault tests."""

import time

from celery import shared_task

from notifications.models import InboxItem, OutboxMessage


@shared_task(acks_late=False, reject_on_worker_lost=False)
def put_into_inbox(message_id: int) -> None:
    """Deliver one message that nobody would remember if this task were lost."""
    time.sleep(0.01)
    message = OutboxMessage.objects.get(pk=message_id)
    InboxItem.objects.create(
        message=message,
        user_id=message.recipient_id,
        title="预约成功",
        body="预约成功",
        arrived_at=message.created_at,
    )
