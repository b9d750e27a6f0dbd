"""What other tests are given to stand on."""

from datetime import UTC, datetime

import pytest

from facilities.models import CareSession
from tests.facilities.factories import make_group, make_session

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_a_session_by_default_is_open_insured_and_staffed():
    session = make_session(now=NOW)

    assert session.opens_at < NOW < session.starts_at
    assert session.stop == ""
    assert session.facility.insurances.exists()
    assert session.facility.fees.count() == 3


def test_a_session_with_more_children_than_staff_may_have_has_a_breach():
    session = make_session(make_group(), now=NOW, places_taken=8, counted_staff=1)

    assert CareSession.objects.get(pk=session.pk).breach is not None
