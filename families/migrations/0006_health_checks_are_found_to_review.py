from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("families", "0005_a_pickup_is_named_outside_by_a_uuid")]
    operations = [
        migrations.AddIndex(
            model_name="childhealthcheck",
            index=models.Index(
                condition=models.Q(("state", "submitted")),
                fields=["handed_in_at"],
                name="checks_to_review",
            ),
        ),
        migrations.AddIndex(
            model_name="childhealthcheck",
            index=models.Index(fields=["file_sha256"], name="checks_by_file"),
        ),
    ]
