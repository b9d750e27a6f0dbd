"""An approved limit may only be closed by its successor; what it cites stays as it was cited."""

from django.db import migrations

# Each function refuses with the constraint's name as a sentence, as the CHECKs do.
FORWARD = """
CREATE FUNCTION regulations_refuse(sentence text, about text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: %', sentence, about
        USING ERRCODE = 'check_violation', CONSTRAINT = sentence;
END $$;

CREATE FUNCTION regulations_keep_approved_limits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closing CONSTANT text[] := ARRAY['state', 'superseded_by_id', 'valid_through'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            PERFORM regulations_refuse('an_approved_limit_is_never_deleted', 'limit ' || OLD.id);
        END IF;
        RETURN OLD;
    END IF;
    IF NEW IS NOT DISTINCT FROM OLD OR (OLD.state = 'draft' AND NEW.state <> 'superseded') THEN
        RETURN NEW;
    END IF;
    IF OLD.state = 'ready' AND NEW.state = 'superseded'
        AND NEW.valid_through <= COALESCE(OLD.valid_through, NEW.valid_through)
        AND to_jsonb(NEW) - closing = to_jsonb(OLD) - closing
        AND EXISTS (
            SELECT 1 FROM regulations_limitrow AS successor
            WHERE successor.id = NEW.superseded_by_id AND successor.slot_id = OLD.slot_id
                AND successor.valid_from > NEW.valid_through
        )
    THEN
        RETURN NEW;
    END IF;
    PERFORM regulations_refuse('an_approved_limit_never_changes', 'limit ' || OLD.id);
    RETURN NULL;
END $$;

CREATE TRIGGER an_approved_limit_never_changes
    BEFORE UPDATE OR DELETE ON regulations_limitrow
    FOR EACH ROW EXECUTE FUNCTION regulations_keep_approved_limits();

CREATE FUNCTION regulations_keep_slots() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW IS DISTINCT FROM OLD THEN
        PERFORM regulations_refuse('a_limit_slot_never_changes', 'slot ' || OLD.id);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER a_limit_slot_never_changes
    BEFORE UPDATE ON regulations_limitslot
    FOR EACH ROW EXECUTE FUNCTION regulations_keep_slots();

CREATE FUNCTION regulations_keep_cited_clauses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW IS DISTINCT FROM OLD AND EXISTS (
        SELECT 1 FROM regulations_limitrow WHERE clause_id = OLD.id AND state <> 'draft'
    ) THEN
        PERFORM regulations_refuse('a_cited_clause_never_changes', 'clause ' || OLD.code);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER a_cited_clause_never_changes
    BEFORE UPDATE ON regulations_clause
    FOR EACH ROW EXECUTE FUNCTION regulations_keep_cited_clauses();

-- A document's standing changes with time (its period ends, it is repealed); what it is does not.
CREATE FUNCTION regulations_keep_cited_documents() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing CONSTANT text[] := ARRAY['status', 'stated_period', 'source_file', 'note'];
BEGIN
    IF to_jsonb(NEW) - standing <> to_jsonb(OLD) - standing AND EXISTS (
        SELECT 1 FROM regulations_limitrow AS l JOIN regulations_clause AS c ON c.id = l.clause_id
        WHERE c.document_id = OLD.id AND l.state <> 'draft'
    ) THEN
        PERFORM regulations_refuse('a_cited_document_never_changes', 'document ' || OLD.code);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER a_cited_document_never_changes
    BEFORE UPDATE ON regulations_document
    FOR EACH ROW EXECUTE FUNCTION regulations_keep_cited_documents();
"""

BACKWARD = """
DROP TRIGGER a_cited_document_never_changes ON regulations_document;
DROP TRIGGER a_cited_clause_never_changes ON regulations_clause;
DROP TRIGGER a_limit_slot_never_changes ON regulations_limitslot;
DROP TRIGGER an_approved_limit_never_changes ON regulations_limitrow;
DROP FUNCTION regulations_keep_cited_documents();
DROP FUNCTION regulations_keep_cited_clauses();
DROP FUNCTION regulations_keep_slots();
DROP FUNCTION regulations_keep_approved_limits();
DROP FUNCTION regulations_refuse(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("regulations", "0001_documents_clauses_and_limits")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
