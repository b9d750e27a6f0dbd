"""The readable files that a city is drawn from."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "data"


@cache
def read(name: str) -> dict[str, Any]:
    """What a file says; it is read once."""
    said: dict[str, Any] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return said


def agreement_text(subdistrict: str) -> str:
    """A 街镇's 服务协议, in the words of the file."""
    template = (_FOLDER / "agreement.txt").read_text(encoding="utf-8")
    return template.strip().format(subdistrict=subdistrict)
