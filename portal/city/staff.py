"""People at work in every house, and what is not in order with some of them, on purpose.

What is odd lies in 石化街道, where the staff of the demo can see it.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from common.intervals import moment_in_shanghai
from portal.city.chance import Chance
from portal.city.credentials import Odd, a_check, give_papers
from portal.city.crews import Crew, make_candidate, make_crews
from portal.city.families import IdentityNumbers
from portal.city.people import HOUSE_OF_THE_STAFF
from portal.city.rosters import WEEKS_AHEAD, Duty, monday_of, publish_rosters
from staff.models import Candidacy, Employment, Leave, Person
from staff.types import CheckChannel, EmploymentBasis, LeaveKind, StaffRole

BORROWING_HOUSE = "石化街道合浦社区“宝宝屋”"
LENDING_HOUSE = "石化街道滨海社区“宝宝屋”"
_WEEK = timedelta(days=7)
_LENT_ON = frozenset({1, 3})  # Tuesday and Thursday
_LENT_FOR = timedelta(days=60)
_LEAVE = (timedelta(days=2), timedelta(days=4))  # Wednesday and Thursday of next week
# Three weeks from now, in the week that is drafted: the forecast and the board both say so.
_CERTIFICATE_LAPSES = (WEEKS_AHEAD + 1) * _WEEK + timedelta(days=2)
_HEALTH_LAPSED = timedelta(days=6)
_SILENT_FOR = timedelta(days=45)


def make_staff(
    chance: Chance, numbers: IdentityNumbers, *, today: date, dawn: datetime
) -> list[Crew]:
    """Engage people in every house, give them papers, and publish their weeks."""
    crews = make_crews(chance, numbers, today=today)
    planted = _Planted(crews, today, dawn)
    give_papers(crews, planted.odd(), chance, today=today)
    planted.lend()
    planted.grant_a_leave()
    planted.consider(make_candidate(chance, numbers, today=today, since=today - timedelta(days=5)))
    publish_rosters(crews, planted.duty(), today=today, dawn=dawn)
    return crews


class _Planted:
    """Who is odd, and how. Each of them is somebody else."""

    def __init__(self, crews: Sequence[Crew], today: date, dawn: datetime) -> None:
        by_name = {crew.house.name: crew for crew in crews}
        self._today, self._dawn = today, dawn
        self._own = by_name[HOUSE_OF_THE_STAFF]
        self._borrower = by_name[BORROWING_HOUSE]
        self._lender = by_name[LENDING_HOUSE]
        _, self._lapsing, self._away, self._untrained, *_ = _people(self._own)
        self._silent = _people(self._borrower)[-1]
        self._lent, *_, self._lapsed = _people(self._lender)
        self._next_monday = monday_of(today) + _WEEK

    def odd(self) -> Odd:
        return Odd(
            certificate_through={self._lapsing.pk: monday_of(self._today) + _CERTIFICATE_LAPSES},
            health_through={self._lapsed.pk: self._today - _HEALTH_LAPSED},
            silent_since={self._silent.pk: self._today - _SILENT_FOR},
            untrained=frozenset({self._untrained.pk}),
        )

    def duty(self) -> Duty:
        first, until = (self._next_monday + offset for offset in _LEAVE)
        days = [first + timedelta(days=number) for number in range((until - first).days)]
        return Duty(
            counts_through={
                self._lapsed.pk: self._today - _HEALTH_LAPSED,
                self._silent.pk: self._today - _SILENT_FOR - timedelta(days=1),
            },
            away=frozenset((self._away.pk, day) for day in days),
            lent={self._lent.pk: (self._borrower.house.pk, _LENT_ON)},
        )

    def lend(self) -> None:
        """A caregiver of one house cares in another on two days of the week."""
        self._borrower.borrowed.append(self._lent)
        Employment.objects.create(
            person=self._lent,
            facility=self._borrower.house,
            role=StaffRole.CAREGIVER,
            basis=EmploymentBasis.BORROWED,
            lent_by=self._lender.house.name,
            starts_on=self._today - _LENT_FOR,
            manager=self._borrower.lead.person,
            hired_by_id=self._borrower.lead.person.user_id,
            hired_at=moment_in_shanghai(self._today - _LENT_FOR - timedelta(days=2), time(11)),
        )

    def grant_a_leave(self) -> None:
        """Agreed on before next week was rostered: nobody is missing for it."""
        first, until = (moment_in_shanghai(self._next_monday + offset, time()) for offset in _LEAVE)
        Leave.objects.create(
            person=self._away,
            kind=LeaveKind.ANNUAL,
            starts_at=first,
            ends_at=until,
            recorded_by_id=self._own.lead.person.user_id,
            recorded_at=self._dawn - timedelta(days=8),
        )

    def consider(self, candidate: Person) -> None:
        """Somebody may not be engaged yet: only one of two channels has answered."""
        Candidacy.objects.create(
            person=candidate,
            facility=self._own.house,
            since=candidate.registered_at,
            opened_by_id=self._own.lead.person.user_id,
        )
        by = self._own.lead.person.user_id
        checked_on = self._today - timedelta(days=4)
        a_check(candidate.pk, CheckChannel.PUBLIC_SECURITY, checked_on, by, self._today).save()


def _people(crew: Crew) -> list[Person]:
    return [member.person for member in crew.caregivers]
