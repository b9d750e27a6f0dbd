"""Weeks of bookings at random, against a plain Python model that knows no database.

Families book and cancel; houses close; staff come and go; hours pass; the year turns; a child
turns three; a rule changes. After every step the model and the portal agree on who sits where and
on every balance, and the ledger adds up.
"""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bookings import services
from bookings.models import BookedHour, Entitlement
from bookings.services.ledger import Movement, grant_up_to, write
from bookings.types import EntryKind
from common.intervals import SHANGHAI
from common.invariants import findings
from common.refusals import Refused
from facilities.models import CareSession
from facilities.services import set_counted_staff
from families.models import Child
from regulations import services as regulations
from regulations.keys import LimitKey
from regulations.selectors import law_book
from tests.bookings.model import Model, ModelBooking, ModelChild, ModelSession
from tests.bookings.worlds import a_house, a_parent, a_ready_family, book, ready_children
from tests.facilities.factories import make_group, make_session
from tests.facilities.lawmaking import change_limit
from tests.facilities.people import operator_of

START = datetime(2026, 12, 28, 10, 0, tzinfo=SHANGHAI)
DAYS = [START.date() + timedelta(days=day) for day in range(9) if day != 4]  # not New Year's Day
HOURS = (9, 10, 11, 12, 14)
SESSIONS = 2 * len(DAYS) * len(HOURS)
THIRD_BIRTHDAY = date(2027, 1, 2)
EXAMPLES = int(os.environ.get("STATE_MACHINE_EXAMPLES", "40"))
STEPS = 50


