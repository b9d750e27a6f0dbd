from django.db import migrations, models

_KNOWN = (
    "id", "public_id", "district_id", "kind", "source", "is_restricted", "received_at",
    "reporter_id", "receipt", '"where"', "happened_on", "what", "contact",
)  # fmt: skip
_TRIGGER = """
CREATE OR REPLACE FUNCTION what_was_reported_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.stage = 'closed' THEN
            RAISE EXCEPTION 'a closed case never changes'
                USING ERRCODE = 'integrity_constraint_violation';
        ELSIF ({old}) IS NOT DISTINCT FROM ({new}) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what was reported neither changes nor goes'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
# A closed case never changes either: the trigger stands aside while the numbers are given.
_NUMBERS = """
ALTER TABLE inspections_case DISABLE TRIGGER what_was_reported_never_changes;
UPDATE inspections_case c SET serial = n.serial
FROM (SELECT id, row_number() OVER (PARTITION BY district_id, is_restricted ORDER BY id) AS serial
      FROM inspections_case) n
WHERE n.id = c.id;
ALTER TABLE inspections_case ENABLE TRIGGER what_was_reported_never_changes;
"""


def _trigger(*columns: str) -> str:
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("OLD", "NEW"))
    return _TRIGGER.format(old=old, new=new)


class Migration(migrations.Migration):
    dependencies = [("inspections", "0016_a_department_that_never_came_is_let_go")]

    operations = [
        migrations.AddField(
            model_name="case", name="serial", field=models.PositiveIntegerField(null=True)
        ),
        migrations.RunSQL(_NUMBERS, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="case", name="serial", field=models.PositiveIntegerField()
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                fields=("district", "is_restricted", "serial"),
                name="a_case_has_a_number_of_its_own",
            ),
        ),
        migrations.RunSQL(_trigger(*_KNOWN, "serial"), _trigger(*_KNOWN)),
    ]
