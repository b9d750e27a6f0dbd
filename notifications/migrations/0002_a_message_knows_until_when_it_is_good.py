from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_outbox_and_inbox")]

    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="good_until",
            field=models.DateTimeField(null=True),
        ),
    ]
