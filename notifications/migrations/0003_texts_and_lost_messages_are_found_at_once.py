from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_a_message_knows_until_when_it_is_good")]

    operations = [
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                fields=["run_at"],
                condition=models.Q(("channel", "sms"), ("state", "pending")),
                name="outbox_due_texts",
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                fields=["-created_at"],
                condition=models.Q(("state", "failed")),
                name="outbox_failed",
            ),
        ),
    ]
