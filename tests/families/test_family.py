"""Guardians, invitations and pick-ups."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import AuditEvent
from common.refusals import InvalidInput, NotFound
from families import messages, rules, services
from families.models import AuthorizedPickup, Guardian, Invitation
from families.selectors import child_for, children_of
from families.selectors.people import invitations_to, open_invitations_of, pickups_of
from families.services import guardians as guardians_service
from families.services import holding, invitations
from families.types import GuardianRight, NewInvitation, NewPickup, Relation
from notifications import services as notifications
from notifications.models import InboxItem, OutboxMessage
from notifications.types import Channel, Kind, MessageState, Notice
from tests.families.factories import (
    NOW,
    actor_of,
    make_child,
    make_guardian,
    make_invitation,
    make_pickup,
    make_user,
)

FULL, BOOK, READ = GuardianRight.FULL, GuardianRight.BOOK, GuardianRight.READ
PHONE = "13912345678"


@pytest.fixture
def child(parent, shihua):
    return make_child(parent, subdistrict=shihua, name="王小满", nickname="小满")


def right_of(child, user):
    standing = child.guardians.filter(user=user, ended_at__isnull=True)
    return standing.values_list("right", flat=True).first()


class TestDoor:
    @pytest.mark.parametrize("held", GuardianRight)
    @pytest.mark.parametrize("needed", GuardianRight)
    def test_opens_as_far_as_the_right_reaches(self, child, other_parent, held, needed):
        make_guardian(child, other_parent, right=held)
        order = [READ, BOOK, FULL]

        if order.index(held) >= order.index(needed):
            opened = child_for(actor_of(other_parent), child.public_id, right=needed)
            assert opened.id == child.pk
        else:
            with pytest.raises(PermissionDenied):
                child_for(actor_of(other_parent), child.public_id, right=needed)

    @pytest.mark.parametrize("named", ["nonsense", "", "00000000-0000-0000-0000-000000000000"])
    def test_does_not_open_for_what_names_nothing(self, child, parent, named):
        with pytest.raises(NotFound):
            child_for(actor_of(parent), named)

    def test_does_not_open_for_others(self, child, other_parent, operator):
        for user in (other_parent, operator):
            with pytest.raises(NotFound):
                child_for(actor_of(user), child.public_id)


class TestChangingARight:
    def change(self, user, child, guardian, right):
        services.change_right(
            actor=actor_of(user),
            now=NOW,
            child=child.public_id,
            guardian=guardian.public_id,
            right=right,
        )

    def test_given_and_taken(self, child, parent, grandmother):
        for right in (BOOK, FULL, READ):
            self.change(parent, child, grandmother, right)
            assert right_of(child, grandmother) == right

        event = AuditEvent.objects.filter(kind="families.guardian.right_changed").latest("pk")
        assert (event.data["before"], event.data["after"]) == ("full", "read")
        assert event.child_id == child.pk

    @pytest.mark.parametrize("right", [BOOK, READ])
    def test_the_last_full_one_keeps_it(self, child, parent, grandmother, right):
        with pytest.raises(InvalidInput, match=messages.ONE_FULL_STAYS):
            self.change(parent, child, parent, right)

        assert right_of(child, parent) == FULL

    def test_with_another_full_one_it_may_be_given_up(self, child, parent, other_parent):
        make_guardian(child, other_parent, right=FULL)

        self.change(parent, child, parent, READ)

        assert right_of(child, parent) == READ

    def test_nobody_raises_the_own_right(self, child, grandmother):
        with pytest.raises(PermissionDenied):
            self.change(grandmother, child, grandmother, FULL)

        assert right_of(child, grandmother) == READ

    @pytest.mark.parametrize(("right", "is_open"), [(FULL, True), (BOOK, False), (READ, False)])
    def test_who_loses_the_full_right_invites_nobody(
        self, child, parent, other_parent, right, is_open
    ):
        make_guardian(child, other_parent)
        public_id = services.invite_guardian(
            actor=actor_of(other_parent),
            now=NOW,
            child=child.public_id,
            invitation=NewInvitation(PHONE, Relation.OTHER, FULL),
        )
        by_another = make_invitation(child, by=parent, phone="13912345679")

        self.change(parent, child, other_parent, right)

        waiting = Invitation.objects.filter(ended_at__isnull=True)
        kept = {str(one) for one in waiting.values_list("public_id", flat=True)}
        assert kept == {str(by_another.public_id)} | ({public_id} if is_open else set())
        text = OutboxMessage.objects.get(channel=Channel.SMS)
        assert (text.state == MessageState.PENDING) is is_open

    def test_a_stranger_is_no_guardian_to_change(self, child, parent, other_parent):
        with pytest.raises(NotFound):
            self.change(parent, child, other_parent, FULL)


class TestEnding:
    def end(self, user, child, guardian):
        services.end_guardianship(
            actor=actor_of(user), now=NOW, child=child.public_id, guardian=guardian.public_id
        )

    def test_the_door_closes_at_once(self, child, parent, grandmother):
        actor = actor_of(grandmother)
        assert child_for(actor, child.public_id).id == child.pk

        self.end(parent, child, grandmother)

        with pytest.raises(NotFound):
            child_for(actor, child.public_id)
        assert children_of(actor) == []

    def test_what_waits_to_be_told_to_them_stays_unsaid(self, child, parent, grandmother):
        tomorrow = NOW + timedelta(days=1)
        notifications.queue(
            [
                Notice(
                    key=f"reminder:{user.pk}",
                    kind=Kind.REMINDER_TOMORROW,
                    recipient_id=user.pk,
                    channel=Channel.IN_APP,
                    run_at=tomorrow,
                    payload={"child": "小满", "house": "石化一村宝宝屋", "when": "周一"},
                    child_id=child.pk,
                )
                for user in (parent, grandmother)
            ],
            now=NOW,
        )

        self.end(parent, child, grandmother)
        notifications.deliver_due(now=tomorrow)

        told = InboxItem.objects.filter(message__kind=Kind.REMINDER_TOMORROW)
        assert [item.user for item in told] == [parent]

    def test_anybody_may_leave(self, child, grandmother):
        self.end(grandmother, child, grandmother)

        assert right_of(child, grandmother) is None

    def test_who_reads_ends_nobody_else(self, child, parent, grandmother):
        with pytest.raises(PermissionDenied):
            self.end(grandmother, child, parent)

        assert right_of(child, parent) == FULL

    def test_a_child_keeps_one_full_guardian(self, child, parent, grandmother):
        with pytest.raises(InvalidInput, match=messages.ONE_FULL_STAYS):
            self.end(parent, child, parent)

        assert right_of(child, parent) == FULL
        assert not AuditEvent.objects.filter(kind="families.guardian.ended").exists()

    def test_invitations_of_the_one_who_goes_end_too(self, child, parent, other_parent):
        make_guardian(child, other_parent, right=FULL)
        invitation = make_invitation(child, by=other_parent, phone=PHONE)

        self.end(parent, child, other_parent)

        invitation.refresh_from_db()
        assert invitation.ended_at == NOW

    def test_the_database_keeps_one_full_guardian_too(self, child, parent, grandmother):
        guardian = child.guardians.get(user=parent)
        for change in (
            lambda: Guardian.objects.filter(pk=guardian.pk).update(ended_at=NOW),
            lambda: Guardian.objects.filter(pk=guardian.pk).update(right=BOOK),
            lambda: Guardian.objects.filter(pk=guardian.pk).delete(),
        ):
            with pytest.raises(IntegrityError, match="one full guardian"), transaction.atomic():
                change()


@pytest.mark.django_db(transaction=True)
class TestTwoGuardiansEndEachOther:
    """Both look, both see the other, both go: a child would have nobody."""

    @pytest.fixture
    def both(self, monkeypatch):
        """Two full guardians, and a check that waits until both have made it, if both can."""
        parent, other = make_user("王芳"), make_user("赵敏")
        child = make_child(parent)
        make_guardian(child, other)
        met = threading.Barrier(2, timeout=2)
        check = guardians_service._keep_one_full

        def check_and_wait(*args, **kwargs):
            check(*args, **kwargs)
            with contextlib.suppress(threading.BrokenBarrierError):
                met.wait()

        monkeypatch.setattr(guardians_service, "_keep_one_full", check_and_wait)
        return child, parent, other

    def end_each_other(self, child, parent, other):
        def end(one, another):
            try:
                services.end_guardianship(
                    actor=actor_of(one),
                    now=NOW,
                    child=child.public_id,
                    guardian=another.public_id,
                )
            except (NotFound, InvalidInput, IntegrityError) as refused:
                return type(refused)
            finally:
                connection.close()
            return None

        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(end, (parent, other), (other, parent)))

    def left(self, child):
        return child.guardians.filter(right=FULL, ended_at__isnull=True).count()

    def test_one_of_them_stays(self, both):
        answers = self.end_each_other(*both)

        assert set(answers) == {None, NotFound}
        assert self.left(both[0]) == 1

    def test_without_the_lock_the_database_still_keeps_one(self, both, monkeypatch):
        monkeypatch.setattr(holding, "lock_children", lambda ids: None)

        answers = self.end_each_other(*both)

        assert set(answers) == {None, IntegrityError}
        assert self.left(both[0]) == 1

    def test_without_both_the_race_is_real(self, both, monkeypatch):
        monkeypatch.setattr(holding, "lock_children", lambda ids: None)
        trigger = "families_guardian {} TRIGGER a_child_always_keeps_one_full_guardian"
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE " + trigger.format("DISABLE"))
        try:
            assert self.end_each_other(*both) == [None, None]
            assert self.left(both[0]) == 0
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE " + trigger.format("ENABLE"))


class TestInviting:
    def invite(self, user, child, phone=PHONE, right=BOOK):
        return services.invite_guardian(
            actor=actor_of(user),
            now=NOW,
            child=child.public_id,
            invitation=NewInvitation(phone, Relation.FATHER, right),
        )

    def test_a_text_goes_out_that_names_no_child(self, child, parent):
        self.invite(parent, child)

        message = OutboxMessage.objects.get()
        assert (message.channel, message.address) == (Channel.SMS, PHONE)
        assert message.recipient_id is None
        assert "小满" not in str(message.payload)

    def test_nobody_writes_our_text_by_choosing_a_name(self, child):
        crook = make_user("【银行】账户异常请速致电13900009999")
        make_guardian(child, crook)

        self.invite(crook, child)
        notifications.deliver_due(now=NOW)

        assert OutboxMessage.objects.get().state == MessageState.SENT
        [text] = (settings.DATA_DIR / "sms.jsonl").read_text().splitlines()
        assert "有家人邀请您" in text
        assert "银行" not in text
        assert "13900009999" not in text

    def test_whether_the_number_has_an_account_makes_no_difference(self, child, parent):
        make_user("李雷", phone="13900000001")

        self.invite(parent, child, phone="13900000001")
        self.invite(parent, child, phone="13900000002")

        one, other = OutboxMessage.objects.order_by("pk")
        assert (one.kind, one.channel, one.recipient_id) == (
            other.kind,
            other.channel,
            other.recipient_id,
        )

    @pytest.mark.parametrize("phone", ["123", "12345678901", "139123456789", "", "1391234567a"])
    def test_only_to_a_mobile_number(self, child, parent, phone):
        with pytest.raises(InvalidInput) as refused:
            self.invite(parent, child, phone=phone)

        assert refused.value.faults == {"phone": [messages.PHONE_FAULT]}
        assert not Invitation.objects.exists()

    def test_not_to_oneself_nor_to_the_family_nor_twice(self, child, parent, grandmother):
        self.invite(parent, child)
        for phone, sentence in (
            (parent.phone, messages.INVITE_YOURSELF),
            (grandmother.phone, messages.STANDS_ALREADY),
            (PHONE, messages.INVITED_ALREADY),
        ):
            with pytest.raises(InvalidInput) as refused:
                self.invite(parent, child, phone=phone)
            assert refused.value.faults == {"phone": [sentence]}

        assert Invitation.objects.count() == 1

    def test_not_as_often_as_somebody_likes(self, child, parent):
        for number in range(6):
            self.invite(parent, child, phone=f"1391234567{number}")

        with pytest.raises(InvalidInput) as refused:
            self.invite(parent, child, phone="13912345679")

        assert refused.value.faults == {"phone": [messages.INVITED_TOO_OFTEN]}

    def test_not_by_one_person_for_child_after_child(self, parent, shihua):
        children = [make_child(parent, subdistrict=shihua) for _ in range(3)]
        most = invitations.INVITATIONS_A_DAY_BY_ONE_PERSON
        for number in range(most):
            self.invite(parent, children[number % 3], phone=f"139123456{number:02d}")

        with pytest.raises(InvalidInput) as refused:
            self.invite(parent, children[0], phone="13912345699")

        assert refused.value.faults == {"phone": [messages.INVITED_TOO_OFTEN]}
        assert Invitation.objects.count() == most

    def test_not_by_many_to_one_number(self, shihua):
        for _ in range(invitations.INVITATIONS_A_DAY_TO_ONE_NUMBER):
            somebody = make_user()
            self.invite(somebody, make_child(somebody, subdistrict=shihua))
        last = make_user()

        with pytest.raises(InvalidInput) as refused:
            self.invite(last, make_child(last, subdistrict=shihua))

        assert refused.value.faults == {"phone": [messages.INVITED_TOO_OFTEN]}
        assert OutboxMessage.objects.count() == invitations.INVITATIONS_A_DAY_TO_ONE_NUMBER

    def test_yesterdays_do_not_count(self, child, parent):
        yesterday = NOW - timedelta(days=1)
        for number in range(invitations.INVITATIONS_A_DAY_BY_ONE_PERSON):
            asked = make_invitation(child, by=parent, phone=f"139123456{number:02d}")
            Invitation.objects.filter(pk=asked.pk).update(invited_at=yesterday)

        self.invite(parent, child, phone="13912345699")

        assert OutboxMessage.objects.count() == 1

    def test_again_when_the_first_one_has_lapsed(self, child, parent):
        lapsed = make_invitation(child, by=parent, phone=PHONE)
        long_ago = NOW - rules.INVITATION_GOOD_FOR
        Invitation.objects.filter(pk=lapsed.pk).update(invited_at=long_ago)

        public_id = self.invite(parent, child)

        [waiting] = invitations_to(actor_of(make_user("李雷", phone=PHONE)), now=NOW)
        assert waiting.public_id == public_id

    def test_only_with_the_full_right(self, child, grandmother):
        with pytest.raises(PermissionDenied):
            self.invite(grandmother, child)

        assert not Invitation.objects.exists()
        assert not OutboxMessage.objects.exists()

    def test_taken_back_before_it_is_answered(self, child, parent):
        public_id = self.invite(parent, child)

        services.withdraw_invitation(
            actor=actor_of(parent), now=NOW, child=child.public_id, invitation=public_id
        )

        invited = make_user("李雷", phone=PHONE)
        assert invitations_to(actor_of(invited), now=NOW) == []
        assert OutboxMessage.objects.get().state == MessageState.CANCELLED
        with pytest.raises(NotFound):
            services.withdraw_invitation(
                actor=actor_of(parent), now=NOW, child=child.public_id, invitation=public_id
            )


class TestAnswering:
    @pytest.fixture
    def invited(self, db):
        return make_user("李雷", phone=PHONE)

    @pytest.fixture
    def invitation(self, child, parent):
        return make_invitation(child, by=parent, phone=PHONE, right=BOOK)

    def answer(self, user, invitation, *, accept):
        return services.answer_invitation(
            actor=actor_of(user), now=NOW, invitation=invitation.public_id, accept=accept
        )

    def test_accepted(self, child, parent, invited, invitation):
        assert self.answer(invited, invitation, accept=True) == str(child.public_id)

        guardian = child.guardians.get(user=invited)
        assert (guardian.right, guardian.relation) == (BOOK, Relation.GRANDPARENT)
        assert (guardian.invited_by, guardian.since) == (parent, NOW)
        assert AuditEvent.objects.filter(kind="families.guardian.joined").count() == 1

    def test_declined(self, child, invited, invitation):
        assert self.answer(invited, invitation, accept=False) is None

        assert not child.guardians.filter(user=invited).exists()
        assert AuditEvent.objects.filter(kind="families.invitation.declined").count() == 1

    def test_answered_once(self, child, invited, invitation):
        self.answer(invited, invitation, accept=False)

        with pytest.raises(NotFound):
            self.answer(invited, invitation, accept=True)

        assert not child.guardians.filter(user=invited).exists()

    def test_only_by_the_owner_of_the_number(self, child, other_parent, invitation):
        with pytest.raises(NotFound):
            self.answer(other_parent, invitation, accept=True)

        assert not child.guardians.filter(user=other_parent).exists()

    def test_a_number_that_was_never_proven_does_not_count(self, child, invitation):
        claimed = make_user("冒充", phone=PHONE, verified=False)

        assert invitations_to(actor_of(claimed), now=NOW) == []
        with pytest.raises(NotFound):
            self.answer(claimed, invitation, accept=True)

    def test_people_without_a_number_are_not_invited_by_chance(self, child, invitation):
        assert invitations_to(actor_of(make_user("无号", phone=None)), now=NOW) == []

    def test_good_for_a_fortnight(self, child, invited, invitation):
        for age, is_good in (
            (rules.INVITATION_GOOD_FOR, False),
            (rules.INVITATION_GOOD_FOR - timedelta(seconds=1), True),
        ):
            Invitation.objects.filter(pk=invitation.pk).update(invited_at=NOW - age)
            assert bool(invitations_to(actor_of(invited), now=NOW)) is is_good
            if not is_good:
                with pytest.raises(NotFound):
                    self.answer(invited, invitation, accept=True)
                assert right_of(child, invited) is None

    @pytest.mark.parametrize("change", [{"right": BOOK}, {"ended_at": NOW}])
    def test_only_while_the_inviter_has_the_full_right(
        self, child, parent, other_parent, invited, invitation, change
    ):
        make_guardian(child, other_parent)
        # Past the service that would have ended the invitation too.
        child.guardians.filter(user=parent).update(**change)

        with pytest.raises(NotFound):
            self.answer(invited, invitation, accept=True)

        assert right_of(child, invited) is None

    def test_who_came_in_meanwhile_stands_once(self, child, invited, invitation):
        make_guardian(child, invited, right=READ)

        self.answer(invited, invitation, accept=True)

        assert child.guardians.filter(user=invited, ended_at__isnull=True).count() == 1


class TestTheFamilyIsTold:
    """Nobody joins, changes or goes behind the others' backs."""

    def told(self, kind):
        notifications.deliver_due(now=NOW)
        items = InboxItem.objects.filter(message__kind=kind)
        return {item.user: item for item in items}

    def test_when_somebody_joins(self, child, parent, grandmother):
        invited = make_user("李雷", phone=PHONE)
        invitation = make_invitation(child, by=parent, phone=PHONE, right=BOOK)

        services.answer_invitation(
            actor=actor_of(invited), now=NOW, invitation=invitation.public_id, accept=True
        )

        told = self.told(Kind.GUARDIAN_JOINED)
        assert set(told) == {parent, grandmother, invited}
        assert told[parent].body == "李雷现在是小满的家人，权限：可预约。"
        assert told[invited].body.startswith("您")

    def test_when_a_right_changes(self, child, parent, other_parent, grandmother):
        make_guardian(child, other_parent)

        services.change_right(
            actor=actor_of(parent),
            now=NOW,
            child=child.public_id,
            guardian=other_parent.public_id,
            right=READ,
        )

        told = self.told(Kind.GUARDIAN_RIGHT_CHANGED)
        assert set(told) == {parent, other_parent, grandmother}
        assert told[grandmother].body == "赵敏照看小满的权限已改为：只读。"

    def test_when_somebody_goes_and_the_one_who_goes_too(self, child, parent, grandmother):
        services.end_guardianship(
            actor=actor_of(parent),
            now=NOW,
            child=child.public_id,
            guardian=grandmother.public_id,
        )

        told = self.told(Kind.GUARDIAN_ENDED)
        assert set(told) == {parent, grandmother}
        assert told[parent].body.startswith("王奶奶不再是小满的家人")
        assert told[parent].url == reverse("families:family", args=[child.public_id])
        assert told[grandmother].url == reverse("families:children")

    def test_not_when_nothing_changed(self, child, parent, grandmother):
        with pytest.raises(InvalidInput):
            services.end_guardianship(
                actor=actor_of(parent), now=NOW, child=child.public_id, guardian=parent.public_id
            )

        assert not OutboxMessage.objects.exists()


