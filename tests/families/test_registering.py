"""A guardian registers a child."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from audit.models import AuditEvent
from common.refusals import InvalidInput
from families import messages, services
from families.models import Child, Consent, Guardian, RegistrationAttempt
from families.services.children import (
    CHILDREN_AN_ACCOUNT,
    REFUSED_REGISTRATIONS_A_DAY,
    REGISTRATIONS_A_DAY,
)
from families.types import ConsentPurpose, GuardianRight, NewChild, Relation, Sex
from tests.families.factories import (
    BORN_ON,
    NOW,
    actor_of,
    make_child,
    make_identity_number,
)

pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def new_child(shihua):
    return NewChild(
        name="王小满",
        nickname="小满",
        sex=Sex.GIRL,
        born_on=BORN_ON,
        identity_number=make_identity_number(serial=1),
        subdistrict=shihua.code,
        relation=Relation.MOTHER,
        consents={ConsentPurpose.CARE: True},
    )


def register(user, child):
    return services.register_child(actor=actor_of(user), now=NOW, child=child)


def nothing_was_written():
    return not (Child.objects.exists() or Guardian.objects.exists() or Consent.objects.exists())


def test_the_first_guardian_has_the_full_right(parent, new_child):
    public_id = register(parent, new_child)

    child = Child.objects.get(public_id=public_id)
    guardian = child.guardians.get()
    assert (guardian.user, guardian.right) == (parent, GuardianRight.FULL)
    assert (guardian.relation, guardian.since) == (Relation.MOTHER, NOW)
    assert (child.name, child.nickname, child.born_on) == ("王小满", "小满", BORN_ON)


def test_no_child_is_there_without_the_guardians_consent(parent, new_child):
    for consents in ({}, {ConsentPurpose.CARE: False}, {ConsentPurpose.HEALTH: True}):
        with pytest.raises(InvalidInput) as refused:
            register(parent, replace(new_child, consents=consents))
        assert refused.value.faults == {"care": [messages.CARE_CONSENT_FIRST]}

    assert nothing_was_written()


def test_the_consent_remembers_its_words(parent, new_child):
    register(parent, new_child)

    consent = Consent.objects.get()
    assert (consent.purpose, consent.given, consent.by) == (ConsentPurpose.CARE, True, parent)
    assert consent.text_sha256 == messages.CONSENT_TEXTS[ConsentPurpose.CARE].sha256


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"identity_number": "310116202409010021"}, "identity_number"),
        ({"identity_number": "1"}, "identity_number"),
        ({"born_on": date(2024, 9, 2)}, "identity_number"),
        ({"sex": Sex.BOY}, "identity_number"),
        ({"born_on": date(2026, 11, 23)}, "born_on"),
        ({"born_on": date(2023, 11, 22)}, "born_on"),
        ({"name": " \u200b "}, "name"),
        ({"subdistrict": "999999999"}, "subdistrict"),
    ],
)
def test_what_does_not_hold_is_told_and_nothing_is_written(parent, new_child, changes, field):
    with pytest.raises(InvalidInput) as refused:
        register(parent, replace(new_child, **changes))

    assert field in refused.value.faults
    assert nothing_was_written()
    assert not AuditEvent.objects.filter(kind__startswith="families.").exists()


def test_all_faults_are_told_at_once(parent, new_child):
    with pytest.raises(InvalidInput) as refused:
        register(
            parent,
            replace(new_child, name="", identity_number="1", subdistrict="x", consents={}),
        )

    assert set(refused.value.faults) == {"name", "identity_number", "subdistrict", "care"}


def test_a_second_account_learns_neither_who_registered_the_child_nor_changes_anything(
    parent, other_parent, new_child
):
    register(parent, new_child)
    typed_otherwise = f" {new_child.identity_number.lower()} "

    with pytest.raises(InvalidInput) as refused:
        register(other_parent, replace(new_child, identity_number=typed_otherwise))

    assert refused.value.faults == {"identity_number": [messages.REGISTERED_ELSEWHERE]}
    assert parent.name not in str(refused.value)
    assert Child.objects.count() == 1
    assert not Guardian.objects.filter(user=other_parent).exists()


def test_the_attempt_stays_on_record_and_the_first_guardian_sees_it(
    parent, other_parent, new_child
):
    public_id = register(parent, new_child)

    with pytest.raises(InvalidInput):
        register(other_parent, new_child)

    attempt = AuditEvent.objects.get(kind="families.child.registration_refused")
    assert (attempt.actor_id, attempt.subject) == (other_parent.pk, f"child:{public_id}")
    assert attempt.child_id == Child.objects.get().pk


def test_the_same_guardian_is_told_that_the_child_is_there_already(parent, new_child):
    register(parent, new_child)

    with pytest.raises(InvalidInput) as refused:
        register(parent, new_child)

    assert refused.value.faults == {"identity_number": [messages.REGISTERED_BY_YOU]}


class TestTryingTooOften:
    """Whoever holds a list of numbers must not learn from us which of them are children here."""

    def try_wrong_numbers(self, user, child, times):
        for _ in range(times):
            with pytest.raises(InvalidInput):
                register(user, replace(child, identity_number="1"))

    def refused_as(self, user, child, now=NOW):
        with pytest.raises(InvalidInput) as refused:
            services.register_child(actor=actor_of(user), now=now, child=child)
        return str(refused.value)

    def test_refused_numbers_are_counted_though_they_were_refused(
        self, parent, other_parent, new_child
    ):
        register(parent, new_child)
        for _ in range(REFUSED_REGISTRATIONS_A_DAY - 1):
            assert messages.REGISTERED_ELSEWHERE in self.refused_as(other_parent, new_child)
        self.try_wrong_numbers(other_parent, new_child, 1)

        # The same answer for a child that is here and one that is not.
        another = replace(new_child, identity_number=make_identity_number(serial=2))
        for child in (new_child, another):
            assert messages.REFUSED_TOO_OFTEN in self.refused_as(other_parent, child)

        kind = "families.child.registration_refused"
        on_record = AuditEvent.objects.filter(kind=kind).count()
        assert on_record == REFUSED_REGISTRATIONS_A_DAY - 1
        assert Child.objects.count() == 1

    def test_another_account_and_another_day_are_free(self, parent, other_parent, new_child):
        self.try_wrong_numbers(parent, new_child, REFUSED_REGISTRATIONS_A_DAY)
        assert messages.REFUSED_TOO_OFTEN in self.refused_as(parent, new_child)

        other = replace(new_child, identity_number=make_identity_number(serial=2))
        register(other_parent, other)
        tomorrow = NOW + timedelta(days=1)
        services.register_child(actor=actor_of(parent), now=tomorrow, child=new_child)

        assert Child.objects.count() == 2

    def test_what_was_forgotten_elsewhere_costs_nothing(self, parent, new_child):
        for _ in range(REFUSED_REGISTRATIONS_A_DAY + 1):
            assert messages.NAME_FAULT in self.refused_as(parent, replace(new_child, name=""))

        assert register(parent, new_child)

    def test_so_many_children_a_day(self, parent, new_child):
        for serial in range(REGISTRATIONS_A_DAY):
            register(parent, self.sibling(new_child, serial))

        late = self.sibling(new_child, REGISTRATIONS_A_DAY)
        assert messages.REGISTERED_TOO_OFTEN in self.refused_as(parent, late)
        assert Child.objects.count() == REGISTRATIONS_A_DAY
        tomorrow = NOW + timedelta(days=1)
        assert services.register_child(actor=actor_of(parent), now=tomorrow, child=late)

    def test_so_many_children_an_account(self, parent, new_child, shihua):
        for _ in range(CHILDREN_AN_ACCOUNT):
            make_child(parent, subdistrict=shihua)

        assert messages.TOO_MANY_CHILDREN in self.refused_as(parent, new_child)

    def test_nothing_that_was_typed_is_kept(self, parent, new_child):
        self.try_wrong_numbers(parent, new_child, 1)

        columns = {column.name for column in RegistrationAttempt._meta.get_fields()}
        assert columns == {"id", "user", "at", "is_refused"}

    def sibling(self, child, serial):
        return replace(child, identity_number=make_identity_number(serial=100 + serial))


def test_the_identity_number_stands_nowhere_in_the_database(parent, new_child):
    register(parent, new_child)
    number = new_child.identity_number

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text, c.identity_number FROM families_child c")
        [(row, sealed)] = cursor.fetchall()
        cursor.execute("SELECT string_agg(row_to_json(a)::text, '') FROM audit_auditevent a")
        [(trail,)] = cursor.fetchall()

    assert number not in row
    assert number.encode().hex() not in row
    assert number.encode() not in bytes(sealed)
    assert number not in trail
    assert Child.objects.get().identity_number == number


def test_equal_numbers_are_found_by_a_keyed_code_only(parent, new_child, settings):
    register(parent, new_child)
    settings.LOOKUP_KEY = "b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItMDA="
    from common.crypto import lookup_code

    assert Child.objects.get().identity_code != lookup_code(new_child.identity_number)


@pytest.mark.parametrize("key", ["LOOKUP_KEY", "FIELD_KEY"])
def test_without_a_key_nothing_is_stored(parent, new_child, settings, key):
    setattr(settings, key, "")

    with pytest.raises(ImproperlyConfigured, match=key):
        register(parent, new_child)

    assert nothing_was_written()


def test_the_number_is_not_in_what_python_prints(new_child):
    assert new_child.identity_number not in repr(new_child)


def test_registering_leaves_its_trace(parent, new_child):
    public_id = register(parent, new_child)

    events = AuditEvent.objects.filter(kind__startswith="families.").order_by("pk")
    assert list(events.values_list("kind", "actor_id", "subject")) == [
        ("families.child.registered", parent.pk, f"child:{public_id}"),
        ("families.consent.given", parent.pk, f"child:{public_id}"),
    ]


def test_two_children_born_on_one_day_are_two(parent, shihua):
    one, other = make_child(parent, subdistrict=shihua), make_child(parent, subdistrict=shihua)

    assert one.identity_code != other.identity_code
