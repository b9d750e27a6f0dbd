"""The same seed and day give the same rows: all of them or none, and never where it is for real."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from bookings.models import BookedHour, Entitlement
from bookings.types import HourState
from common.fields import EncryptedTextField
from common.intervals import age_in_months, moment_in_shanghai
from common.invariants import findings
from facilities.models import CareSession, District, Facility, Subdistrict
from families.models import Child
from portal.city import build, coming
from portal.city.build import build_city
from portal.city.sizes import SIZES, Scale, Size

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
NOW = moment_in_shanghai(TODAY, time(10))
SMALL = Size(houses=0, families=11, weeks=2, bookings=(1, 3))
# By the clock, or a random name in the private store: nobody outside learns of either.
NEW_EACH_TIME = {
    "inspections.Checklist": {"loaded_at"},
    "inspections.Photo": {"file"},
    "inspections.OrderPhoto": {"file"},
    "inspections.CasePhoto": {"file"},
}


@pytest.fixture
def small(monkeypatch):
    """A city of the same kind, with little history."""
    sizes = {**SIZES, Scale.DEMO: SMALL}
    monkeypatch.setattr(build, "SIZES", sizes)
    return sizes


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the portal's own tables, but for what is sealed anew each time."""
    return dict(_tables())


def _tables() -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    for model in apps.get_models():
        if model.__module__.split(".")[0] in {
            "accounts",
            "audit",
            "bookings",
            "credit",
            "facilities",
            "families",
            "guide",
            "inspections",
            "notifications",
            "safety",
            "staff",
        }:
            names = [
                field.attname
                for field in model._meta.concrete_fields
                if not isinstance(field, EncryptedTextField)
                and field.attname not in NEW_EACH_TIME.get(model._meta.label, ())
            ]
            found = model.objects.order_by("pk").values_list(*names)
            if model._meta.label == "audit.AuditEvent":
                found = found.exclude(kind="regulations.law.loaded")  # by the clock
            yield model._meta.label, [tuple(map(str, row)) for row in found]


