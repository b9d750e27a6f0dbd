from django.db import migrations

from common.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_bookings_and_the_ledger")]
    operations = [append_only("bookings_ledgerentry"), append_only("bookings_unmetdemand")]
