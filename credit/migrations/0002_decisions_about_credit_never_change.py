"""Objections, decisions and honors are only ever added to."""

from django.db import migrations

from common.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("credit", "0001_objections_decisions_and_honors")]
    operations = [
        append_only("credit_creditobjection"),
        append_only("credit_creditdecision"),
        append_only("credit_honor"),
    ]
