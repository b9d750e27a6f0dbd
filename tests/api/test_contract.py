"""What the outside of the portal promises, row by row, with real requests."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from bookings.models import Booking, UnmetDemand
from facilities.models import Subdistrict
from facilities.types import CareMode
from families.models import ChildHealthCheck
from tests.api.world import ABSENT, Caller, World, is_problem, nothing_changes
from tests.facilities.factories import make_group, make_house, make_session, make_timetable
from tests.families.factories import make_child, make_user

pytestmark = pytest.mark.usefixtures("law")

VERDICT = {
    "rule", "outcome", "strength", "measured", "limit", "unit",
    "clause", "document", "quote", "remedy",
}  # fmt: skip


def is_moment(text: str) -> bool:
    """Whether this is an RFC 3339 time with an offset."""
    return datetime.fromisoformat(text).utcoffset() is not None


def is_id(text: str) -> bool:
    return str(uuid.UUID(text)) == text


class TestSigningIn:
    def test_gives_a_token_that_opens_the_api(self):
        user = make_user("王芳", phone="13812345678")
        user.set_password("a long password")
        user.save()

        answer = Caller().post(
            "auth/login/", {"phone": "13812345678", "password": "a long password"}
        )

        body = answer.json()
        assert answer.status_code == 200
        assert set(body) == {"token", "expires_at"}
        assert is_moment(body["expires_at"])
        with_token = {"Authorization": f"Token {body['token']}"}
        assert Caller().get("children/", **with_token).json() == []


class TestTheFinder:
    def test_lists_houses_nearest_first_for_anybody(self, world: World):
        far = make_house(latitude=world.house.latitude + 0.1, longitude=world.house.longitude)
        here = {"lat": world.house.latitude, "lon": world.house.longitude}

        body = world.nobody.get("facilities/", here).json()

        assert set(body) == {"next", "previous", "results"}
        assert [row["id"] for row in body["results"]] == [
            str(world.house.public_id),
            str(far.public_id),
        ]
        assert set(body["results"][0]) >= {
            "id", "name", "subdistrict", "distance_m", "modes", "next_free_at", "places_left_today",
        }  # fmt: skip

    def test_knows_mode_date_and_subdistrict(self, world: World):
        group = make_group(world.house)
        make_timetable(group, weekdays=(0, 1, 2, 3, 4, 5, 6), mode=CareMode.WITH_PARENT)
        day = str(world.today + timedelta(days=2))

        def found(**query: str) -> list[str]:
            results = world.nobody.get("facilities/", query).json()["results"]
            return [row["id"] for row in results]

        house = str(world.house.public_id)
        assert found(mode="with_parent", date=day, subdistrict="石化街道") == [house]
        assert found(mode="with_parent", subdistrict="310116001") == [house]
        assert found(mode="with_grandparent") == []
        assert found(subdistrict="廊下镇") == []

    def test_shows_when_a_place_is_free_next(self, world: World):
        make_timetable(make_group(world.house))
        [session] = world.hours()

        [row] = world.nobody.get("facilities/").json()["results"]

        assert datetime.fromisoformat(row["next_free_at"]) == session.starts_at
        assert row["places_left_today"] == 0

    def test_gives_no_more_than_a_hundred_houses_at_once(self, world: World):
        answer = world.nobody.get("facilities/", {"page_size": 100_000})

        assert answer.status_code == 200


class TestTheHoursOfAHouse:
    def test_are_listed_for_anybody(self, world: World):
        [session] = world.hours(places=10, places_taken=3)

        [row] = world.nobody.get(f"facilities/{world.house.public_id}/sessions/").json()

        assert set(row) == {
            "id", "starts_at", "ends_at", "mode", "care_group", "places", "places_left",
            "binding_limit", "bookable", "verdicts",
        }  # fmt: skip
        assert row["id"] == str(session.public_id)
        assert datetime.fromisoformat(row["starts_at"]) == session.starts_at
        assert row["starts_at"].endswith("+08:00")
        assert (row["places"], row["places_left"], row["mode"]) == (10, 7, "drop_off")
        assert (row["bookable"], row["verdicts"]) == (None, [])

    def test_are_judged_for_the_child_that_is_named(self, world: World):
        _free, full = world.hours(2, places=1)
        type(full).objects.filter(pk=full.pk).update(places_taken=1)
        query = {"child": str(world.child.public_id)}

        rows = world.parent.get(f"facilities/{world.house.public_id}/sessions/", query).json()

        assert [row["bookable"] for row in rows] == [True, False]
        assert rows[0]["verdicts"] == []
        assert {verdict["remedy"] for verdict in rows[1]["verdicts"]} != {""}
        assert set(rows[1]["verdicts"][0]) >= VERDICT

    def test_are_those_of_the_days_asked_for(self, world: World):
        for days in (1, 2, 3):
            world.hours(days=days)
        day = str(world.today + timedelta(days=2))

        rows = world.nobody.get(
            f"facilities/{world.house.public_id}/sessions/", {"from": day, "to": day}
        ).json()

        assert [row["starts_at"][:10] for row in rows] == [day]

    def test_of_the_past_are_there_but_not_bookable(self, world: World):
        group = make_group(world.house)
        make_session(group, now=world.now, starts_at=world.now - timedelta(hours=30))
        query = {
            "from": str(world.today - timedelta(days=3)),
            "to": str(world.today),
            "child": str(world.child.public_id),
        }

        [row] = world.parent.get(f"facilities/{world.house.public_id}/sessions/", query).json()

        assert row["bookable"] is False

    def test_of_no_house_are_not_found(self, world: World):
        is_problem(world.nobody.get(f"facilities/{ABSENT}/sessions/"), 404)

    def test_of_a_house_without_hours_are_none(self, world: World):
        path = f"facilities/{world.house.public_id}/sessions/"

        assert world.nobody.get(path).json() == []
        assert world.parent.get(path, {"child": str(world.child.public_id)}).json() == []

    def test_are_not_judged_for_another_familys_child_even_where_there_are_none(self, world: World):
        path = f"facilities/{world.house.public_id}/sessions/"
        query = {"child": str(world.other_child.public_id)}

        is_problem(world.parent.get(path, query), 404)


class TestAHouse:
    def test_is_shown_to_anybody(self, world: World):
        body = world.nobody.get(f"facilities/{world.house.public_id}/").json()

        assert (body["id"], body["name"]) == (str(world.house.public_id), world.house.name)


class TestChildren:
    def test_are_those_the_person_stands_with(self, world: World):
        [row] = world.parent.get("children/").json()

        assert is_id(row["id"])
        assert (row["id"], row["right"]) == (str(world.child.public_id), "full")
        assert [row["right"] for row in world.reader.get("children/").json()] == ["read"]
        assert world.officer.get("children/").json() == []

    def test_have_a_statement_of_free_units(self, world: World):
        world.booked(2)

        body = world.parent.get(f"children/{world.child.public_id}/entitlement/").json()

        assert set(body) >= {"granted", "held", "used", "lapsed", "left", "entries"}
        year_of_care = (world.today + timedelta(days=2)).year
        asked = {"year": str(year_of_care)}
        body = world.parent.get(f"children/{world.child.public_id}/entitlement/", asked).json()
        assert (body["held"], body["left"]) == (2, body["granted"] - 2)
        assert [entry["kind"] for entry in body["entries"]] == ["grant", "hold", "hold"]
        assert is_moment(body["entries"][0]["at"])

    def test_have_a_statement_of_another_year(self, world: World):
        path = f"children/{world.child.public_id}/entitlement/"

        assert world.parent.get(path, {"year": "2099"}).json()["entries"] == []


class TestBooking:
    def test_gives_the_child_its_hours(self, world: World):
        sessions = world.hours(2)

        answer = world.parent.post("bookings/", world.wish(*sessions))

        body = answer.json()
        assert answer.status_code == 201
        assert set(body) >= {"id", "status", "child", "sessions", "free_units", "charge"}
        assert is_id(body["id"])
        assert (body["status"], body["child"]) == ("confirmed", str(world.child.public_id))
        assert [one["id"] for one in body["sessions"]] == [str(s.public_id) for s in sessions]
        assert (body["free_units"], body["charge"]) == (2, 0)
        assert all(is_moment(one["starts_at"]) for one in body["sessions"])
        assert answer.headers["Cache-Control"] == "no-store"

    def test_sent_again_gives_the_first_answer_again(self, world: World):
        wish = world.wish(*world.hours())

        first = world.parent.post("bookings/", wish, key="k-1")
        again = world.parent.post("bookings/", wish, key="k-1")

        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
        assert Booking.objects.count() == 1

    def test_with_the_key_of_another_request_is_not_processed(self, world: World):
        one, other = world.hours(2)
        world.parent.post("bookings/", world.wish(one), key="k-1")

        answer = nothing_changes(
            lambda: world.parent.post("bookings/", world.wish(other), key="k-1")
        )

        is_problem(answer, 422)

    def test_without_a_key_is_not_understood(self, world: World):
        wish = world.wish(*world.hours())

        answer = nothing_changes(lambda: world.parent.post("bookings/", wish, key=None))

        assert "Idempotency-Key" in is_problem(answer, 400)["errors"]

    def test_is_refused_with_every_reason_and_with_what_can_be_had(self, world: World):
        [full, *_free] = world.hours(3)
        type(full).objects.filter(pk=full.pk).update(places=0, stop="", opens_at=full.starts_at)

        answer = world.parent.post("bookings/", world.wish(full))

        body = is_problem(answer, 409)
        assert len({verdict["rule"] for verdict in body["verdicts"]}) >= 2
        for verdict in body["verdicts"]:
            assert set(verdict) >= VERDICT
            assert any("\u4e00" <= sign <= "\u9fff" for sign in verdict["remedy"])
        assert body["alternatives"]
        assert is_moment(body["alternatives"][0]["starts_at"])
        assert not Booking.objects.exists()
        assert UnmetDemand.objects.exists()

    def test_of_an_alternative_succeeds(self, world: World):
        [full, *_free] = world.hours(3)
        type(full).objects.filter(pk=full.pk).update(places=0)
        refused = world.parent.post("bookings/", world.wish(full)).json()

        wish = {
            "child": str(world.child.public_id),
            "sessions": refused["alternatives"][0]["sessions"],
        }

        assert world.parent.post("bookings/", wish).status_code == 201

    def test_cites_the_clause_that_stands_in_the_way(self, world: World):
        ChildHealthCheck.objects.filter(child=world.child).delete()

        body = is_problem(world.parent.post("bookings/", world.wish(*world.hours())), 409)

        [verdict] = body["verdicts"]
        assert verdict["rule"] == "child_health_check_required"
        assert (verdict["outcome"], verdict["measured"], verdict["limit"]) == ("fails", 0, 1)
        assert all(verdict[name] for name in ("clause", "document", "quote", "strength", "unit"))

    def test_of_an_hour_of_the_past_is_refused(self, world: World):
        session = make_session(
            make_group(world.house), now=world.now, starts_at=world.now - timedelta(hours=2)
        )

        is_problem(world.parent.post("bookings/", world.wish(session)), 409)

    def test_in_another_district_is_paid(self, world: World):
        elsewhere = make_house(subdistrict=Subdistrict.objects.get(name="南京西路街道"))
        [session] = world.hours(house=elsewhere)

        body = world.parent.post("bookings/", world.wish(session)).json()

        assert (body["free_units"], body["charge"]) == (0, 2000)

    def test_in_another_subdistrict_needs_its_agreement(self, world: World):
        elsewhere = make_house(subdistrict=Subdistrict.objects.get(name="廊下镇"))
        [session] = world.hours(house=elsewhere)

        body = is_problem(world.parent.post("bookings/", world.wish(session)), 409)

        assert [one["rule"] for one in body["verdicts"]] == ["service_agreement_required"]

    def test_for_siblings_is_all_or_nothing(self, world: World):
        sibling = make_child(world.parent.user, born_on=world.child.born_on)
        [session] = world.hours()
        wishes = {"children": [world.wish(session), world.wish(session, child=sibling)]}

        is_problem(world.parent.post("bookings/family/", wishes), 409)
        assert not Booking.objects.exists()

        alone = world.parent.post("bookings/family/", {"children": wishes["children"][:1]})

        assert alone.status_code == 201
        assert [one["child"] for one in alone.json()["bookings"]] == [str(world.child.public_id)]


class TestBookings:
    def test_are_listed_in_pages(self, world: World):
        made = [world.booked(days=days)["id"] for days in (2, 3, 4)]

        first = world.parent.get("bookings/", {"page_size": "2"}).json()
        second = world.parent.get(first["next"]).json()

        assert set(first) == {"next", "previous", "results"}
        listed = [row["id"] for row in first["results"] + second["results"]]
        assert sorted(listed) == sorted(made)
        assert second["next"] is None
        assert world.parent.get(second["previous"]).json()["results"] == first["results"]

    def test_are_never_more_than_a_hundred_to_a_page(self, world: World):
        world.booked()

        assert len(world.parent.get("bookings/", {"page_size": "5000"}).json()["results"]) == 1

    def test_are_shown_one_by_one(self, world: World):
        booking = world.booked()

        assert world.parent.get(f"bookings/{booking['id']}/").json() == booking

    def test_cancelled_in_time_give_everything_back_and_say_why(self, world: World):
        booking = world.booked(2)

        answer = world.parent.post(f"bookings/{booking['id']}/cancel/", {}, key=None)

        body = answer.json()
        assert answer.status_code == 200
        assert (body["in_time"], body["free_units_returned"], body["refund"]) == (True, 2, 0)
        assert set(body["verdict"]) >= VERDICT
        assert world.parent.get(f"bookings/{booking['id']}/").json()["status"] == "cancelled"

    def test_are_cancelled_without_a_body_too(self, world: World):
        booking = world.booked()

        answer = world.parent.client.post(
            f"/api/v1/bookings/{booking['id']}/cancel/", headers=world.parent.headers
        )

        assert answer.status_code == 200

    def test_cancelled_twice_are_refused_the_second_time(self, world: World):
        booking = world.booked()
        world.parent.post(f"bookings/{booking['id']}/cancel/")

        body = is_problem(world.parent.post(f"bookings/{booking['id']}/cancel/"), 409)

        assert body["verdicts"][0]["remedy"] == "这个预约已经取消过了。"

    def test_are_not_cancelled_by_who_may_only_read(self, world: World):
        booking = world.booked()

        answer = nothing_changes(lambda: world.reader.post(f"bookings/{booking['id']}/cancel/"))

        assert is_problem(answer, 409)["verdicts"][0]["rule"] == "guardian_may_book"
        assert world.parent.get(f"bookings/{booking['id']}/").json()["status"] == "confirmed"


class TestTheFloor:
    def test_is_shown_group_by_group_to_those_who_run_the_house(self, world: World):
        group = make_group(world.house)
        starts_at = timezone.now() - timedelta(minutes=5)
        make_session(
            group, now=world.now, starts_at=starts_at, places_taken=7, counted_staff=2, minutes=50
        )

        [row] = world.operator.get(f"facilities/{world.house.public_id}/today/").json()

        assert set(row) >= {
            "children_present", "children_expected", "counted_staff", "needed_staff", "margin",
            "breach",
        }  # fmt: skip
        assert (row["children_expected"], row["counted_staff"], row["needed_staff"]) == (7, 2, 2)
        assert (row["margin"], row["breach"]) == (0, None)


class TestAnswers:
    def test_are_json_and_nothing_else(self, world: World):
        answer = world.nobody.get("facilities/")

        assert answer.headers["Content-Type"] == "application/json"
        is_problem(world.nobody.get("facilities/", Accept="text/html"), 406)

    def test_to_another_method_say_so(self, world: World):
        answer = world.parent.client.put("/api/v1/bookings/", headers=world.parent.headers)

        is_problem(answer, 405)
        assert "POST" in answer.headers["Allow"]

    def test_to_an_unknown_address_are_problems_too(self, world: World):
        is_problem(world.parent.get("nonsense/"), 404)
        is_problem(world.parent.get("bookings/not-a-uuid/"), 404)

    def test_without_a_token_ask_for_one(self, world: World):
        answer = world.nobody.get("bookings/")

        is_problem(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Token"
