from django.db import migrations

from common.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_people_papers_and_rosters")]
    operations = [append_only("staff_recordcheck"), append_only("staff_integrityentry")]