def forget_everything() -> None:
    """Empty the tables and count from one again."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        tables = [t for t in connection.introspection.table_names() if t != "django_migrations"]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def unsupervised(monkeypatch):
    """A small city that nobody inspects: quickly built, where that is not what a test is about."""
    sizes = {**SIZES, Scale.DEMO: replace(SMALL, supervised=False)}
    monkeypatch.setattr(build, "SIZES", sizes)


def built(seed: int, today: date = TODAY) -> dict[str, list[tuple[Any, ...]]]:
    forget_everything()
    build_city(seed=seed, scale=Scale.DEMO, today=today, now=moment_in_shanghai(today, time(10)))
    return rows()


def test_the_same_seed_and_day_give_the_same_rows_and_others_give_others(small):
    first = built(7)
    second = built(7)
    later = TODAY + timedelta(days=100)
    other = built(8, today=later)

    assert first["bookings.Booking"] != []
    assert first["inspections.VisitResult"] != []
    for table, found in first.items():
        assert found == second[table], table
    for table in ("families.Child", "bookings.Booking", "facilities.Facility"):
        assert first[table] != other[table], table
    assert all(12 <= age_in_months(c.born_on, later) <= 35 for c in Child.objects.all())
    coming_hours = BookedHour.objects.filter(state=HourState.LIVE)
    assert coming_hours.earliest("starts_at").starts_at > moment_in_shanghai(later, time())


def test_a_city_stands_at_the_end_of_a_year_whose_successor_has_no_calendar_yet(small):
    late = moment_in_shanghai(date(2027, 12, 31), time(22))

    build_city(seed=3, scale=Scale.DEMO, today=date(2027, 12, 31), now=late)

    assert [one for one in findings(now=late, examples=3) if not one.holds] == []
    assert Entitlement.objects.filter(year=2028).exists()


def test_a_city_stands_in_the_holidays_and_last_years_free_hours_have_lapsed(small):
    holiday = date(2026, 1, 3)
    late = moment_in_shanghai(holiday, time(22))

    build_city(seed=3, scale=Scale.DEMO, today=holiday, now=late)

    last_year = Entitlement.objects.filter(year=2025)
    assert last_year.exists()
    assert all(one.granted == one.used + one.lapsed for one in last_year)
    assert [one for one in findings(now=late, examples=3) if not one.holds] == []


def test_a_district_is_filled_up_and_holds(monkeypatch):
    size = Size(houses=30, families=60, weeks=3, bookings=(2, 6), supervised=False)
    monkeypatch.setattr(build, "SIZES", {Scale.DISTRICT: size})

    build_city(seed=5, scale=Scale.DISTRICT, today=TODAY, now=NOW)

    jinshan = Facility.objects.filter(subdistrict__district__code="310116")
    assert jinshan.count() == 30
    assert not jinshan.filter(subdistrict__name="漕泾镇").exists()
    assert Child.objects.filter(subdistrict__district__code="310116").count() == 60 + 61 - 1
    assert [one for one in findings(now=NOW, examples=3) if not one.holds] == []


def test_a_city_has_sixteen_districts_and_holds(monkeypatch):
    size = Size(
        houses=1, families=2, weeks=1, bookings=(1, 2), all_districts=True, supervised=False
    )
    monkeypatch.setattr(build, "SIZES", {Scale.CITY: size})

    build_city(seed=5, scale=Scale.CITY, today=TODAY, now=NOW)

    assert District.objects.count() == 16
    for district in District.objects.all():
        assert Facility.objects.filter(subdistrict__district=district).exists()
        assert Child.objects.filter(subdistrict__district=district).exists()
    assert Subdistrict.objects.count() > 100
    assert [one for one in findings(now=NOW, examples=3) if not one.holds] == []


def test_a_district_and_a_city_are_as_large_as_promised():
    assert SIZES[Scale.DISTRICT].houses == 60
    assert 2_900 < SIZES[Scale.DISTRICT].families < 3_000
    assert SIZES[Scale.DISTRICT].weeks == 52
    assert 16 * SIZES[Scale.CITY].families > 39_000


# --- the command ---------------------------------------------------------------------------------


def test_production_refuses_demo_data(settings):
    settings.DEMO_DATA_ALLOWED = False

    with pytest.raises(CommandError, match="do not allow demo data") as refused:
        call_command("seed_city", "--seed", "1")

    assert refused.value.returncode == 2
    assert not User.objects.exists()


def test_settings_that_say_nothing_refuse_demo_data(settings):
    del settings.DEMO_DATA_ALLOWED

    with pytest.raises(CommandError, match="do not allow demo data"):
        call_command("seed_city", "--seed", "1")


def test_what_is_there_is_never_mixed_with_a_generated_city():
    User.objects.create(phone="13912345678", name="真人")

    with pytest.raises(CommandError, match="not empty"):
        call_command("seed_city", "--seed", "1")

    assert User.objects.count() == 1
    assert not Facility.objects.exists()


def test_a_second_run_that_wants_an_empty_database_does_nothing_and_says_nothing():
    User.objects.create(phone="13912345678", name="真人")
    out, err = StringIO(), StringIO()

    call_command("seed_city", "--seed", "1", "--if-empty", stdout=out, stderr=err)

    assert (out.getvalue(), err.getvalue()) == ("", "")
    assert User.objects.count() == 1


def test_a_run_that_died_leaves_nothing_and_the_next_one_builds(unsupervised, monkeypatch):
    with monkeypatch.context() as dying:
        dying.setattr(coming, "suspend_houses", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            call_command("seed_city", "--seed", "1")
    assert not Facility.objects.exists()
    assert not User.objects.exists()
    out = StringIO()

    call_command("seed_city", "--seed", "1", "--today", "2026-11-22", stdout=out)

    assert out.getvalue() == "The city of seed 1 stands, at the scale of a demo.\n"
    assert CareSession.objects.exists()
    one, other = User(phone="13912345678"), User(phone="13912345679")
    assert one.public_id != other.public_id  # named by chance again
    assert User._meta.get_field("public_id").default is uuid4
