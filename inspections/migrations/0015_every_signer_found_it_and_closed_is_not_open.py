"""Who found it is every inspector under the result; and no house opens by way of being closed."""

from django.db import migrations

_FIRST_SIGNER = "passer = finder"
_EVERY_SIGNER = """(passer = finder OR EXISTS (
                SELECT FROM inspections_signature g
                WHERE g.result_id = found_in AND g.side = 'inspector' AND g.user_id = passer))"""
_STEPS = """
CREATE OR REPLACE FUNCTION an_order_moves_as_the_table_says() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    last record;
    house bigint;
    grave text;
    finder bigint;
    found_in bigint;
    passer bigint;
BEGIN
    SELECT o.facility_id, o.severity, r.signed_by_id, r.id INTO house, grave, finder, found_in
    FROM inspections_rectificationorder o
    JOIN inspections_finding f ON f.id = o.finding_id
    JOIN inspections_visitresult r ON r.id = f.result_id
    WHERE o.id = NEW.order_id;
    SELECT number, after INTO last FROM inspections_orderstep
    WHERE order_id = NEW.order_id ORDER BY number DESC LIMIT 1;
    IF NEW.number <> coalesce(last.number, 0) + 1 OR NEW.before <> coalesce(last.after, '')
       OR NOT EXISTS (SELECT FROM moves_of_an_order() m
                      WHERE (m.event, m.before, m.after) = (NEW.event, NEW.before, NEW.after))
    THEN
        RAISE EXCEPTION 'an order moves step by step, as its table says'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.event IN ('pass', 'fail') AND NOT EXISTS (
        SELECT FROM inspections_visit v
        JOIN inspections_visitinspector g ON g.visit_id = v.id AND g.user_id = NEW.actor_id
        JOIN inspections_orderstep s ON s.visit_id = v.id AND s.order_id = NEW.order_id
             AND s.event = 'schedule'
        WHERE v.id = NEW.visit_id AND v.kind = 'recheck' AND v.state = 'signed'
          AND v.facility_id = house)
    THEN
        RAISE EXCEPTION 'a recheck is a signed visit to the house, for this order, by who went'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.event = 'close' THEN
        SELECT actor_id INTO passer FROM inspections_orderstep
        WHERE order_id = NEW.order_id AND event = 'pass' ORDER BY number DESC LIMIT 1;
        IF passer IS NULL OR (passer = NEW.actor_id AND (
            (grave = 'severe' AND {found_by_passer})
            OR EXISTS (SELECT FROM inspections_orderstep
                       WHERE order_id = NEW.order_id AND event = 'fail')))
        THEN
            RAISE EXCEPTION 'a pass after a failure, or of what one found oneself, takes two'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""
_HOUSES = """
CREATE OR REPLACE FUNCTION a_house_stays_suspended_until_its_orders_are_over() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state {before} AND NEW.state = 'open' AND EXISTS (
        SELECT FROM inspections_rectificationorder o
        JOIN inspections_orderstep s ON s.order_id = o.id AND s.event = 'suspend'
        WHERE o.facility_id = NEW.id AND o.state NOT IN ('closed', 'withdrawn'))
    THEN
        RAISE EXCEPTION 'a house stays suspended until its orders are over'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0014_houses_are_warned_and_two_look")]
    operations = [
        migrations.RunSQL(
            _STEPS.format(found_by_passer=_EVERY_SIGNER),
            _STEPS.format(found_by_passer=_FIRST_SIGNER),
        ),
        migrations.RunSQL(
            _HOUSES.format(before="<> 'open'"), _HOUSES.format(before="= 'suspended'")
        ),
    ]
