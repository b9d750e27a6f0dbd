"""The people of these tests, and the law they live under."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from families.types import GuardianRight, Relation
from regulations import services as regulations
from tests.facilities.factories import make_subdistrict
from tests.families.factories import NOW, make_guardian, make_operator, make_ready_child, make_user


@pytest.fixture
def law(db):
    """The law, loaded as a fresh portal loads it."""
    regulations.load(now=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture(autouse=True)
def private_store(tmp_path, settings):
    """Files of a test are gone with the test."""
    settings.MEDIA_ROOT = tmp_path / "private"


@pytest.fixture(autouse=True)
def today_it_is_november(monkeypatch):
    """Pages and API are entered at NOW, whenever the tests are run."""
    monkeypatch.setattr("accounts.entrance.timezone", SimpleNamespace(now=lambda: NOW))


@pytest.fixture
def shihua(db):
    return make_subdistrict("石化街道")


@pytest.fixture
def langxia(db):
    return make_subdistrict("廊下镇")


@pytest.fixture
def parent(db):
    return make_user("王芳")


@pytest.fixture
def other_parent(db):
    return make_user("赵敏")


@pytest.fixture
def grandmother(child):
    """The second guardian, who may only look."""
    user = make_user("王奶奶")
    make_guardian(child, user, right=GuardianRight.READ, relation=Relation.GRANDPARENT)
    return user


@pytest.fixture
def operator(shihua):
    return make_operator(shihua)


@pytest.fixture
def other_operator(langxia):
    return make_operator(langxia, "钱管理")


@pytest.fixture
def child(parent, shihua):
    return make_ready_child(parent, shihua, name="王小满", nickname="小满")
