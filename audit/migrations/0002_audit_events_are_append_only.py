from django.db import migrations

from common.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_what_happened_and_what_ran")]
    operations = [append_only("audit_auditevent")]
