"""What booking needs: a house, hours with many places, and families whose papers are in order.

Rows are made in bulk, with the models and without the services: nothing of this is timed.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count, islice
from typing import Any, TypeVar

from django.db.models import Model
from knox.crypto import create_token_string, hash_token
from knox.models import AuthToken
from knox.settings import CONSTANTS

from accounts.models import User
from bookings.models import Entitlement, LedgerEntry
from bookings.types import EntryKind
from common.crypto import lookup_code
from common.intervals import day_in_shanghai, moment_in_shanghai, months_later
from facilities.models import (
    CareGroup,
    CareSession,
    District,
    Facility,
    Fee,
    LiabilityInsurance,
    Subdistrict,
)
from facilities.types import CareMode, HostKind, SubdistrictKind
from families.messages import CONSENT_TEXTS
from families.models import (
    AgreementText,
    Child,
    ChildHealthCheck,
    Consent,
    Guardian,
    ServiceAgreement,
)
from families.types import ConsentPurpose, GuardianRight, Relation, ReviewState, Sex
from regulations.keys import LimitKey
from regulations.selectors import law_book

_DISTRICT = "310116"
_MANY = 30_000  # places; nobody is refused for want of one
_AGE = 24  # months
_BATCH = 2000
_LATER = timedelta(days=200)

_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True)
class Family:
    """A child that may be booked for, and the token of its parent."""

    child: str
    token: str


class World:
    """One house in one 街镇. Families and hours are added as they are needed."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._today = day_in_shanghai(now)
        self._care_on = self._today + timedelta(days=2)
        self._numbers = count(1)
        self._subdistrict = self._make_subdistrict()
        self._agreement = self._make_agreement()
        self._house = self._make_house("石化街道“宝宝屋”", 0.0)

    # --- hours -----------------------------------------------------------------------------------

    def sessions(self, how_many: int) -> list[str]:
        """New hours of groups of their own, all at the same time, with room for everybody."""
        groups = CareGroup.objects.bulk_create(
            CareGroup(
                facility=self._house,
                name=f"第{next(self._numbers)}班",
                area_m2=1000,
                licensed_places=_MANY,
            )
            for _ in range(how_many)
        )
        made = CareSession.objects.bulk_create(
            self._session(group, self._moment(self._care_on, 10)) for group in groups
        )
        return [str(session.public_id) for session in made]

    def places_taken(self, sessions: list[str]) -> int:
        """How many places the ledger of these hours says are taken."""
        taken = CareSession.objects.filter(public_id__in=sessions)
        return sum(taken.values_list("places_taken", flat=True))

    def sold_out_session(self) -> str:
        """A full hour of a house with two groups and a week of hours, of which half are full."""
        house = self._make_house("石化街道临潮社区“宝宝屋”", 1.0)
        groups = CareGroup.objects.bulk_create(
            CareGroup(facility=house, name=name, area_m2=60, licensed_places=10)
            for name in ("小苗班", "小树班")
        )
        made = CareSession.objects.bulk_create(
            self._session(
                group, self._moment(self._today + timedelta(days=day), hour), places=10,
                taken=10 if (day + hour) % 2 == 0 else 4,
            )
            for group in groups for day in range(1, 7) for hour in range(9, 17)
        )  # fmt: skip
        return next(str(one.public_id) for one in made if one.places_taken == one.places)

    def _moment(self, day: date, hour: int) -> datetime:
        return moment_in_shanghai(day, time(hour))

    def _session(
        self, group: CareGroup, starts_at: datetime, *, places: int = _MANY, taken: int = 0
    ) -> CareSession:
        return CareSession(
            care_group=group,
            facility_id=group.facility_id,
            mode=CareMode.DROP_OFF,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            opens_at=self._now - timedelta(days=1),
            places=places,
            places_taken=taken,
            binding_limit="licensed_places",
            counted_staff=places,
            children_per_staff=1,
        )

    # --- families --------------------------------------------------------------------------------

    def families(self, how_many: int, *, year_begun: bool = True) -> Iterator[Family]:
        """New parents with a child each; the year's free 次 are granted when it has `begun`."""
        while how_many > 0:
            made = self._some_families(min(how_many, _BATCH), year_begun=year_begun)
            how_many -= len(made)
            yield from made

    def _some_families(self, how_many: int, *, year_begun: bool) -> list[Family]:
        parents = self._bulk(User, self._parent, how_many)
        children = self._bulk(Child, self._child, how_many)
        pairs = list(zip(children, parents, strict=True))
        Guardian.objects.bulk_create(self._guardian(*pair) for pair in pairs)
        ServiceAgreement.objects.bulk_create(self._signature(*pair) for pair in pairs)
        ChildHealthCheck.objects.bulk_create(self._health_check(*pair) for pair in pairs)
        Consent.objects.bulk_create(
            self._consent(*pair, purpose) for pair in pairs for purpose in ConsentPurpose
        )
        if year_begun:
            self._begin_the_year(children)
        tokens = [create_token_string() for _ in parents]
        AuthToken.objects.bulk_create(map(self._token, tokens, parents))
        return [
            Family(str(child.public_id), token)
            for child, token in zip(children, tokens, strict=True)
        ]

    def _bulk(self, model: type[_M], make: Callable[[int], _M], how_many: int) -> list[_M]:
        rows = [make(number) for number in islice(self._numbers, how_many)]
        made: list[_M] = model._default_manager.bulk_create(rows)  # noqa: SLF001
        return made

    def _parent(self, number: int) -> User:
        return User(
            phone=f"139{number:08d}", phone_verified_at=self._now, name="王芳", password="!"
        )

    def _token(self, token: str, parent: User) -> AuthToken:
        return AuthToken(
            digest=hash_token(token),
            token_key=token[: CONSTANTS.TOKEN_KEY_LENGTH],
            user=parent,
            expiry=self._now + timedelta(days=1),
        )

    def _child(self, number: int) -> Child:
        known_as = f"bench-{number}"  # no number that anybody could have
        return Child(
            name="王小满",
            sex=Sex.GIRL,
            born_on=months_later(self._today, -_AGE),
            identity_number=known_as,
            identity_code=lookup_code(known_as),
            subdistrict=self._subdistrict,
            allergies="无",
            medical_history="无",
            history_declared_at=self._now,
            created_at=self._now,
        )

    def _guardian(self, child: Child, parent: User) -> Guardian:
        return Guardian(
            child=child,
            user=parent,
            relation=Relation.MOTHER,
            right=GuardianRight.FULL,
            since=self._now,
        )

    def _signature(self, child: Child, parent: User) -> ServiceAgreement:
        return ServiceAgreement(
            child=child,
            agreement=self._agreement,
            text_sha256=self._agreement.text_sha256,
            signed_by=parent,
            signed_name=parent.name,
            signed_at=self._now,
        )

    def _health_check(self, child: Child, parent: User) -> ChildHealthCheck:
        return ChildHealthCheck(
            child=child,
            examined_on=self._today - timedelta(days=20),
            institution="石化街道社区卫生服务中心",
            valid_through=self._today + _LATER,
            state=ReviewState.ACCEPTED,
            handed_in_by=parent,
            handed_in_at=self._now,
            reviewed_by=parent,
            reviewed_at=self._now,
        )

    def _consent(self, child: Child, parent: User, purpose: ConsentPurpose) -> Consent:
        text = CONSENT_TEXTS[purpose].sha256
        return Consent(
            child=child, purpose=purpose, given=True, text_sha256=text, by=parent, at=self._now
        )

    def _begin_the_year(self, children: list[Child]) -> None:
        """Grant what the law grants, as an earlier booking of the year would have done."""
        limit = law_book().limit(
            LimitKey.FREE_SESSIONS_PER_CHILD_YEAR, jurisdiction=_DISTRICT, care_on=self._care_on
        )
        if limit is None:
            raise LookupError("The law grants no free 次: load it first.")
        entitlements = Entitlement.objects.bulk_create(
            Entitlement(child=child, year=self._care_on.year, granted=limit.number)
            for child in children
        )
        LedgerEntry.objects.bulk_create(
            LedgerEntry(
                entitlement=one, kind=EntryKind.GRANT, units=one.granted, at=self._now,
                limit_id=limit.id,
            )
            for one in entitlements
        )  # fmt: skip

    # --- the place -------------------------------------------------------------------------------

    def _make_subdistrict(self) -> Subdistrict:
        district = District.objects.create(code=_DISTRICT, name="金山区")
        return Subdistrict.objects.create(
            district=district,
            code=f"{_DISTRICT}001",
            name="石化街道",
            kind=SubdistrictKind.STREET,
            latitude=30.7090,
            longitude=121.3360,
        )

    def _make_agreement(self) -> AgreementText:
        text = "宝宝屋服务协议"
        return AgreementText.objects.create(
            subdistrict=self._subdistrict,
            version=1,
            text=text,
            text_sha256=hashlib.sha256(text.encode()).hexdigest(),
            valid_from=self._today - _LATER,
        )

    def _make_house(self, name: str, degrees_north: float) -> Facility:
        house = Facility.objects.create(
            subdistrict=self._subdistrict,
            name=name,
            address="金山区卫清西路100号",
            latitude=self._subdistrict.latitude + degrees_north,
            longitude=self._subdistrict.longitude,
            host_kind=HostKind.COMMUNITY_COMPLEX,
            operator_name="石化街道社区服务中心",
            phone="021-57930000",
            opened_on=self._today - _LATER,
        )
        self._make_terms(house)
        return house

    def _make_terms(self, house: Facility) -> None:
        terms: dict[str, Any] = {"facility": house, "valid_from": self._today - _LATER}
        LiabilityInsurance.objects.create(
            insurer="太平洋财产保险",
            policy_number=f"ZR{house.pk:08d}",
            sum_insured_fen=500_000_000,
            valid_through=self._today + _LATER,
            **terms,
        )
        for mode in CareMode:
            Fee.objects.create(
                mode=mode, per_session_fen=2000, approved_by="金山区发展和改革委员会", **terms
            )
