"""Which kinds there are: named in the settings, defined by the apps that know them."""

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from common.refusals import InvalidInput
from imports import messages
from imports.kinds import ImportKind, Kinds


def kinds() -> Kinds:
    """Every kind by its key, in the order of the settings."""
    return _loaded(tuple(settings.IMPORT_KINDS))


@lru_cache(maxsize=4)
def _loaded(paths: tuple[str, ...]) -> Kinds:
    found: list[type[ImportKind]] = [import_string(path) for path in paths]
    return {kind.key: kind for kind in found}


def kind_named(key: str) -> type[ImportKind]:
    """A kind by its key. :raises InvalidInput: when there is none."""
    known = kinds()
    if key not in known:
        named = "、".join(f"{kind.key}（{kind.title}）" for kind in known.values())
        raise InvalidInput({"kind": [messages.NO_SUCH_KIND.format(kinds=named)]})
    return known[key]
