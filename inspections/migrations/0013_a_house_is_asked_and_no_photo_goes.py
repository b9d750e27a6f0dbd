from django.db import migrations

from common.triggers import append_only

_FUNCTION = """
CREATE OR REPLACE FUNCTION what_was_reported_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.stage = 'closed' THEN
            RAISE EXCEPTION 'a closed case never changes'
                USING ERRCODE = 'integrity_constraint_violation';
        ELSIF (OLD.id, OLD.public_id, OLD.district_id, OLD.kind, OLD.source, OLD.is_restricted,
            OLD.received_at, OLD.reporter_id, OLD.receipt, OLD."where", OLD.happened_on, OLD.what,
            OLD.contact {old})
            IS NOT DISTINCT FROM
           (NEW.id, NEW.public_id, NEW.district_id, NEW.kind, NEW.source, NEW.is_restricted,
            NEW.received_at, NEW.reporter_id, NEW.receipt, NEW."where", NEW.happened_on, NEW.what,
            NEW.contact {new})
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what was reported neither changes nor goes'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
_NOW = _FUNCTION.format(old=", OLD.sent_as", new=", NEW.sent_as")
_BEFORE = _FUNCTION.format(old="", new="")

_ASKED = """
CREATE FUNCTION a_house_is_never_asked_of_suspected_harm() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM inspections_case c WHERE c.id = NEW.case_id AND c.is_restricted) THEN
        RAISE EXCEPTION 'a house is never asked of suspected harm'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_house_is_never_asked_of_suspected_harm BEFORE INSERT ON inspections_casequestion
    FOR EACH ROW EXECUTE FUNCTION a_house_is_never_asked_of_suspected_harm();
"""
_UNASKED = """
DROP TRIGGER a_house_is_never_asked_of_suspected_harm ON inspections_casequestion;
DROP FUNCTION a_house_is_never_asked_of_suspected_harm();
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0012_photos_of_a_case_and_questions_to_a_house")]
    operations = [
        migrations.RunSQL(_NOW, _BEFORE),
        migrations.RunSQL(_ASKED, _UNASKED),
        *[
            append_only(f"inspections_{name}")
            for name in ("casephoto", "casequestion", "casereply")
        ],
    ]
