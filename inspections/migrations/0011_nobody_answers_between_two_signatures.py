from django.db import migrations

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
    IF OLD.state = 'signed' AND NEW.state = 'open' AND NEW.version = OLD.version + 1 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a part is signed with its result, and corrected by a new version'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
_PARTS_BEFORE = """
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
    IF OLD.state = 'open' AND NEW.state = 'signed' AND NEW.version = OLD.version
       AND NEW.correcting_because = OLD.correcting_because
       AND EXISTS (SELECT FROM inspections_visitresult
                   WHERE part_id = NEW.id AND version = NEW.version)
    THEN
        RETURN NEW;
    END IF;
    IF OLD.state = 'signed' AND NEW.state = 'open' AND NEW.version = OLD.version + 1 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a part is signed with its result, and corrected by a new version'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
_HALVES = """
CREATE FUNCTION a_half_signature_is_only_sent_back() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD) - 'sent_back_because' - 'sent_back_by_id' - 'sent_back_at';
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.sent_back_at IS NULL AND before =
        to_jsonb(NEW) - 'sent_back_because' - 'sent_back_by_id' - 'sent_back_at'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a half signature is sent back once, and neither changed nor removed'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER a_half_signature_is_only_sent_back
    BEFORE UPDATE OR DELETE ON inspections_halfsignature
    FOR EACH ROW EXECUTE FUNCTION a_half_signature_is_only_sent_back();
"""
_NO_HALVES = """
DROP TRIGGER a_half_signature_is_only_sent_back ON inspections_halfsignature;
DROP FUNCTION a_half_signature_is_only_sent_back();
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0010_two_inspectors_sign_one_result")]
    operations = [
        migrations.RunSQL(_PARTS, _PARTS_BEFORE),
        migrations.RunSQL(_HALVES, _NO_HALVES),
    ]
