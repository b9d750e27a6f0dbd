"""What admission must know of children, in one query."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.types import Actor
from families.models import Consent, Guardian
from families.selectors import child_facts, children, children_of, lock_children
from families.types import (
    REQUIRED_CONSENTS,
    ConsentPurpose,
    GuardianRight,
    Relation,
    ReviewState,
)
from tests.facilities.factories import make_subdistrict
from tests.families.factories import (
    NOW,
    TODAY,
    actor_of,
    make_agreement_text,
    make_child,
    make_consent,
    make_guardian,
    make_health_check,
    make_ready_child,
    make_signature,
)


def facts_of(child, user, *, subdistrict=None, today=TODAY):
    found = child_facts(
        actor_id=user.pk,
        child_public_ids=[str(child.public_id)],
        subdistrict_id=subdistrict.pk if subdistrict else None,
        today=today,
    )
    return found[str(child.public_id)]


def test_a_child_with_all_papers(child, parent, shihua):
    facts = facts_of(child, parent)

    assert facts.id == child.pk
    assert (facts.name, facts.born_on) == (child.name, child.born_on)
    assert (facts.district, facts.subdistrict) == ("310116", shihua.code)
    assert facts.may_book
    assert facts.agreement_signed
    assert facts.health_check_through.isoformat() == "2027-10-01"
    assert facts.health_check_state is ReviewState.ACCEPTED
    assert facts.history_declared
    assert facts.consents_missing == ()


def test_a_child_without_papers(parent, shihua):
    facts = facts_of(make_child(parent, subdistrict=shihua), parent)

    assert not facts.agreement_signed
    assert facts.health_check_through is None
    assert facts.health_check_state is None
    assert not facts.history_declared
    assert facts.consents_missing == REQUIRED_CONSENTS


@pytest.mark.parametrize("how_many", [1, 4])
def test_it_is_one_query_for_any_number_of_children(
    parent, shihua, how_many, django_assert_num_queries
):
    children = [make_ready_child(parent, shihua) for _ in range(how_many)]
    ids = [str(child.public_id) for child in children]

    with django_assert_num_queries(1):
        found = child_facts(
            actor_id=parent.pk, child_public_ids=ids, subdistrict_id=shihua.pk, today=TODAY
        )
        assert {facts.name for facts in found.values()} == {child.name for child in children}

    assert set(found) == set(ids)


def test_other_peoples_and_missing_children_are_absent(child, other_parent, parent):
    asked = [str(child.public_id), str(uuid4()), "nonsense", ""]

    assert (
        child_facts(
            actor_id=other_parent.pk, child_public_ids=asked, subdistrict_id=None, today=TODAY
        )
        == {}
    )
    assert set(
        child_facts(actor_id=parent.pk, child_public_ids=asked, subdistrict_id=None, today=TODAY)
    ) == {str(child.public_id)}


def test_nobody_has_no_children(child):
    assert children_of(Actor(user_id=None)) == []
    assert (
        child_facts(
            actor_id=0, child_public_ids=[str(child.public_id)], subdistrict_id=None, today=TODAY
        )
        == {}
    )


@pytest.mark.parametrize(
    ("right", "may_book"),
    [(GuardianRight.FULL, True), (GuardianRight.BOOK, True), (GuardianRight.READ, False)],
)
def test_who_may_book(child, other_parent, right, may_book):
    make_guardian(child, other_parent, right=right)

    assert facts_of(child, other_parent).may_book is may_book


def test_an_ended_guardian_has_no_child_any_more(child, other_parent):
    make_guardian(child, other_parent, right=GuardianRight.BOOK, ended_at=NOW)

    assert children_of(actor_of(other_parent)) == []
    assert (
        child_facts(
            actor_id=other_parent.pk,
            child_public_ids=[str(child.public_id)],
            subdistrict_id=None,
            today=TODAY,
        )
        == {}
    )


def test_a_guardian_who_came_back_stands_once(child, other_parent):
    make_guardian(child, other_parent, right=GuardianRight.FULL, ended_at=NOW)
    make_guardian(child, other_parent, right=GuardianRight.READ)

    [row] = children_of(actor_of(other_parent))
    assert row.right is GuardianRight.READ


class TestAgreement:
    def test_of_another_subdistrict_is_asked_for_by_itself(self, child, parent, langxia):
        make_agreement_text(langxia)

        assert not facts_of(child, parent, subdistrict=langxia).agreement_signed
        assert facts_of(child, parent).agreement_signed

    def test_signed_for_the_house_elsewhere(self, parent, shihua, langxia):
        child = make_ready_child(parent, shihua, signed_for=[langxia])

        assert facts_of(child, parent, subdistrict=langxia).agreement_signed

    def test_a_subdistrict_without_a_text_has_none_signed(self, child, parent, langxia):
        assert not facts_of(child, parent, subdistrict=langxia).agreement_signed

    def test_a_newer_version_must_be_signed_from_its_first_day(self, child, parent, shihua):
        newer = make_agreement_text(shihua, version=2, text="新版", valid_from=TODAY)

        yesterday = facts_of(child, parent, today=TODAY - timedelta(days=1))
        assert yesterday.agreement_signed
        assert not facts_of(child, parent).agreement_signed

        make_signature(child, newer, parent)
        assert facts_of(child, parent).agreement_signed

    def test_signed_for_a_sibling_is_not_signed(self, parent, shihua, child):
        sibling = make_child(parent, subdistrict=shihua)

        assert facts_of(child, parent).agreement_signed
        assert not facts_of(sibling, parent).agreement_signed


class TestHealthCheck:
    def test_the_one_that_holds_longest_counts(self, child, parent):
        make_health_check(child, by=parent, valid_through=TODAY, handed_in_at=NOW)

        assert facts_of(child, parent).health_check_through.isoformat() == "2027-10-01"

    @pytest.mark.parametrize("state", [ReviewState.SUBMITTED, ReviewState.REJECTED])
    def test_only_accepted_ones_count_but_the_newest_tells_its_state(self, child, parent, state):
        make_health_check(
            child,
            by=parent,
            state=state,
            valid_through=TODAY.replace(year=2029),
            handed_in_at=NOW,
        )

        facts = facts_of(child, parent)
        assert facts.health_check_through.isoformat() == "2027-10-01"
        assert facts.health_check_state is state


class TestConsents:
    def test_a_refused_one_is_missing(self, parent, shihua):
        child = make_ready_child(parent, shihua, consents=[ConsentPurpose.CARE])
        make_consent(child, ConsentPurpose.HEALTH, by=parent, given=False)

        assert facts_of(child, parent).consents_missing == (ConsentPurpose.HEALTH,)

    def test_a_withdrawn_one_is_missing_at_once(self, child, parent):
        Consent.objects.filter(child=child, purpose=ConsentPurpose.CARE).update(
            withdrawn_at=NOW, withdrawn_by=parent
        )

        assert facts_of(child, parent).consents_missing == (ConsentPurpose.CARE,)

    def test_the_optional_ones_are_never_missing(self, child, parent):
        make_consent(child, ConsentPurpose.GUIDANCE, by=parent, given=False)

        assert facts_of(child, parent).consents_missing == ()


@pytest.mark.django_db(transaction=True)
def test_children_are_locked_in_order_of_id(django_assert_num_queries):
    from django.db import transaction

    one, other = make_ready_child(), make_ready_child()

    with transaction.atomic(), django_assert_num_queries(1) as asked:
        locked = lock_children([other.pk, one.pk, one.pk, 0])

    assert locked == sorted([one.pk, other.pk])
    sql = asked[0]["sql"]
    assert "ORDER BY" in sql
    assert 'FOR NO KEY UPDATE OF "families_child"' in sql


def test_the_relation_is_the_actors_own(child, grandmother):
    [row] = children_of(actor_of(grandmother))

    assert row.relation is Relation.GRANDPARENT
    assert Guardian.objects.filter(child=child).count() == 2


@pytest.mark.parametrize("spoiled", ["nothing", "agreement", "check", "history", "consent"])
def test_the_written_out_statement_says_what_the_models_say(spoiled, child, parent, shihua):
    make_guardian(child)
    if spoiled == "check":
        child.health_checks.update(state="rejected")
    if spoiled == "history":
        type(child).objects.filter(pk=child.pk).update(history_declared_at=None)
    if spoiled == "consent":
        child.consents.update(withdrawn_at=NOW, withdrawn_by=parent)
    asked = make_subdistrict("山阳镇") if spoiled == "agreement" else shihua

    written = facts_of(child, parent, subdistrict=asked)

    [by_models] = children.read(
        children.with_papers(children.standing_with(parent.pk), asked.pk, TODAY)
    )
    assert written == children.facts_of(by_models)
    assert len(written.guardian_ids) == 2
