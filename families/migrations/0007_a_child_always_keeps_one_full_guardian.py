from django.db import migrations

# The child's row is locked before the others are counted: two guardians who end each other at
# the same moment queue here, and the second one finds nobody left.
UP = """
CREATE FUNCTION a_child_always_keeps_one_full_guardian() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM families_child WHERE id = OLD.child_id FOR NO KEY UPDATE;
    IF NOT EXISTS (
        SELECT 1 FROM families_guardian
        WHERE child_id = OLD.child_id AND "right" = 'full' AND ended_at IS NULL
    ) THEN
        RAISE EXCEPTION 'a child always keeps one full guardian'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'a_child_always_keeps_one_full_guardian';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER a_child_always_keeps_one_full_guardian
    AFTER UPDATE OR DELETE ON families_guardian FOR EACH ROW
    WHEN (OLD."right" = 'full' AND OLD.ended_at IS NULL)
    EXECUTE FUNCTION a_child_always_keeps_one_full_guardian();
"""
DOWN = """
DROP TRIGGER a_child_always_keeps_one_full_guardian ON families_guardian;
DROP FUNCTION a_child_always_keeps_one_full_guardian();
"""


class Migration(migrations.Migration):
    dependencies = [("families", "0006_health_checks_are_found_to_review")]
    operations = [migrations.RunSQL(UP, DOWN)]
