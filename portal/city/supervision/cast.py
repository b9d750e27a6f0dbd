"""Who acts in the year: officers, and the people in charge of houses."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher

from accounts.models import Grant, User
from accounts.selectors import actor_for
from accounts.types import Actor, Role
from common.intervals import day_in_shanghai
from facilities.models import Facility
from inspections.models import Inspector
from portal.city.chance import Chance
from portal.city.people import PASSWORD, phone_of

Who = int | str  # the number of an account of the demo, or a name


class Cast:
    """Finds people by what the story calls them."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._users: dict[Who, User] = {}
        self._leads: dict[int, User] = {}
        self._entries = dict(Inspector.objects.values_list("user", "public_id"))

    def user(self, who: Who) -> User:
        """Somebody by the number of their account, or an inspector by name."""
        if who not in self._users:
            key = {"phone": phone_of(who)} if isinstance(who, int) else {"name": who}
            among = User.objects.filter(pk__in=self._entries) if isinstance(who, str) else None
            self._users[who] = (User.objects if among is None else among).get(**key)
        return self._users[who]

    def lead_of(self, house: Facility) -> User:
        """Who is in charge of a house."""
        if house.pk not in self._leads:
            grant = Grant.objects.select_related("user").filter(
                role=Role.PERSON_IN_CHARGE, scope=str(house.public_id)
            )
            self._leads[house.pk] = grant.order_by("pk")[0].user
        return self._leads[house.pk]

    def actor(self, who: Who | User, now: datetime) -> Actor:
        """The actor that somebody is at a moment."""
        user = who if isinstance(who, User) else self.user(who)
        return actor_for(user, today=day_in_shanghai(now))

    def entries(self, people: Sequence[Who]) -> tuple[str, ...]:
        """Their ids in the register of inspectors."""
        return tuple(str(self._entries[self.user(who).pk]) for who in people)

    @contextmanager
    def pens(self) -> Iterator[None]:
        """Let everybody who signs do so by the demo's password, checked at little cost.

        Each signature asks for the password, and a real check is made to be slow: a year of them
        would take longer than the rest of the city. Afterwards everybody has what they had.
        """
        before = dict(User.objects.values_list("pk", "password"))
        hasher = get_hasher()
        cost = getattr(hasher, "iterations", None)
        if isinstance(hasher, PBKDF2PasswordHasher):
            hasher.iterations = 1
        signing = {*self._entries, *Grant.objects.values_list("user", flat=True)}
        salt = self._chance.text("pens")[:22]
        try:
            User.objects.filter(pk__in=signing).update(password=hasher.encode(PASSWORD, salt))
            yield
        finally:
            if isinstance(hasher, PBKDF2PasswordHasher) and cost is not None:
                hasher.iterations = cost
        changed = [User(pk=pk, password=before[pk]) for pk in sorted(signing)]
        User.objects.bulk_update(changed, ["password"])
