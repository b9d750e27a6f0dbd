from django.db import migrations

UP = """
CREATE FUNCTION a_consent_is_ended_never_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL AND
       ROW(NEW.id, NEW.child_id, NEW.purpose, NEW.given, NEW.text_sha256, NEW.by_id, NEW.at,
           NEW.channel)
       = ROW(OLD.id, OLD.child_id, OLD.purpose, OLD.given, OLD.text_sha256, OLD.by_id, OLD.at,
             OLD.channel) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a consent is ended, never rewritten'
        USING ERRCODE = 'integrity_constraint_violation',
              CONSTRAINT = 'a_consent_is_ended_never_rewritten';
END $$;
CREATE TRIGGER a_consent_is_ended_never_rewritten BEFORE UPDATE OR DELETE ON families_consent
    FOR EACH ROW EXECUTE FUNCTION a_consent_is_ended_never_rewritten();
"""
DOWN = """
DROP TRIGGER a_consent_is_ended_never_rewritten ON families_consent;
DROP FUNCTION a_consent_is_ended_never_rewritten();
"""


class Migration(migrations.Migration):
    dependencies = [("families", "0007_a_child_always_keeps_one_full_guardian")]
    operations = [migrations.RunSQL(UP, DOWN)]
