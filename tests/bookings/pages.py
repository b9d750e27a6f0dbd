"""Reading pages as people do: by their words, links and forms."""

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.types import Actor
from bookings.models import Booking
from facilities.models import CareSession, Facility
from families.models import Child

_SECRETS = re.compile(
    r'(name="(?:csrfmiddlewaretoken|key)" value=|"X-CSRFToken": )"[^"]*"', re.IGNORECASE
)


def user_of(actor: Actor) -> User:
    """The actor's account."""
    return User.objects.get(pk=actor.user_id or 0)


def as_user(actor: Actor) -> Client:
    """A browser in which the actor is signed in."""
    client = Client()
    client.force_login(user_of(actor))
    return client


def html_of(answer: Any) -> str:
    """The page, whole: no variable of its template was missing."""
    page: str = answer.content.decode()
    assert "UNDEFINED VARIABLE" not in page
    return page


def words_of(answer: Any) -> str:
    """What a person reads."""
    bare = re.sub(r"<(script|style)[\s\S]*?</\1>", " ", html_of(answer))
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


def without_secrets(page: str) -> str:
    """The page without what differs from one rendering to the next."""
    return re.sub(r"\s+", " ", _SECRETS.sub(r"\1", page))


def hidden(page: str, name: str) -> str:
    """The value of the first hidden field of a name."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, name
    return html.unescape(found.group(1))


def forms_of(page: str) -> list[dict[str, Any]]:
    """The POST forms of a page: where they go, and what their hidden fields send."""
    found = []
    for opening, body in re.findall(r"(<form[^>]*>)([\s\S]*?)</form>", page):
        if 'method="post"' not in opening:
            continue
        fields: dict[str, list[str]] = {}
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', body):
            fields.setdefault(name, []).append(html.unescape(value))
        action = re.search(r'action="([^"]*)"', opening)
        found.append({"action": action.group(1) if action else "", "fields": fields, "body": body})
    return found


def timetable_of(client: Client, house: Facility, **asked: Any) -> Any:
    return client.get(reverse("bookings:timetable", args=[house.public_id]), asked)


def place(
    client: Client,
    house: Facility,
    children: list[Child],
    sessions: list[CareSession],
    key: str = "a-key",
) -> Any:
    """Send the form of the timetable."""
    sent = {
        "child": [child.public_id for child in children],
        "session": [session.public_id for session in sessions],
        "key": key,
    }
    return client.post(reverse("bookings:place", args=[house.public_id]), sent)


def detail_of(booking: Booking) -> str:
    return reverse("bookings:detail", args=[booking.public_id])
