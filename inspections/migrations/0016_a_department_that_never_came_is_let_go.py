import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_PARTS = """
CREATE OR REPLACE FUNCTION a_part_is_signed_version_by_version() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a part of a visit is never removed'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' OR NEW.version <> 1 THEN
            RAISE EXCEPTION 'a part of a visit begins open, at its first version'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.id, OLD.public_id, OLD.visit_id, OLD.department, OLD.opened_by_id, OLD.opened_at)
        IS DISTINCT FROM
       (NEW.id, NEW.public_id, NEW.visit_id, NEW.department, NEW.opened_by_id, NEW.opened_at)
    THEN
        RAISE EXCEPTION 'whose part of a visit it is never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state IN ('open', 'half') AND NEW.state = 'signed' AND NEW.version = OLD.version
       AND NEW.correcting_because = OLD.correcting_because
       AND EXISTS (SELECT FROM inspections_visitresult
                   WHERE part_id = NEW.id AND version = NEW.version)
    THEN
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) IN (('open', 'half'), ('half', 'open'))
       AND NEW.version = OLD.version AND NEW.correcting_because = OLD.correcting_because
       AND (NEW.state = 'half') = EXISTS (
           SELECT FROM inspections_halfsignature
           WHERE part_id = NEW.id AND version = NEW.version AND sent_back_at IS NULL)
    THEN
        RETURN NEW;
    END IF;
{absent}    IF OLD.state = 'signed' AND NEW.state = 'open' AND NEW.version = OLD.version + 1 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a part is signed with its result, and corrected by a new version'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
# Only where nobody has answered, noted, photographed or signed anything.
_ABSENT = """    IF OLD.state = 'open' AND NEW.state = 'absent' AND (OLD.version, NEW.version) = (1, 1)
       AND NOT EXISTS (SELECT FROM inspections_visititem i
                       LEFT JOIN inspections_photo photo ON photo.item_id = i.id
                       WHERE i.part_id = NEW.id
                         AND (i.answer <> '' OR i.note <> '' OR photo.id IS NOT NULL))
    THEN
        RETURN NEW;
    END IF;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0015_every_signer_found_it_and_closed_is_not_open"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="visitpart",
            name="absent_because",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="visitpart",
            name="gives_back",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="visitpart",
            name="released_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="visitpart",
            name="released_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="visitpart",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "open"),
                    ("half", "half"),
                    ("signed", "signed"),
                    ("absent", "absent"),
                ],
                default="open",
                max_length=6,
            ),
        ),
        migrations.AddConstraint(
            model_name="visitpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("absent_because", ""), _negated=True),
                        ("released_at__isnull", False),
                        ("released_by__isnull", False),
                        ("state", "absent"),
                        ("version", 1),
                    ),
                    models.Q(
                        models.Q(("state", "absent"), _negated=True),
                        ("absent_because", ""),
                        ("gives_back", False),
                        ("released_at__isnull", True),
                        ("released_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="a_department_that_never_came_is_let_go_with_a_reason",
            ),
        ),
        migrations.RunSQL(_PARTS.format(absent=_ABSENT), _PARTS.format(absent="")),
    ]
