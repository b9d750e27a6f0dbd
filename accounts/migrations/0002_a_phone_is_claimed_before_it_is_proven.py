from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people_and_their_grants")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="claimed_phone",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
    ]
