from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_a_phone_is_claimed_before_it_is_proven")]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="scope_name",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
    ]
