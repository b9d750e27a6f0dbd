"""History, agreement and consents."""

import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from audit.models import AuditEvent
from common.refusals import InvalidInput, NotFound
from families import messages, services
from families.models import AgreementText, Child, Consent, ServiceAgreement
from families.types import ConsentPurpose, History
from notifications.models import OutboxMessage
from notifications.types import Kind
from tests.families.factories import (
    NOW,
    TODAY,
    actor_of,
    make_agreement_text,
    make_child,
    make_consent,
    make_signature,
)

CARE, GUIDANCE = ConsentPurpose.CARE, ConsentPurpose.GUIDANCE


@pytest.fixture
def child(parent, shihua):
    return make_child(parent, subdistrict=shihua, name="王小满")


def events():
    rows = AuditEvent.objects.filter(kind__startswith="families.").order_by("pk")
    return list(rows.values_list("kind", flat=True))


class TestHistory:
    def declare(self, user, child, allergies, medical_history):
        services.declare_history(
            actor=actor_of(user),
            now=NOW,
            child=child.public_id,
            history=History(allergies, medical_history),
        )

    def test_it_is_kept_and_the_trace_does_not_say_what(self, parent, child):
        self.declare(parent, child, " 花生过敏 ", "热性惊厥")

        child.refresh_from_db()
        assert (child.allergies, child.medical_history) == ("花生过敏", "热性惊厥")
        assert child.history_declared_at == NOW
        event = AuditEvent.objects.get(kind="families.history.declared")
        assert "花生" not in str(event.data)

    def test_it_is_sealed_in_the_database(self, parent, child):
        self.declare(parent, child, "花生过敏", messages.NOTHING)

        with connection.cursor() as cursor:
            cursor.execute("SELECT allergies, medical_history FROM families_child")
            [sealed] = cursor.fetchall()
        for column in sealed:
            assert column
            assert "花生".encode() not in bytes(column)
            assert messages.NOTHING.encode() not in bytes(column)

    def test_sealed_text_cannot_be_moved_to_another_column(self, parent, child):
        self.declare(parent, child, "花生过敏", messages.NOTHING)
        from cryptography.exceptions import InvalidTag

        with connection.cursor() as cursor:
            cursor.execute("UPDATE families_child SET medical_history = allergies")
        with pytest.raises(InvalidTag):
            child.refresh_from_db()

    @pytest.mark.parametrize(
        ("allergies", "medical_history", "open_fields"),
        [
            ("", "", {"allergies", "medical_history"}),
            ("  ", "哮喘", {"allergies"}),
            ("无", "", {"medical_history"}),
        ],
    )
    def test_nothing_is_left_open(self, parent, child, allergies, medical_history, open_fields):
        with pytest.raises(InvalidInput) as refused:
            self.declare(parent, child, allergies, medical_history)

        assert set(refused.value.faults) == open_fields
        child.refresh_from_db()
        assert child.history_declared_at is None
        assert events() == []

    def test_who_reads_only_declares_nothing(self, grandmother, child):
        with pytest.raises(PermissionDenied):
            self.declare(grandmother, child, "无", "无")

        assert not Child.objects.filter(history_declared_at__isnull=False).exists()


