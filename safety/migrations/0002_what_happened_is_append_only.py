from django.db import migrations

from common.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("safety", "0001_registers_and_incidents")]
    operations = [
        append_only("safety_registercheck"),
        append_only("safety_incident"),
        append_only("safety_incidentchild"),
        append_only("safety_incidentnote"),
        append_only("safety_incidentclosing"),
        append_only("safety_incidentduty"),
        append_only("safety_dutytold"),
        append_only("safety_dutyescalation"),
    ]
