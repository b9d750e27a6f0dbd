"""Stars by hand: every sum here can be done on paper."""

from random import Random

import pytest

from inspections.dossier_types import ItemOutcome, StarSource, StarTerms
from inspections.rules.stars import rate, said_points, said_source, uncapped
from inspections.rules.suppression import (
    ABOUT,
    NOT_ALL,
    About,
    public_count,
    public_share,
)
from inspections.selectors.stars import said_changes

TERMS = StarTerms(
    weights={StarSource.SELF: 20, StarSource.PAIRED: 30, StarSource.JOINT: 50},
    lines=(60, 70, 80, 90, 95),
    severe_cap=2,
)


def items(met: int, unmet: int = 0, *, name: str = "项") -> list[ItemOutcome]:
    return [
        ItemOutcome(f"{name}{number}", f"{name}{number}", is_met=number < met)
        for number in range(met + unmet)
    ]


def star(own, paired, joint, *, severe=False):
    answers = {
        StarSource.SELF: items(*own, name="自"),
        StarSource.PAIRED: items(*paired, name="结"),
        StarSource.JOINT: items(*joint, name="联"),
    }
    return rate(answers, TERMS, has_open_severe=severe)


@pytest.mark.parametrize(
    ("own", "paired", "joint", "hundredths", "stars"),
    [
        ((10, 0), (10, 0), (10, 0), 10000, 5),
        ((10, 0), (10, 0), (9, 1), 9500, 5),
        ((9, 1), (10, 0), (9, 1), 9300, 4),
        ((5, 5), (5, 5), (6, 4), 5500, 0),
        ((6, 4), (6, 4), (6, 4), 6000, 1),
        ((2, 1), (2, 1), (2, 1), 6666, 1),  # cut, never rounded up
        ((0, 1), (0, 1), (0, 1), 0, 0),
    ],
)
def test_the_sum_is_the_shares_by_their_weight(own, paired, joint, hundredths, stars):
    found = star(own, paired, joint)

    assert (found.hundredths, found.stars) == (hundredths, stars)


@pytest.mark.parametrize("missing", list(StarSource))
def test_without_one_of_the_three_there_is_no_star(missing: StarSource):
    answers = {source: items(10) for source in StarSource if source is not missing}

    found = rate(answers, TERMS, has_open_severe=False)

    assert found.stars is None
    assert found.missing == (missing,)


def test_something_severe_caps_the_star_and_no_other_item_changes_it():
    found = star((10, 0), (10, 0), (9, 1), severe=True)

    assert (found.stars, found.is_capped, found.changes) == (2, True, ())


def test_a_capped_star_says_that_mending_what_is_severe_would_change_it():
    found = star((10, 0), (10, 0), (9, 1), severe=True)  # 95 points

    assert uncapped(found, TERMS) == 5
    assert said_changes(found, TERMS) == ["把没有整改好的严重问题改好、再检查合格以后，是五星。"]


def test_it_says_which_single_item_would_change_the_star():
    found = star((9, 1), (10, 0), (9, 1))  # 93: the joint item alone gives 98, the other 95

    assert [(change.items[0][0], change.stars) for change in found.changes] == [
        (StarSource.JOINT, 5),
        (StarSource.SELF, 5),
    ]


def test_where_no_single_item_does_it_says_the_fewest_together():
    found = star((18, 2), (18, 2), (15, 5))  # 82.5: four stars need 90, a joint item gives 2.5

    assert [len(change.items) for change in found.changes] == [3]
    assert {source for source, _ in found.changes[0].items} == {StarSource.JOINT}
    assert found.changes[0].stars == 4


def test_what_is_said_to_change_the_star_changes_it_and_less_does_not():
    draw = Random(20261122)
    for _ in range(200):
        answers = {
            source: items(draw.randint(0, 12), draw.randint(1, 6), name=source)
            for source in StarSource
        }
        found = rate(answers, TERMS, has_open_severe=False)
        for change in found.changes:
            assert stars_after(answers, change.items) == change.stars > (found.stars or 0)
            if len(change.items) > 1:
                assert stars_after(answers, change.items[:-1]) == found.stars


def stars_after(answers, mended):
    codes = {(source, item.code) for source, item in mended}
    after = {
        source: [
            ItemOutcome(one.code, one.text, one.is_met or (source, one.code) in codes) for one in of
        ]
        for source, of in answers.items()
    }
    return rate(after, TERMS, has_open_severe=False).stars


def test_the_arithmetic_is_said_in_full():
    found = star((9, 1), (10, 0), (9, 1))

    assert said_source(found.sources[0], "自查") == "自查 9÷10×100 = 90分，占20%"
    assert said_points(found.hundredths) == "93"


# --- small numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize("least", [2, 3, 5, 10])
def test_no_published_share_of_people_tells_of_fewer_than_may_be_told(least: int):
    """Every head count there can be: whoever reads the words cannot tell a small group."""
    for whole in range(1, 60):
        shown = {part: public_share(part, whole, least=least) for part in range(whole + 1)}
        hidden = [part for part, number in shown.items() if number.words == NOT_ALL]
        for part, number in shown.items():
            # That all are certified is told of a house with enough people; of nobody in it.
            small = whole < least or 0 < part < least or 0 < whole - part < least
            assert not small or number.is_suppressed
            if not number.is_suppressed and number.words != "100%":
                assert part >= least
                assert whole - part >= least
        # Those that are hidden cannot be told from each other, and are never just one.
        assert len(hidden) != 1
        assert whole >= least or len({number.words for number in shown.values()}) == 1


@pytest.mark.parametrize("least", [2, 3, 10])
def test_no_published_count_of_people_lies_below_the_least(least: int):
    words = [public_count(n, least=least).words for n in range(40)]

    assert words[0] == "没有"
    assert len(set(words[1:least])) == 1
    assert words[least:] == [f"{n}件" for n in range(least, 40)]


def test_every_number_of_the_public_page_says_what_it_speaks_of():
    assert set(ABOUT.values()) == set(About)
    assert {name for name, about in ABOUT.items() if about is About.PEOPLE} == {
        "certified",
        "complaints",
    }