class TestSigning:
    @pytest.fixture
    def text(self, shihua):
        return make_agreement_text(shihua)

    def sign(self, user, child, text, **changes):
        services.sign_agreement(
            **{
                "actor": actor_of(user),
                "now": NOW,
                "child": child.public_id,
                "subdistrict": text.subdistrict.code,
                "text_sha256": text.text_sha256,
                "typed_name": user.name,
            }
            | changes
        )

    def test_words_signer_and_moment_are_kept(self, parent, child, text):
        self.sign(parent, child, text)

        signed = ServiceAgreement.objects.get()
        assert (signed.child, signed.agreement, signed.signed_by) == (child, text, parent)
        assert (signed.signed_name, signed.signed_at) == ("王芳", NOW)
        assert signed.text_sha256 == hashlib.sha256(text.text.encode()).hexdigest()
        assert events() == ["families.agreement.signed"]

    @pytest.mark.parametrize("typed", ["王 芳", "王", "赵敏", "", "王芳芳"])
    def test_only_with_the_signers_own_name(self, parent, child, text, typed):
        with pytest.raises(InvalidInput) as refused:
            self.sign(parent, child, text, typed_name=typed)

        assert set(refused.value.faults) == {"typed_name"}
        assert not ServiceAgreement.objects.exists()

    @pytest.mark.parametrize("typed", [" 王芳 ", "王芳\u200b"])
    def test_blanks_around_the_name_do_not_matter(self, parent, child, text, typed):
        self.sign(parent, child, text, typed_name=typed)

        assert ServiceAgreement.objects.get().signed_name == "王芳"

    def test_a_signer_without_a_name_is_told_where_to_fill_it_in(self, parent, child, text):
        parent.name = ""
        parent.save(update_fields=["name"])

        with pytest.raises(InvalidInput) as refused:
            self.sign(parent, child, text)

        assert refused.value.faults == {"typed_name": [messages.NAME_MISSING]}

    def test_words_that_changed_while_reading_are_not_signed(self, parent, child, text, shihua):
        make_agreement_text(shihua, version=2, text="新版", valid_from=TODAY)

        with pytest.raises(InvalidInput, match=messages.AGREEMENT_CHANGED):
            self.sign(parent, child, text)

        assert not ServiceAgreement.objects.exists()

    def test_a_version_of_the_future_is_not_current(self, parent, child, text, shihua):
        tomorrow = TODAY + timedelta(days=1)
        make_agreement_text(shihua, version=2, text="新版", valid_from=tomorrow)

        self.sign(parent, child, text)

        assert ServiceAgreement.objects.get().agreement == text

    def test_twice_is_once(self, parent, child, text):
        self.sign(parent, child, text)
        self.sign(parent, child, text)

        assert ServiceAgreement.objects.count() == 1
        assert events() == ["families.agreement.signed"]

    def test_without_a_text_there_is_nothing_to_sign(self, parent, child, text, langxia):
        with pytest.raises(InvalidInput, match=messages.NO_AGREEMENT):
            self.sign(parent, child, text, subdistrict=langxia.code)

    def test_who_reads_only_signs_nothing(self, grandmother, child, text):
        with pytest.raises(PermissionDenied):
            self.sign(grandmother, child, text)

        assert not ServiceAgreement.objects.exists()

    def test_a_signature_never_changes(self, parent, child, text):
        signed = make_signature(child, text, parent)

        for change in (
            lambda: ServiceAgreement.objects.filter(pk=signed.pk).update(signed_name="赵敏"),
            lambda: ServiceAgreement.objects.filter(pk=signed.pk).delete(),
            lambda: AgreementText.objects.filter(pk=text.pk).update(text="别的"),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()


class TestIssuing:
    def issue(self, user, place, *, text="第一条 宝宝屋…", valid_from=TODAY):
        return services.issue_agreement(
            actor=actor_of(user),
            now=NOW,
            subdistrict=place.code,
            text=text,
            valid_from=valid_from,
        )

    def test_versions_count_up(self, operator, shihua):
        assert [self.issue(operator, shihua) for _ in range(2)] == [1, 2]

        texts = AgreementText.objects.order_by("version")
        assert [text.valid_from for text in texts] == [TODAY, TODAY]
        assert texts[0].text_sha256 == hashlib.sha256(texts[0].text.encode()).hexdigest()

    def test_who_signed_the_old_one_is_asked_to_sign_the_new_one(
        self, operator, shihua, parent, other_parent, child, grandmother
    ):
        make_signature(child, make_agreement_text(shihua), parent)
        make_child(other_parent, subdistrict=shihua)

        self.issue(operator, shihua)

        told = OutboxMessage.objects.filter(kind=Kind.AGREEMENT_TO_SIGN)
        assert {message.recipient_id for message in told} == {parent.pk, grandmother.pk}

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"text": " \r\n "}, "text"),
            ({"valid_from": TODAY - timedelta(days=1)}, "valid_from"),
        ],
    )
    def test_not_without_words_and_not_backwards(self, operator, shihua, changes, field):
        with pytest.raises(InvalidInput) as refused:
            self.issue(operator, shihua, **changes)

        assert set(refused.value.faults) == {field}
        assert not AgreementText.objects.exists()

    def test_not_before_a_version_that_is_announced(self, operator, shihua):
        self.issue(operator, shihua, valid_from=TODAY + timedelta(days=9))

        with pytest.raises(InvalidInput):
            self.issue(operator, shihua, valid_from=TODAY + timedelta(days=8))

    def test_only_by_the_operator_of_the_place(self, other_operator, parent, shihua):
        for user in (other_operator, parent):
            with pytest.raises(NotFound):
                self.issue(user, shihua)

        assert not AgreementText.objects.exists()