class TestNumbersOfOthers:
    @pytest.mark.parametrize(
        ("right", "shown"), [(FULL, PHONE), (BOOK, "139****5678"), (READ, "139****5678")]
    )
    def test_are_whole_for_the_full_right_only(self, child, parent, other_parent, right, shown):
        make_guardian(child, other_parent, right=right)
        make_pickup(child, by=parent)
        make_invitation(child, by=parent, phone=PHONE)

        known = child_for(actor_of(other_parent), child.public_id)

        assert [one.phone for one in pickups_of(known)] == [shown]
        assert [one.phone for one in open_invitations_of(known, now=NOW)] == [shown]


class TestPickups:
    def name(self, user, child, **changes):
        facts = {"name": "张阿姨", "phone": PHONE, "relation": "阿姨"} | changes
        return services.name_pickup(
            actor=actor_of(user), now=NOW, child=child.public_id, pickup=NewPickup(**facts)
        )

    def test_named_and_ended(self, child, parent):
        public_id = self.name(parent, child)
        later = NOW + timedelta(hours=1)

        services.end_pickup(
            actor=actor_of(parent), now=later, child=child.public_id, pickup=public_id
        )

        pickup = AuthorizedPickup.objects.get()
        assert (pickup.named_at, pickup.ended_at) == (NOW, later)
        kinds = AuditEvent.objects.filter(child_id=child.pk).order_by("pk")
        assert [event.kind for event in kinds] == [
            "families.pickup.named",
            "families.pickup.ended",
        ]

    def test_name_and_number_are_asked_for_together(self, child, parent):
        with pytest.raises(InvalidInput) as refused:
            self.name(parent, child, name=" ", phone="1")

        assert set(refused.value.faults) == {"name", "phone"}
        assert not AuthorizedPickup.objects.exists()

    def test_only_with_the_full_right(self, child, parent, grandmother):
        pickup = make_pickup(child, by=parent)
        with pytest.raises(PermissionDenied):
            self.name(grandmother, child)
        with pytest.raises(PermissionDenied):
            services.end_pickup(
                actor=actor_of(grandmother),
                now=NOW,
                child=child.public_id,
                pickup=pickup.public_id,
            )

        assert AuthorizedPickup.objects.filter(ended_at__isnull=True).count() == 1

    def test_of_another_child_is_not_there(self, child, parent, other_parent, shihua):
        other = make_child(other_parent, subdistrict=shihua)
        pickup = make_pickup(other, by=other_parent)

        with pytest.raises(NotFound):
            services.end_pickup(
                actor=actor_of(parent), now=NOW, child=child.public_id, pickup=pickup.public_id
            )

        pickup.refresh_from_db()
        assert pickup.ended_at is None
