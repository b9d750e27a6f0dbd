from django.db import migrations

# What may still be written into a row: when and with whom the child left, once; that another row
# has taken its place, once. The tests empty tables between two cases, and say so in their settings.
UP = """
CREATE FUNCTION a_stay_is_closed_once_and_never_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        IF current_setting('babyhouse.tables_may_be_emptied', true) = 'on' THEN
            RETURN NULL;
        END IF;
    ELSIF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL
        AND to_jsonb(NEW) - '{left_at,collected_as,collected_by,collected_ref,closed_by_id,closed_at,closed_by_guess}'::text[] - 'superseded_at'::text
          = to_jsonb(OLD) - '{left_at,collected_as,collected_by,collected_ref,closed_by_id,closed_at,closed_by_guess}'::text[] - 'superseded_at'::text
        AND (OLD.left_at IS NULL OR
             ROW(NEW.left_at, NEW.collected_as, NEW.collected_by, NEW.collected_ref,
                 NEW.closed_by_id, NEW.closed_at, NEW.closed_by_guess)
             IS NOT DISTINCT FROM
             ROW(OLD.left_at, OLD.collected_as, OLD.collected_by, OLD.collected_ref,
                 OLD.closed_by_id, OLD.closed_at, OLD.closed_by_guess)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a stay is closed once and never rewritten'
        USING ERRCODE = 'integrity_constraint_violation',
              CONSTRAINT = 'a_stay_is_closed_once_and_never_rewritten';
END $$;
CREATE TRIGGER a_stay_is_closed_once_and_never_rewritten BEFORE UPDATE OR DELETE ON bookings_stay
    FOR EACH ROW EXECUTE FUNCTION a_stay_is_closed_once_and_never_rewritten();
CREATE TRIGGER stays_are_never_emptied BEFORE TRUNCATE ON bookings_stay
    FOR EACH STATEMENT EXECUTE FUNCTION a_stay_is_closed_once_and_never_rewritten();
"""
DOWN = """
DROP TRIGGER stays_are_never_emptied ON bookings_stay;
DROP TRIGGER a_stay_is_closed_once_and_never_rewritten ON bookings_stay;
DROP FUNCTION a_stay_is_closed_once_and_never_rewritten();
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0003_the_floor_is_written_down")]
    operations = [migrations.RunSQL(UP, DOWN)]
