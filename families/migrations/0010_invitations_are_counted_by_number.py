from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("families", "0009_attempts_to_register_are_counted")]

    operations = [
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["phone", "invited_at"], name="invitations_by_number"),
        ),
    ]
