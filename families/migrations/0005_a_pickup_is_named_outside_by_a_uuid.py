import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("families", "0004_a_consent_says_where_it_was_given")]
    operations = [
        migrations.AddField(
            model_name="authorizedpickup", name="public_id", field=models.UUIDField(null=True)
        ),
        migrations.RunSQL(
            "UPDATE families_authorizedpickup SET public_id = gen_random_uuid()",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="authorizedpickup",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
