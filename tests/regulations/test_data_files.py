"""A data file that says something unknown is refused, and the message says where."""

import shutil
from pathlib import Path

import pytest

from regulations import datafiles
from regulations.datafiles import FOLDER, BadDataFile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "data"
    shutil.copytree(FOLDER, copy)
    return copy


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("key: class_size_max", "key: class_size_maxx"),
        ("at_most: 20", "at_mots: 20"),
        ("at_most: 20", "at_most: 20\n    at_least: 3"),
        ("at_most: 20", ""),
        ("clause: 000-3-class", "clause: 000-9-class"),
        ("clause: 000-3-class", "clause: 000-3-class\n    strength: strong"),
        ("applies_to: baby_house", "applies_to: bakery"),
    ],
)
def test_a_slip_of_the_pen_is_found_and_located(folder: Path, before: str, after: str) -> None:
    path = folder / "limits" / "310116_jinshan.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text

    path.write_text(text.replace(before, after, 1), encoding="utf-8")

    with pytest.raises(BadDataFile, match="310116_jinshan"):
        datafiles.read(folder)
