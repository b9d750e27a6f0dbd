from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("families", "0003_guardians_are_invited")]
    operations = [
        migrations.AddField(
            model_name="consent",
            name="channel",
            field=models.CharField(
                choices=[("portal", "portal"), ("house", "house")], default="portal", max_length=6
            ),
        ),
    ]
