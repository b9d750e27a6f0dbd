from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_texts_and_lost_messages_are_found_at_once")]

    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="child_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                fields=["child_id", "recipient"],
                condition=models.Q(("child_id__isnull", False), ("state", "pending")),
                name="outbox_pending_by_child",
            ),
        ),
    ]
