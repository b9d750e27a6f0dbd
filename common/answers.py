"""How every page answers."""

from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url


def see(to: str, *args: object, **names: object) -> HttpResponseRedirect:
    """Done; lead to a page by its name or address. Reloading it does nothing twice."""
    return HttpResponseRedirect(resolve_url(to, *args, **names), status=303)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent to a form; an empty submission is one, too."""
    return request.POST if request.method == "POST" else None
