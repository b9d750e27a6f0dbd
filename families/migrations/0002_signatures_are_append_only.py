from django.db import migrations

from common.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("families", "0001_children_guardians_and_papers")]
    operations = [append_only("families_serviceagreement"), append_only("families_agreementtext")]
