from django.db import migrations

from common.triggers import append_only

_CHECKLISTS = """
CREATE FUNCTION a_used_checklist_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
BEGIN
    IF TG_TABLE_NAME = 'inspections_checklist' THEN
        ids := ARRAY[OLD.id];
    ELSIF TG_OP = 'INSERT' THEN
        ids := ARRAY[NEW.checklist_id];
    ELSIF TG_OP = 'DELETE' THEN
        ids := ARRAY[OLD.checklist_id];
    ELSE
        ids := ARRAY[OLD.checklist_id, NEW.checklist_id];
    END IF;
    IF EXISTS (SELECT FROM inspections_visit WHERE checklist_id = ANY(ids)) THEN
        RAISE EXCEPTION 'a used checklist never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_used_checklist_never_changes
    BEFORE UPDATE OR DELETE ON inspections_checklist
    FOR EACH ROW EXECUTE FUNCTION a_used_checklist_never_changes();
CREATE TRIGGER an_item_of_a_used_checklist_never_changes
    BEFORE INSERT OR UPDATE OR DELETE ON inspections_checklistitem
    FOR EACH ROW EXECUTE FUNCTION a_used_checklist_never_changes();
"""
_NO_CHECKLISTS = """
DROP TRIGGER an_item_of_a_used_checklist_never_changes ON inspections_checklistitem;
DROP TRIGGER a_used_checklist_never_changes ON inspections_checklist;
DROP FUNCTION a_used_checklist_never_changes();
"""
_PARTS = """
CREATE FUNCTION a_part_is_signed_version_by_version() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER a_part_is_signed_version_by_version
    BEFORE INSERT OR UPDATE OR DELETE ON inspections_visitpart
    FOR EACH ROW EXECUTE FUNCTION a_part_is_signed_version_by_version();
"""
_ITEMS = """
CREATE FUNCTION what_the_rows_said_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an item of a visit is never removed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND
       (OLD.id, OLD.part_id, OLD.item_id, OLD.rows_say, OLD.said, OLD.link, OLD.read_at)
        IS DISTINCT FROM
       (NEW.id, NEW.part_id, NEW.item_id, NEW.rows_say, NEW.said, NEW.link, NEW.read_at)
    THEN
        RAISE EXCEPTION 'what the rows said at the opening never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM inspections_visitpart WHERE id = NEW.part_id AND state = 'open')
    THEN
        RAISE EXCEPTION 'what was signed is answered no more'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER what_the_rows_said_never_changes
    BEFORE INSERT OR UPDATE OR DELETE ON inspections_visititem
    FOR EACH ROW EXECUTE FUNCTION what_the_rows_said_never_changes();
"""
_PHOTOS = """
CREATE FUNCTION a_signed_photo_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM inspections_visititem i JOIN inspections_visitpart p
                   ON p.id = i.part_id WHERE i.id = NEW.item_id AND p.state = 'open')
        THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM inspections_visititem i JOIN inspections_visitpart p
                   ON p.id = i.part_id WHERE i.id = OLD.item_id AND p.state = 'open'
                   AND p.version = 1)
        THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'a photo of a signed part is neither added, changed nor removed'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER a_signed_photo_stays BEFORE INSERT OR UPDATE OR DELETE ON inspections_photo
    FOR EACH ROW EXECUTE FUNCTION a_signed_photo_stays();
"""
_FINDINGS = """
CREATE FUNCTION a_finding_is_only_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD) - 'withdrawn_by_id';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF before = to_jsonb(NEW) - 'withdrawn_by_id' AND OLD.withdrawn_by_id IS NULL THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a finding is withdrawn once, and neither changed nor removed'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER a_finding_is_only_withdrawn BEFORE UPDATE OR DELETE ON inspections_finding
    FOR EACH ROW EXECUTE FUNCTION a_finding_is_only_withdrawn();
"""
_CHAIN = """
CREATE FUNCTION a_result_follows_the_one_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number > 1 AND NOT EXISTS (
        SELECT FROM inspections_visitresult
        WHERE number = NEW.number - 1 AND sha256 = NEW.previous)
    THEN
        RAISE EXCEPTION 'a result names the hash of the one before it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_result_follows_the_one_before BEFORE INSERT ON inspections_visitresult
    FOR EACH ROW EXECUTE FUNCTION a_result_follows_the_one_before();
"""


def _guard(sql: str, name: str, table: str) -> migrations.RunSQL:
    return migrations.RunSQL(sql, f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();")


class Migration(migrations.Migration):
    dependencies = [("inspections", "0003_checklists_and_what_a_visit_found")]
    operations = [
        migrations.RunSQL(_CHECKLISTS, _NO_CHECKLISTS),
        _guard(_PARTS, "a_part_is_signed_version_by_version", "inspections_visitpart"),
        _guard(_ITEMS, "what_the_rows_said_never_changes", "inspections_visititem"),
        _guard(_PHOTOS, "a_signed_photo_stays", "inspections_photo"),
        _guard(_FINDINGS, "a_finding_is_only_withdrawn", "inspections_finding"),
        _guard(_CHAIN, "a_result_follows_the_one_before", "inspections_visitresult"),
        append_only("inspections_visitresult"),
        append_only("inspections_signature"),
    ]
