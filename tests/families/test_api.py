"""GET /api/v1/children/: the actor's children and the state of their papers."""

import pytest
from knox.models import AuthToken

from families.types import GuardianRight
from tests.families.factories import make_child, make_guardian, make_ready_child

pytestmark = pytest.mark.usefixtures("law")
ADDRESS = "/api/v1/children/"


def test_a_parent_sees_the_own_children_and_what_they_lack(
    client, parent, other_parent, shihua, child
):
    bare = make_child(parent, subdistrict=shihua, born_on=child.born_on.replace(year=2025))
    make_ready_child(other_parent, shihua)
    client.force_login(parent)

    answer = client.get(ADDRESS)

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    first, second = answer.json()
    assert first == {
        "id": str(child.public_id),
        "name": "王小满",
        "nickname": "小满",
        "born_on": "2024-09-01",
        "age_months": 26,
        "subdistrict": shihua.code,
        "subdistrict_name": "石化街道",
        "relation": "mother",
        "right": "full",
        "may_book": True,
        "papers": {
            "agreement_signed": True,
            "health_check_through": "2027-10-01",
            "health_check_state": "accepted",
            "history_declared": True,
            "consents_missing": [],
            "needs": [],
        },
    }
    assert second["id"] == str(bare.public_id)
    assert second["papers"]["consents_missing"] == ["care", "health"]
    assert "还没有健康检查合格证明。" in second["papers"]["needs"]


@pytest.mark.parametrize(
    ("right", "may"), [(GuardianRight.BOOK, True), (GuardianRight.READ, False)]
)
def test_a_second_guardian_sees_the_own_right(client, child, other_parent, right, may):
    make_guardian(child, other_parent, right=right)
    client.force_login(other_parent)

    [row] = client.get(ADDRESS).json()

    assert (row["right"], row["may_book"]) == (right, may)


def test_identity_number_and_history_are_not_in_it(client, parent, child):
    client.force_login(parent)

    answer = client.get(ADDRESS)

    child.refresh_from_db()
    assert child.identity_number not in answer.text
    assert set(answer.json()[0]) & {"identity_number", "allergies", "medical_history"} == set()


def test_a_program_comes_with_a_token(client, parent, child):
    _, token = AuthToken.objects.create(parent)

    answer = client.get(ADDRESS, headers={"Authorization": f"Token {token}"})

    assert [row["id"] for row in answer.json()] == [str(child.public_id)]


def test_nobody_is_told_to_sign_in(client, child):
    answer = client.get(ADDRESS)

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_question_it_does_not_know_is_refused(client, parent):
    client.force_login(parent)

    answer = client.get(ADDRESS, {"user": "1"})

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert "user" in answer.json()["errors"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_children_are_not_changed_here(client, parent, method):
    client.force_login(parent)

    assert getattr(client, method)(ADDRESS, {}).status_code == 405


def test_more_children_do_not_ask_more_of_the_database(
    client, parent, shihua, child, django_assert_max_num_queries
):
    client.force_login(parent)
    client.get(ADDRESS)
    for _ in range(4):
        make_ready_child(parent, shihua)

    with django_assert_max_num_queries(5):  # session, user, grants, children, the law
        assert len(client.get(ADDRESS).json()) == 5


def test_the_schema_knows_it(client):
    from drf_spectacular.generators import SchemaGenerator

    schema = SchemaGenerator().get_schema(request=None, public=True)

    operation = schema["paths"]["/api/v1/children/"]["get"]
    assert operation["operationId"] == "children_list"
    shape = schema["components"]["schemas"]["ChildShape"]["properties"]
    assert set(shape) >= {"id", "age_months", "may_book", "papers"}
