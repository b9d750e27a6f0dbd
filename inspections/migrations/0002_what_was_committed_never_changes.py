from django.db import migrations

_DRAWS = """
CREATE FUNCTION a_draw_only_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a draw is never removed'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'planned' THEN
            RAISE EXCEPTION 'a draw begins with its commitment'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.id, OLD.public_id, OLD.district_id, OLD.month, OLD.domain, OLD.canonical,
        OLD.commitment, OLD.method, OLD.source, OLD.known_at, OLD.planned_by_id, OLD.committed_at)
        IS DISTINCT FROM
       (NEW.id, NEW.public_id, NEW.district_id, NEW.month, NEW.domain, NEW.canonical,
        NEW.commitment, NEW.method, NEW.source, NEW.known_at, NEW.planned_by_id, NEW.committed_at)
    THEN
        RAISE EXCEPTION 'what a draw was committed to never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state <> 'planned' AND
       (OLD.random_value, OLD.random_source, OLD.result, OLD.revealed_by_id, OLD.revealed_at)
        IS DISTINCT FROM
       (NEW.random_value, NEW.random_source, NEW.result, NEW.revealed_by_id, NEW.revealed_at)
    THEN
        RAISE EXCEPTION 'a draw is revealed once'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('planned', 'revealed'), ('revealed', 'published')) THEN
        RAISE EXCEPTION 'a draw only goes forward'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_draw_only_goes_forward BEFORE INSERT OR UPDATE OR DELETE ON inspections_draw
    FOR EACH ROW EXECUTE FUNCTION a_draw_only_goes_forward();
"""
_SECRETS = """
CREATE FUNCTION a_seal_is_opened_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.secret = '' AND (OLD.id, OLD.draw_id, OLD.person_id, OLD.seat, OLD.seal,
            OLD.sealed_at) IS NOT DISTINCT FROM (NEW.id, NEW.draw_id, NEW.person_id, NEW.seat,
            NEW.seal, NEW.sealed_at)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a seal is opened once, and neither changed nor removed'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER a_seal_is_opened_once BEFORE UPDATE OR DELETE ON inspections_drawsecret
    FOR EACH ROW EXECUTE FUNCTION a_seal_is_opened_once();
"""


def _undo(name: str, table: str) -> str:
    return f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();"


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_programme_register_and_draws")]
    operations = [
        migrations.RunSQL(_DRAWS, _undo("a_draw_only_goes_forward", "inspections_draw")),
        migrations.RunSQL(_SECRETS, _undo("a_seal_is_opened_once", "inspections_drawsecret")),
    ]