class TestConsents:
    def answer(self, user, child, purpose=CARE, *, given):
        services.answer_consent(
            actor=actor_of(user), now=NOW, child=child.public_id, purpose=purpose, given=given
        )

    def withdraw(self, user, child, purpose=CARE):
        services.withdraw_consent(
            actor=actor_of(user), now=NOW, child=child.public_id, purpose=purpose
        )

    def standing(self, purpose=CARE):
        rows = Consent.objects.filter(purpose=purpose, withdrawn_at__isnull=True)
        return list(rows.values_list("given", flat=True))

    def test_given_with_words_person_and_moment(self, parent, child):
        self.answer(parent, child, given=True)

        consent = Consent.objects.get()
        assert (consent.given, consent.by, consent.at) == (True, parent, NOW)
        assert consent.text_sha256 == messages.CONSENT_TEXTS[CARE].sha256
        assert consent.channel == "portal"
        assert events() == ["families.consent.given"]

    def test_a_refusal_is_remembered_as_such(self, parent, child):
        self.answer(parent, child, GUIDANCE, given=False)

        assert self.standing(GUIDANCE) == [False]
        assert events() == ["families.consent.refused"]

    def test_each_purpose_is_answered_by_itself(self, parent, child):
        self.answer(parent, child, CARE, given=True)
        self.answer(parent, child, GUIDANCE, given=False)

        assert (self.standing(CARE), self.standing(GUIDANCE)) == ([True], [False])

    def test_the_same_answer_twice_is_one(self, parent, child):
        self.answer(parent, child, given=True)
        self.answer(parent, child, given=True)

        assert Consent.objects.count() == 1
        assert events() == ["families.consent.given"]

    def test_a_changed_mind_ends_the_old_answer_and_keeps_it(self, parent, child):
        self.answer(parent, child, given=False)
        self.answer(parent, child, given=True)

        assert self.standing() == [True]
        ended = Consent.objects.get(given=False)
        assert (ended.withdrawn_at, ended.withdrawn_by) == (NOW, parent)

    def test_a_yes_to_older_words_can_be_renewed(self, parent, child):
        older = Consent.objects.create(
            child=child, purpose=CARE, given=True, text_sha256="0" * 64, by=parent, at=NOW
        )

        self.answer(parent, child, given=True)

        older.refresh_from_db()
        assert older.withdrawn_at == NOW
        assert self.standing() == [True]

    def test_withdrawn_at_once(self, parent, child):
        self.answer(parent, child, given=True)
        self.withdraw(parent, child)

        assert self.standing() == []
        assert events() == ["families.consent.given", "families.consent.withdrawn"]

    def test_what_was_never_answered_cannot_be_withdrawn(self, parent, child):
        with pytest.raises(InvalidInput, match=messages.NOT_ANSWERED):
            self.withdraw(parent, child)

        assert events() == []

    def test_who_reads_only_answers_nothing(self, grandmother, child, parent):
        make_consent(child, CARE, by=parent)
        for attempt in (
            lambda: self.answer(grandmother, child, given=False),
            lambda: self.withdraw(grandmother, child),
        ):
            with pytest.raises(PermissionDenied):
                attempt()

        assert self.standing() == [True]

    def test_two_answers_never_stand_together(self, parent, child):
        make_consent(child, CARE, by=parent)

        with pytest.raises(IntegrityError), transaction.atomic():
            make_consent(child, CARE, by=parent, given=False)

    @pytest.mark.parametrize(
        "change",
        [
            {"given": False},
            {"text_sha256": "1" * 64},
            {"at": NOW - timedelta(days=1)},
            {"given": False, "withdrawn_at": NOW},
        ],
    )
    def test_an_answer_is_never_rewritten(self, parent, child, change):
        make_consent(child, CARE, by=parent)

        with pytest.raises(IntegrityError), transaction.atomic():
            Consent.objects.update(**change)

    def test_an_ended_answer_is_never_taken_up_again(self, parent, child):
        make_consent(child, CARE, by=parent)
        self.withdraw(parent, child)

        with pytest.raises(IntegrityError), transaction.atomic():
            Consent.objects.update(withdrawn_at=None)
        with pytest.raises(IntegrityError), transaction.atomic():
            Consent.objects.all().delete()
