"""How a page answers when something was done."""

from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url


class SeeOther(HttpResponseRedirect):
    """Done; here is the page to look at. Reloading it does nothing twice."""

    status_code = 303


def see(to: str, **names: object) -> SeeOther:
    """Lead to a page by its name."""
    return SeeOther(resolve_url(to, **names))
