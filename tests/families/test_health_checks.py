"""A family hands in a health check; the house or the 街镇 reviews it."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.types import Role, ScopeKind
from audit.models import AuditEvent
from common.refusals import InvalidInput, NotFound
from families import files, messages, services
from families.models import ChildHealthCheck
from families.selectors import reviews_waiting
from families.selectors.reviews import review_for
from families.services import health
from families.types import FileFault, GuardianRight, NewHealthCheck, ReviewState
from notifications.models import OutboxMessage
from notifications.types import Kind
from tests.facilities.factories import make_district, make_house, make_subdistrict
from tests.families.factories import (
    NOW,
    TODAY,
    actor_of,
    make_child,
    make_grant,
    make_guardian,
    make_health_check,
    make_user,
)
from tests.families.test_hostile_files import a_photo

pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def child(parent, shihua):
    return make_child(parent, subdistrict=shihua, name="王小满", born_on=date(2025, 9, 1))


def a_check(examined_on=TODAY, content=None):
    file = files.clean(SimpleUploadedFile("check.jpg", content or a_photo()))
    return NewHealthCheck(examined_on, "石化街道社区卫生服务中心", file)


def hand_in(user, child, **changes):
    return services.hand_in_health_check(
        actor=actor_of(user), now=NOW, child=child.public_id, check=a_check(**changes)
    )


def stored_files():
    folder = default_storage.path(files.FOLDER)
    return default_storage.listdir(files.FOLDER)[1] if default_storage.exists(folder) else []


class TestHandingIn:
    def test_it_waits_for_review_and_says_how_long_it_would_hold(self, parent, child):
        public_id = hand_in(parent, child, examined_on=date(2026, 10, 1))

        check = ChildHealthCheck.objects.get(public_id=public_id)
        assert check.state == ReviewState.SUBMITTED
        assert check.valid_through == date(2027, 10, 1)
        assert (check.handed_in_by, check.handed_in_at) == (parent, NOW)

    def test_the_file_is_kept_privately_under_a_random_name(self, parent, child):
        hand_in(parent, child)

        check = ChildHealthCheck.objects.get()
        assert re.fullmatch(r"health_checks/[0-9a-f]{32}\.jpg", check.file.name)
        assert stored_files() == [check.file.name.split("/")[1]]
        assert len(check.file_sha256) == 64

    @pytest.mark.parametrize(
        "examined_on", [TODAY + timedelta(days=1), date(2025, 8, 31), date(2025, 11, 21)]
    )
    def test_an_examination_that_does_not_count_is_refused_and_leaves_no_file(
        self, parent, shihua, examined_on
    ):
        child = make_child(parent, subdistrict=shihua, born_on=date(2025, 9, 1))
        if examined_on == date(2025, 11, 21):
            child = make_child(parent, subdistrict=shihua, born_on=date(2024, 9, 1))

        with pytest.raises(InvalidInput) as refused:
            hand_in(parent, child, examined_on=examined_on)

        assert set(refused.value.faults) == {"examined_on"}
        assert not ChildHealthCheck.objects.exists()
        assert stored_files() == []

    def test_no_more_files_are_kept_than_agreed(self, parent, child, monkeypatch):
        monkeypatch.setattr(health, "FILES_PER_CHILD", 2)
        hand_in(parent, child)
        hand_in(parent, child)

        with pytest.raises(InvalidInput) as refused:
            hand_in(parent, child)

        assert refused.value.faults == {"file": [messages.FILE_FAULTS[FileFault.TOO_MANY_FILES]]}
        assert len(stored_files()) == 2

    def test_who_may_book_may_hand_in_and_who_reads_may_not(self, child, other_parent):
        guardian = make_guardian(child, other_parent, right=GuardianRight.BOOK)
        hand_in(other_parent, child)
        guardian.right = GuardianRight.READ
        guardian.save(update_fields=["right"])

        with pytest.raises(PermissionDenied):
            hand_in(other_parent, child)

        assert ChildHealthCheck.objects.count() == len(stored_files()) == 1

    def test_nobody_hands_in_for_other_peoples_children(self, child, other_parent):
        with pytest.raises(NotFound):
            hand_in(other_parent, child)

        assert not ChildHealthCheck.objects.exists()
        assert stored_files() == []


class TestReviewing:
    @pytest.fixture
    def check(self, child, parent):
        return make_health_check(
            child, by=parent, state=ReviewState.SUBMITTED, handed_in_at=NOW - timedelta(hours=1)
        )

    def review(self, user, check, *, accept, reason=""):
        services.review_health_check(
            actor=actor_of(user), now=NOW, check=check.public_id, accept=accept, reason=reason
        )
        check.refresh_from_db()

    def test_accepted_with_name_and_moment_and_the_family_is_told(
        self, check, operator, parent, grandmother
    ):
        self.review(operator, check, accept=True)

        assert check.state == ReviewState.ACCEPTED
        assert (check.reviewed_by, check.reviewed_at) == (operator, NOW)
        told = OutboxMessage.objects.filter(kind=Kind.HEALTH_CHECK_ACCEPTED)
        assert {message.recipient_id for message in told} == {parent.pk, grandmother.pk}
        assert told[0].payload["child"] == "王小满"
        assert told[0].payload["through"] == "2027年10月1日"

    def test_an_ended_guardian_is_not_told(self, check, child, operator, parent):
        make_guardian(child, make_user(), ended_at=NOW)

        self.review(operator, check, accept=True)

        assert [m.recipient_id for m in OutboxMessage.objects.all()] == [parent.pk]

    def test_sent_back_with_the_reason(self, check, operator):
        self.review(operator, check, accept=False, reason=" 缺医生签名 ")

        assert (check.state, check.reason) == (ReviewState.REJECTED, "缺医生签名")
        assert OutboxMessage.objects.get().kind == Kind.HEALTH_CHECK_REJECTED

    def test_not_sent_back_without_one(self, check, operator):
        with pytest.raises(InvalidInput) as refused:
            self.review(operator, check, accept=False, reason=" \u200b ")

        assert refused.value.faults == {"reason": [messages.REASON_MISSING]}
        check.refresh_from_db()
        assert check.state == ReviewState.SUBMITTED
        assert not OutboxMessage.objects.exists()

    @pytest.mark.parametrize("accept", [True, False])
    def test_reviewed_once(self, check, operator, accept):
        self.review(operator, check, accept=True)

        with pytest.raises(InvalidInput, match=messages.REVIEWED_ALREADY):
            self.review(operator, check, accept=accept, reason="再看一次")

        check.refresh_from_db()
        assert (check.state, check.reason) == (ReviewState.ACCEPTED, "")
        assert OutboxMessage.objects.count() == 1

    def test_nobody_reviews_the_own_child(self, check, child, operator):
        make_guardian(child, operator, right=GuardianRight.READ)

        with pytest.raises(InvalidInput, match=messages.OWN_CHILD):
            self.review(operator, check, accept=True)

        check.refresh_from_db()
        assert check.state == ReviewState.SUBMITTED

    def test_the_trace_names_the_role(self, check, child, operator):
        self.review(operator, check, accept=True)

        event = AuditEvent.objects.get(kind="families.health_check.accepted")
        assert (event.actor_id, event.child_id) == (operator.pk, child.pk)
        assert event.data["role"] == "operator"

    def test_the_same_file_for_another_child_is_pointed_out(
        self, check, child, operator, other_parent, shihua
    ):
        photo = a_photo(size=(33, 44))
        other = make_child(other_parent, subdistrict=shihua)
        one = hand_in(other_parent, other, content=photo)
        again = hand_in(other_parent, other, content=photo)
        assert not review_for(actor_of(operator), one).used_for_another_child

        sibling = make_child(other_parent, subdistrict=shihua)
        hand_in(other_parent, sibling, content=photo)

        assert review_for(actor_of(operator), one).used_for_another_child
        assert review_for(actor_of(operator), again).used_for_another_child
        assert not review_for(actor_of(operator), check.public_id).used_for_another_child


class TestScope:
    """The child lives in 石化街道 of 金山区."""

    @pytest.fixture
    def check(self, child, parent):
        return make_health_check(child, by=parent, state=ReviewState.SUBMITTED)

    @pytest.fixture
    def places(self, shihua, langxia):
        elsewhere = make_subdistrict("静安寺街道", district=make_district("310106", "静安区"))
        return {
            "shihua": shihua.code,
            "langxia": langxia.code,
            "jinshan": "310116",
            "jingan": elsewhere.district.code,
            "shanghai": "310000",
            "beijing": "110000",
            "house here": str(make_house(subdistrict=shihua).public_id),
            "house there": str(make_house(subdistrict=langxia).public_id),
            "no house": "nonsense",
        }

    @pytest.mark.parametrize(
        ("role", "kind", "place", "sees"),
        [
            (Role.OPERATOR, ScopeKind.SUBDISTRICT, "shihua", True),
            (Role.OPERATOR, ScopeKind.SUBDISTRICT, "langxia", False),
            (Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, "house here", True),
            (Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, "house there", False),
            (Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, "no house", False),
            (Role.HEALTH_OFFICER, ScopeKind.DISTRICT, "jinshan", True),
            (Role.HEALTH_OFFICER, ScopeKind.DISTRICT, "jingan", False),
            (Role.HEALTH_OFFICER, ScopeKind.CITY, "shanghai", True),
            (Role.HEALTH_OFFICER, ScopeKind.CITY, "beijing", False),
            (Role.CAREGIVER, ScopeKind.FACILITY, "house here", False),
            (Role.INSPECTOR, ScopeKind.DISTRICT, "jinshan", False),
            (Role.SUPERVISION_LEAD, ScopeKind.DISTRICT, "jinshan", False),
            (Role.AUDITOR, ScopeKind.DISTRICT, "jinshan", False),
        ],
    )
    def test_who_sees_it(self, check, places, role, kind, place, sees):
        user = make_user("李四")
        make_grant(user, role, kind, places[place])
        actor = actor_of(user)

        assert [row.public_id for row in reviews_waiting(actor)] == (
            [str(check.public_id)] if sees else []
        )
        if not sees:
            with pytest.raises(NotFound):
                services.review_health_check(
                    actor=actor, now=NOW, check=check.public_id, accept=True
                )
            check.refresh_from_db()
            assert check.state == ReviewState.SUBMITTED

    def test_two_houses_of_one_subdistrict_show_it_once(self, check, shihua):
        user = make_user("李四")
        for _ in range(2):
            house = make_house(subdistrict=shihua)
            make_grant(user, Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, str(house.public_id))

        assert len(reviews_waiting(actor_of(user))) == 1

    def test_a_lapsed_grant_sees_nothing(self, check, shihua):
        user = make_user("李四")
        make_grant(
            user,
            Role.OPERATOR,
            ScopeKind.SUBDISTRICT,
            shihua.code,
            valid_through=TODAY - timedelta(days=1),
        )

        assert reviews_waiting(actor_of(user)) == []

    def test_the_parent_does_not_review(self, check, parent):
        with pytest.raises(NotFound):
            services.review_health_check(
                actor=actor_of(parent), now=NOW, check=check.public_id, accept=True
            )

    def test_the_longest_waiting_comes_first(self, check, parent, shihua, operator):
        older = make_health_check(
            make_child(parent, subdistrict=shihua),
            by=parent,
            state=ReviewState.SUBMITTED,
            handed_in_at=check.handed_in_at - timedelta(days=1),
        )

        rows = reviews_waiting(actor_of(operator))
        assert [row.public_id for row in rows] == [str(older.public_id), str(check.public_id)]


class TestDownload:
    @pytest.fixture
    def check(self, child, parent):
        return ChildHealthCheck.objects.get(public_id=hand_in(parent, child))

    def test_it_is_a_download_that_a_browser_neither_runs_nor_guesses_about(
        self, client, parent, child, check
    ):
        client.force_login(parent)

        answer = client.get(
            reverse("families:health_check_file", args=[child.public_id, check.public_id])
        )

        content = answer.content
        assert content.startswith(b"\xff\xd8\xff")
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Content-Disposition"] == 'attachment; filename="health-check.jpg"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "no-store" in answer["Cache-Control"]

    def test_it_leaves_a_trace(self, client, parent, child, check):
        client.force_login(parent)

        client.get(reverse("families:health_check_file", args=[child.public_id, check.public_id]))

        event = AuditEvent.objects.get(kind="families.child.seen")
        assert (event.actor_id, event.child_id) == (parent.pk, child.pk)
        assert event.data["page"] == "health_check_file"

    def test_a_file_of_another_child_is_not_there(self, client, parent, shihua, child, check):
        sibling = make_child(parent, subdistrict=shihua)
        client.force_login(parent)

        answer = client.get(
            reverse("families:health_check_file", args=[sibling.public_id, check.public_id])
        )

        assert answer.status_code == 404

    def test_a_lost_file_is_not_there(self, client, parent, child, check):
        default_storage.delete(check.file.name)
        client.force_login(parent)

        answer = client.get(
            reverse("families:health_check_file", args=[child.public_id, check.public_id])
        )

        assert answer.status_code == 404


def test_an_answer_names_its_reviewer_in_the_database_too(child, parent):
    check = make_health_check(child, by=parent, state=ReviewState.SUBMITTED)

    with pytest.raises(IntegrityError), transaction.atomic():
        ChildHealthCheck.objects.filter(pk=check.pk).update(state=ReviewState.ACCEPTED)
