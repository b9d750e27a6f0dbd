import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.triggers import append_only

# What may happen to an order, as inspections.rules.orders has it; a test holds the two together.
_MOVES = """
CREATE FUNCTION moves_of_an_order() RETURNS TABLE (event text, before text, after text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES
        ('issue', '', 'issued'),
        ('plan', 'issued', 'planned'), ('plan', 'planned', 'planned'),
        ('claim', 'planned', 'claimed'),
        ('send_back', 'claimed', 'issued'),
        ('ask_recheck', 'claimed', 'recheck_due'),
        ('turn_green', 'issued', 'recheck_due'), ('turn_green', 'planned', 'recheck_due'),
        ('turn_green', 'claimed', 'recheck_due'),
        ('turn_red', 'recheck_due', 'issued'),
        ('schedule', 'recheck_due', 'recheck_due'),
        ('pass', 'recheck_due', 'passed'),
        ('fail', 'recheck_due', 'issued'),
        ('close', 'passed', 'closed'),
        ('ask_extension', 'issued', 'issued'), ('ask_extension', 'planned', 'planned'),
        ('extend', 'issued', 'issued'), ('extend', 'planned', 'planned'),
        ('suspend', 'issued', 'issued'), ('suspend', 'planned', 'planned'),
        ('suspend', 'claimed', 'claimed'), ('suspend', 'recheck_due', 'recheck_due'),
        ('withdraw', 'issued', 'withdrawn'), ('withdraw', 'planned', 'withdrawn'),
        ('withdraw', 'claimed', 'withdrawn'), ('withdraw', 'recheck_due', 'withdrawn')
$$;
"""
_NO_MOVES = "DROP FUNCTION moves_of_an_order();"
_STEPS = """
CREATE FUNCTION an_order_moves_as_the_table_says() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
    house bigint;
    grave text;
    finder bigint;
    passer bigint;
BEGIN
    SELECT o.facility_id, o.severity, r.signed_by_id INTO house, grave, finder
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
            (grave = 'severe' AND passer = finder)
            OR EXISTS (SELECT FROM inspections_orderstep
                       WHERE order_id = NEW.order_id AND event = 'fail')))
        THEN
            RAISE EXCEPTION 'a pass after a failure, or of what one found oneself, takes two'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER an_order_moves_as_the_table_says BEFORE INSERT ON inspections_orderstep
    FOR EACH ROW EXECUTE FUNCTION an_order_moves_as_the_table_says();

CREATE FUNCTION an_order_follows_its_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE inspections_rectificationorder
    SET state = NEW.after, due_on = coalesce(NEW.due_on, due_on) WHERE id = NEW.order_id;
    RETURN NULL;
END $$;
CREATE TRIGGER an_order_follows_its_steps AFTER INSERT ON inspections_orderstep
    FOR EACH ROW EXECUTE FUNCTION an_order_follows_its_steps();
"""
_NO_STEPS = """
DROP TRIGGER an_order_follows_its_steps ON inspections_orderstep;
DROP FUNCTION an_order_follows_its_steps();
DROP TRIGGER an_order_moves_as_the_table_says ON inspections_orderstep;
DROP FUNCTION an_order_moves_as_the_table_says();
"""
_ORDERS = """
CREATE FUNCTION an_order_is_what_its_steps_say() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'issued' THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF to_jsonb(OLD) - '{state,due_on}'::text[] = to_jsonb(NEW) - '{state,due_on}'::text[]
           AND NEW.state = (SELECT after FROM inspections_orderstep
                            WHERE order_id = NEW.id ORDER BY number DESC LIMIT 1)
           AND NEW.due_on = (SELECT due_on FROM inspections_orderstep
                             WHERE order_id = NEW.id AND due_on IS NOT NULL
                             ORDER BY number DESC LIMIT 1)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'an order is what its steps say, and is never removed'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER an_order_is_what_its_steps_say
    BEFORE INSERT OR UPDATE OR DELETE ON inspections_rectificationorder
    FOR EACH ROW EXECUTE FUNCTION an_order_is_what_its_steps_say();
"""
_NO_ORDERS = """
DROP TRIGGER an_order_is_what_its_steps_say ON inspections_rectificationorder;
DROP FUNCTION an_order_is_what_its_steps_say();
"""
_HOUSES = """
CREATE FUNCTION a_house_stays_suspended_until_its_orders_are_over() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'suspended' AND NEW.state = 'open' AND EXISTS (
        SELECT FROM inspections_rectificationorder o
        JOIN inspections_orderstep s ON s.order_id = o.id AND s.event = 'suspend'
        WHERE o.facility_id = NEW.id AND o.state NOT IN ('closed', 'withdrawn'))
    THEN
        RAISE EXCEPTION 'a house stays suspended until its orders are over'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_house_stays_suspended_until_its_orders_are_over
    BEFORE UPDATE OF state ON facilities_facility
    FOR EACH ROW EXECUTE FUNCTION a_house_stays_suspended_until_its_orders_are_over();
"""
_NO_HOUSES = """
DROP TRIGGER a_house_stays_suspended_until_its_orders_are_over ON facilities_facility;
DROP FUNCTION a_house_stays_suspended_until_its_orders_are_over();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("facilities", "0003_a_house_says_who_suspended_it"),
        ("inspections", "0004_what_was_signed_never_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderEscalation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("house", "house"),
                            ("subdistrict", "subdistrict"),
                            ("lead", "lead"),
                        ],
                        max_length=11,
                    ),
                ),
                ("due_on", models.DateField()),
                ("at", models.DateTimeField()),
                ("recipients", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="OrderPhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("file", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="OrderStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("issue", "issue"),
                            ("plan", "plan"),
                            ("claim", "claim"),
                            ("send_back", "send_back"),
                            ("ask_recheck", "ask_recheck"),
                            ("turn_green", "turn_green"),
                            ("turn_red", "turn_red"),
                            ("schedule", "schedule"),
                            ("pass", "pass"),
                            ("fail", "fail"),
                            ("close", "close"),
                            ("ask_extension", "ask_extension"),
                            ("extend", "extend"),
                            ("suspend", "suspend"),
                            ("withdraw", "withdraw"),
                        ],
                        max_length=13,
                    ),
                ),
                (
                    "before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("issued", "issued"),
                            ("planned", "planned"),
                            ("claimed", "claimed"),
                            ("recheck_due", "recheck_due"),
                            ("passed", "passed"),
                            ("closed", "closed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="",
                        max_length=11,
                    ),
                ),
                (
                    "after",
                    models.CharField(
                        choices=[
                            ("issued", "issued"),
                            ("planned", "planned"),
                            ("claimed", "claimed"),
                            ("recheck_due", "recheck_due"),
                            ("passed", "passed"),
                            ("closed", "closed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=11,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, default="", max_length=1000)),
                ("promised_on", models.DateField(null=True)),
                ("due_on", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="RectificationOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "department",
                    models.CharField(
                        choices=[
                            ("education", "education"),
                            ("health", "health"),
                            ("police", "police"),
                            ("fire", "fire"),
                            ("market", "market"),
                            ("house", "house"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("ordinary", "ordinary"),
                            ("serious", "serious"),
                            ("severe", "severe"),
                        ],
                        max_length=8,
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("issued_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("issued", "issued"),
                            ("planned", "planned"),
                            ("claimed", "claimed"),
                            ("recheck_due", "recheck_due"),
                            ("passed", "passed"),
                            ("closed", "closed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="issued",
                        max_length=11,
                    ),
                ),
                ("due_on", models.DateField()),
            ],
        ),
        migrations.AlterField(
            model_name="visit",
            name="kind",
            field=models.CharField(
                choices=[
                    ("random", "random"),
                    ("self", "self"),
                    ("patrol", "patrol"),
                    ("spot", "spot"),
                    ("joint", "joint"),
                    ("paired", "paired"),
                    ("recheck", "recheck"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "recheck"), _negated=True),
                    ("checklist__isnull", True),
                    _connector="OR",
                ),
                name="a_recheck_looks_at_one_thing_and_not_at_a_checklist",
            ),
        ),
        migrations.AddField(
            model_name="orderstep",
            name="actor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="orderstep",
            name="visit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="order_steps",
                to="inspections.visit",
            ),
        ),
        migrations.AddField(
            model_name="orderphoto",
            name="step",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="photos",
                to="inspections.orderstep",
            ),
        ),
        migrations.AddField(
            model_name="rectificationorder",
            name="facility",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rectification_orders",
                to="facilities.facility",
            ),
        ),
        migrations.AddField(
            model_name="rectificationorder",
            name="finding",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="order",
                to="inspections.finding",
            ),
        ),
        migrations.AddField(
            model_name="rectificationorder",
            name="recurs",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recurrences",
                to="inspections.rectificationorder",
            ),
        ),
        migrations.AddField(
            model_name="orderstep",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps",
                to="inspections.rectificationorder",
            ),
        ),
        migrations.AddField(
            model_name="orderescalation",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="escalations",
                to="inspections.rectificationorder",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderphoto",
            constraint=models.UniqueConstraint(
                fields=("step", "sha256"), name="evidence_is_kept_once_for_a_step"
            ),
        ),
        migrations.AddIndex(
            model_name="rectificationorder",
            index=models.Index(fields=["facility", "code"], name="orders_of_a_house_by_item"),
        ),
        migrations.AddIndex(
            model_name="rectificationorder",
            index=models.Index(fields=["state", "due_on"], name="orders_by_state_and_day"),
        ),
        migrations.AddConstraint(
            model_name="rectificationorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gte", models.F("issued_on"))),
                name="an_order_is_due_after_it_is_issued",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderstep",
            constraint=models.UniqueConstraint(
                fields=("order", "number"), name="steps_of_an_order_have_an_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("event__in", ["pass", "fail"])),
                fields=("visit",),
                name="a_recheck_is_decided_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("actor__isnull", False),
                    ("event__in", ["issue", "turn_green", "turn_red"]),
                    _connector="OR",
                ),
                name="a_step_that_a_person_takes_names_them",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), _negated=True),
                    ("event__in", ["issue", "ask_recheck", "schedule", "pass", "close"]),
                    _connector="OR",
                ),
                name="a_step_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("event", "plan"), ("promised_on__isnull", True), _connector="XOR"
                ),
                name="a_plan_promises_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("event__in", ["issue", "extend"]), ("due_on__isnull", True), _connector="XOR"
                ),
                name="an_order_gets_its_day_when_issued_or_extended",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("event__in", ["schedule", "pass", "fail"]),
                    ("visit__isnull", True),
                    _connector="XOR",
                ),
                name="a_recheck_is_a_visit",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderescalation",
            constraint=models.UniqueConstraint(
                fields=("order", "level", "due_on"), name="a_level_hears_of_a_late_order_once"
            ),
        ),
        migrations.RunSQL(_MOVES, _NO_MOVES),
        migrations.RunSQL(_STEPS, _NO_STEPS),
        migrations.RunSQL(_ORDERS, _NO_ORDERS),
        migrations.RunSQL(_HOUSES, _NO_HOUSES),
        append_only("inspections_orderstep"),
        append_only("inspections_orderphoto"),
    ]
