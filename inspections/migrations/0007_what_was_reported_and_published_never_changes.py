from django.db import migrations

from common.triggers import append_only

_CASES = """
CREATE FUNCTION what_was_reported_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.stage = 'closed' THEN
            RAISE EXCEPTION 'a closed case never changes'
                USING ERRCODE = 'integrity_constraint_violation';
        ELSIF (OLD.id, OLD.public_id, OLD.district_id, OLD.kind, OLD.source, OLD.is_restricted,
            OLD.received_at, OLD.reporter_id, OLD.receipt, OLD."where", OLD.happened_on, OLD.what,
            OLD.contact)
            IS NOT DISTINCT FROM
           (NEW.id, NEW.public_id, NEW.district_id, NEW.kind, NEW.source, NEW.is_restricted,
            NEW.received_at, NEW.reporter_id, NEW.receipt, NEW."where", NEW.happened_on, NEW.what,
            NEW.contact)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what was reported neither changes nor goes'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER what_was_reported_never_changes BEFORE UPDATE OR DELETE ON inspections_case
    FOR EACH ROW EXECUTE FUNCTION what_was_reported_never_changes();
"""
_UNDO = """
DROP TRIGGER what_was_reported_never_changes ON inspections_case;
DROP FUNCTION what_was_reported_never_changes();
"""
_ADDED_ONLY = (
    "casestep",
    "casemessage",
    "caseescalation",
    "publishedresult",
    "starrating",
    "publicnotice",
    "noticedecision",
    "objection",
    "objectionanswer",
    "departmentbrief",
    "briefevent",
)


class Migration(migrations.Migration):
    dependencies = [("inspections", "0006_cases_and_what_is_published")]
    operations = [
        migrations.RunSQL(_CASES, _UNDO),
        *[append_only(f"inspections_{name}") for name in _ADDED_ONLY],
    ]
