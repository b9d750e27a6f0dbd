from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0003_rosters_are_proposed")]
    operations = [
        migrations.RemoveConstraint(
            model_name="recordcheck", name="a_channel_answers_once_a_day_about_a_person"
        ),
        migrations.AddConstraint(
            model_name="recordcheck",
            constraint=models.UniqueConstraint(
                fields=("person", "channel", "checked_on", "result"),
                name="a_channel_gives_an_answer_once_a_day_about_a_person",
            ),
        ),
    ]