class Weeks(RuleBasedStateMachine):
    """The portal and its model, moved together."""

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.model = Model(START)
        self.house = a_house()
        self.operator = replace(operator_of(self.house.subdistrict), user_id=a_parent().user_id)
        self.sessions = [s for group in range(2) for s in self._hours_of_a_group()]
        self.pairs: dict[int, tuple[Any, ModelBooking]] = {}
        self.families = self._make_families()
        self.rule_changed = False

    def _hours_of_a_group(self) -> list[tuple[CareSession, ModelSession]]:
        group = make_group(self.house, licensed_places=2)
        made = []
        for day in DAYS:
            for hour in HOURS:
                starts_at = datetime.combine(day, time(hour), tzinfo=SHANGHAI)
                opens_at = (starts_at - timedelta(days=7)).replace(hour=9)
                row = make_session(
                    group, starts_at=starts_at, opens_at=opens_at, now=START, places=2,
                    counted_staff=1,
                )  # fmt: skip
                made.append((row, ModelSession(row.pk, starts_at, places=2, staff=1)))
        return made

    def _make_families(self) -> list[tuple[Any, Child, ModelChild]]:
        parent, child = a_ready_family(self.house)
        [sibling] = ready_children(
            [parent], self.house.subdistrict, born_on=THIRD_BIRTHDAY.replace(year=2024)
        )
        other_parent, other_child = a_ready_family(self.house)
        rows = [(parent, child), (parent, sibling), (other_parent, other_child)]
        return [(who, row, self._with_few_units_left(row)) for who, row in rows]

    def _with_few_units_left(self, row: Child) -> ModelChild:
        """Three free 次 are left of 2026, with the entries to show for it."""
        limit = law_book().limit(
            LimitKey.FREE_SESSIONS_PER_CHILD_YEAR, jurisdiction="310116", care_on=START.date()
        )
        entitlement = grant_up_to(child_id=row.pk, year=2026, limit=limit, actor_id=None, at=START)
        for kind in (EntryKind.HOLD, EntryKind.CONSUME):
            write([Movement(entitlement.pk, kind, units=9)], actor_id=None, at=START)
        model = ModelChild(row.pk, row.born_on)
        model.granted[2026], model.used[2026] = 12, 9
        return model

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    # --- what people do

    @rule(
        family=st.integers(0, 2),
        first=st.integers(0, SESSIONS - 1),
        count=st.integers(1, 4),
        jump=st.sampled_from([1, 1, 1, 2, len(HOURS)]),
    )
    def book_hours(self, family: int, first: int, count: int, jump: int) -> None:
        parent, row, child = self.families[family]
        wanted = self.sessions[first : first + count * jump : jump]
        models = [model for _, model in wanted]
        if self.model.admits(child, models):
            [booking] = self._book(parent, row, [s for s, _ in wanted])
            self.pairs[booking.pk] = (booking, self.model.book(child, models))
        else:
            with pytest.raises(Refused), transaction.atomic():
                book(parent, (row, [s for s, _ in wanted]), now=self.model.now)

    def _book(self, parent: Any, row: Child, wanted: list[CareSession]) -> Any:
        try:
            return book(parent, (row, wanted), now=self.model.now)
        except Refused as refused:
            pytest.fail(f"refused: {[verdict.as_dict() for verdict in refused.verdicts]}")

    @precondition(lambda self: self.pairs)
    @rule(which=st.integers(0, 1000))
    def cancel(self, which: int) -> None:
        booking, model = self.pairs[sorted(self.pairs)[which % len(self.pairs)]]
        parent = next(who for who, row, _ in self.families if row.pk == booking.child_id)
        if not self.model.cancellable(model):
            with pytest.raises(Refused), transaction.atomic():
                self._cancel(booking, parent)
            return
        expected = self.model.cancel(model)
        outcome = self._cancel(booking, parent)
        assert (outcome.free_units_returned, outcome.free_units_forfeited) == expected

    def _cancel(self, booking: Any, parent: Any) -> Any:
        return services.cancel_booking(
            booking=str(booking.public_id), actor=parent, now=self.model.now
        )

    @rule(on=st.sampled_from(DAYS))
    def close_a_day(self, on: date) -> None:
        if on < self.model.now.date():
            return
        ended = services.close_house(
            facility=str(self.house.public_id), starts_on=on, through=on, reason="检修",
            actor=self.operator, now=self.model.now,
        )  # fmt: skip
        children = [child for _, _, child in self.families]
        assert len(ended) == self.model.close(on, [m for _, m in self.sessions], children)

    @rule(which=st.integers(0, SESSIONS - 1), staff=st.integers(0, 2))
    def change_staff(self, which: int, staff: int) -> None:
        row, model = self.sessions[which]
        broken = set_counted_staff(
            counted_staff={row.pk: staff}, cause="排班", actor_id=None, now=self.model.now
        )
        model.staff = staff
        model.recount()
        assert bool(broken) == model.broken

    @rule(minutes=st.sampled_from([20, 60, 180, 600, 1440]))
    def time_passes(self, minutes: int) -> None:
        self.model.now += timedelta(minutes=minutes)
        services.settle_hours(now=self.model.now)
        self.model.settle([child for _, _, child in self.families])

    @rule()
    def the_year_is_closed(self) -> None:
        services.lapse_entitlements(now=self.model.now)
        self.model.lapse([child for _, _, child in self.families])

    @precondition(lambda self: not self.rule_changed)
    @rule()
    def the_district_grants_more_from_new_year_on(self) -> None:
        change_limit(
            LimitKey.FREE_SESSIONS_PER_CHILD_YEAR, 14, valid_from=date(2027, 1, 1), now=START
        )
        self.model.free_units[2027] = 14
        self.rule_changed = True

    # --- what must always be so

    @invariant()
    def everybody_sits_where_the_model_says(self) -> None:
        taken = dict(CareSession.objects.values_list("pk", "places_taken"))
        assert taken == {row.pk: model.taken for row, model in self.sessions}

    @invariant()
    def every_hour_is_as_the_model_says(self) -> None:
        rows = BookedHour.objects.order_by("booking_id", "starts_at")
        found = list(rows.values_list("booking_id", "state"))
        assert found == [
            (pk, hour.state) for pk in sorted(self.pairs) for hour in self.pairs[pk][1].hours
        ]

    @invariant()
    def every_balance_is_as_the_model_says(self) -> None:
        for row in Entitlement.objects.all():
            child = next(c for _, _, c in self.families if c.id == row.child_id)
            year = row.year
            assert (row.granted, row.held, row.used, row.lapsed) == (
                child.granted[year], child.held[year], child.used[year], child.lapsed[year],
            )  # fmt: skip

    @rule()
    def nothing_that_must_be_empty_is_not(self) -> None:
        broken = [one for one in findings(now=self.model.now, examples=3) if not one.holds]
        # Nobody delivers the post while the clock is turned by days.
        assert not [one for one in broken if one.invariant.name != "outbox_stuck"], broken


@pytest.mark.django_db
def test_weeks_of_bookings_go_as_the_model_says():
    regulations.load(now=datetime(2026, 1, 1, tzinfo=UTC))
    run_state_machine_as_test(
        Weeks,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            derandomize=os.environ.get("CI") == "true",
            suppress_health_check=list(HealthCheck),
        ),
    )
