"""Two presses at once: one incident, one telling. With the constraint away it goes wrong."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from common.refusals import InvalidInput
from safety import services
from safety.models import DutyTold, Incident
from safety.types import HowTold, Recipient
from tests.facilities.factories import make_house
from tests.families.factories import actor_of, make_grant, make_user
from tests.safety.factories import NOW, a_report, make_incident

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "0b6e0000-0000-4000-8000-000000000001"


@pytest.fixture
def reporter(db, transactional_db):
    house = make_house("石化街道山龙社区“宝宝屋”")
    user = make_user("沈慧珍")
    make_grant(user, "person_in_charge", "facility", str(house.public_id))
    return house, user


def at_once(deed: Callable[[], object], times: int = 4) -> list[object]:
    """Let several threads do the same at the same moment; what each of them got."""
    start, got = threading.Barrier(times), []

    def run() -> None:
        start.wait()
        try:
            got.append(deed())
        except InvalidInput as refused:
            got.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def send_the_form(house, user) -> str:
    return services.report_incident(
        facility=str(house.public_id), incident=a_report(), key=KEY, actor=actor_of(user), now=NOW
    )


def test_a_form_that_arrives_four_times_at_once_is_one_incident(law, reporter):
    house, user = reporter

    got = at_once(lambda: send_the_form(house, user))

    assert got == [KEY] * 4
    assert Incident.objects.count() == 1


def test_without_the_unique_name_it_would_be_several(law, reporter):
    house, user = reporter
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'safety_incident'::regclass"
            " AND contype = 'u'"
        )
        [(unique,)] = cursor.fetchall()
        cursor.execute(f"ALTER TABLE safety_incident DROP CONSTRAINT {unique}")
    try:
        at_once(lambda: send_the_form(house, user))
        assert Incident.objects.count() > 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE safety_incident, safety_incidentduty, safety_incidentchild,"
                " safety_dutytold, safety_dutyescalation, safety_incidentnote,"
                " safety_incidentclosing CASCADE"
            )
            cursor.execute(
                f"ALTER TABLE safety_incident ADD CONSTRAINT {unique} UNIQUE (public_id)"
            )


def test_a_duty_that_four_people_note_at_once_is_noted_once(law, reporter):
    house, user = reporter
    incident = make_incident(house, user)

    got = at_once(
        lambda: services.record_told(
            incident=str(incident.public_id),
            recipient=Recipient.GUARDIANS,
            how=HowTold.PHONE,
            note="",
            told_at=NOW,
            actor=actor_of(user),
            now=NOW,
        )
    )

    assert DutyTold.objects.count() == 1
    assert sum(isinstance(one, InvalidInput) for one in got) == 3
