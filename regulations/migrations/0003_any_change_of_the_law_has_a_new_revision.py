"""Number every change of the law, so that a process knows when its copy is old.

The number comes from a sequence, which a rollback does not turn back.
"""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE regulations_revision_number;

CREATE FUNCTION regulations_new_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO regulations_regulationsrevision (id, n)
    VALUES (1, nextval('regulations_revision_number'))
    ON CONFLICT (id) DO UPDATE SET n = EXCLUDED.n;
    RETURN NULL;
END $$;

CREATE TRIGGER a_change_of_limits_is_a_new_revision
    AFTER INSERT OR UPDATE OR DELETE ON regulations_limitrow
    FOR EACH STATEMENT EXECUTE FUNCTION regulations_new_revision();
CREATE TRIGGER a_change_of_clauses_is_a_new_revision
    AFTER INSERT OR UPDATE OR DELETE ON regulations_clause
    FOR EACH STATEMENT EXECUTE FUNCTION regulations_new_revision();
CREATE TRIGGER a_change_of_documents_is_a_new_revision
    AFTER INSERT OR UPDATE OR DELETE ON regulations_document
    FOR EACH STATEMENT EXECUTE FUNCTION regulations_new_revision();
"""

BACKWARD = """
DROP TRIGGER a_change_of_documents_is_a_new_revision ON regulations_document;
DROP TRIGGER a_change_of_clauses_is_a_new_revision ON regulations_clause;
DROP TRIGGER a_change_of_limits_is_a_new_revision ON regulations_limitrow;
DROP FUNCTION regulations_new_revision();
DROP SEQUENCE regulations_revision_number;
"""


class Migration(migrations.Migration):
    dependencies = [("regulations", "0002_approved_limits_never_change")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
