"""Plans and who read them are only ever added to."""

from django.db import migrations

from common.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("guide", "0003_plans_for_the_houses_of_a_district")]
    operations = [append_only("guide_activityplan"), append_only("guide_planreading")]
