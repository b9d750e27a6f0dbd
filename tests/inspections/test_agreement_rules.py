"""κ against the examples of the books, and which visits two look at."""

from fractions import Fraction

import pytest

from inspections.rules.agreement import Agreement, agreement, is_chosen, is_vague, second_of


def pairs(table: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    return [pair for pair, n in table.items() for _ in range(n)]


def two_by_two(yes_yes: int, yes_no: int, no_yes: int, no_no: int) -> Agreement:
    return agreement(
        pairs({("y", "y"): yes_yes, ("y", "n"): yes_no, ("n", "y"): no_yes, ("n", "n"): no_no})
    )


class TestKappa:
    @pytest.mark.parametrize(
        ("table", "hundredths", "kappa"),
        [
            ((20, 5, 10, 15), 40, Fraction(2, 5)),  # fifty proposals, two readers
            ((45, 15, 25, 15), 13, Fraction(3, 23)),  # the same agreement of 60 % …
            ((25, 35, 5, 35), 26, Fraction(7, 27)),  # … and another κ
            ((10, 0, 0, 10), 100, Fraction(1)),
            ((0, 10, 10, 0), -100, Fraction(-1)),
            ((5, 5, 5, 5), 0, Fraction(0)),
            ((118, 5, 2, 0), -2, None),  # 94 % agree, and it is worth nothing
        ],
    )
    def test_of_two_answers_is_that_of_the_book(self, table, hundredths: int, kappa):
        found = two_by_two(*table)

        assert found.hundredths == hundredths
        if kappa is not None:
            assert found.kappa == kappa

    def test_of_three_answers_is_that_of_cohens_own_table(self):
        # Cohen 1960, Table 1: of 200 cases 70 % agree, 41 % are expected to by chance.
        table = {
            ("a", "a"): 88, ("a", "b"): 14, ("a", "c"): 18,
            ("b", "a"): 10, ("b", "b"): 40, ("b", "c"): 10,
            ("c", "a"): 2, ("c", "b"): 6, ("c", "c"): 12,
        }  # fmt: skip
        found = agreement(pairs(table))

        assert found.agreed == 140
        assert found.kappa == (Fraction(70, 100) - Fraction(41, 100)) / (1 - Fraction(41, 100))
        assert found.hundredths == 49

    def test_without_variance_is_undefined_and_not_perfect(self):
        assert two_by_two(30, 0, 0, 0).kappa is None
        assert two_by_two(30, 0, 0, 0).hundredths is None

    def test_one_sided_variance_is_worth_nothing(self):
        assert two_by_two(20, 10, 0, 0).kappa == 0

    def test_of_nothing_is_undefined(self):
        assert agreement([]) == Agreement(0, 0, None)

    def test_does_not_depend_on_who_is_first(self):
        given = pairs({("y", "n"): 4, ("n", "y"): 9, ("y", "y"): 20, ("x", "n"): 2})

        assert agreement(given).kappa == agreement([(b, a) for a, b in given]).kappa


class TestVague:
    @pytest.mark.parametrize(
        ("table", "is_so"),
        [
            ((20, 5, 10, 15), True),  # κ 0.40
            ((24, 1, 1, 24), False),
            ((3, 3, 2, 1), False),  # nine pairs are too few
            ((30, 0, 0, 0), False),  # undefined is no blame
        ],
    )
    def test_is_what_two_often_see_differently(self, table, is_so: bool):
        assert is_vague(two_by_two(*table), least_pairs=10, least_percent=60) is is_so


class TestTheChoice:
    def test_takes_about_the_stated_share_and_always_the_same(self):
        names = [f"visit {n}" for n in range(10_000)]

        chosen = [one for one in names if is_chosen(one, 10)]

        assert 900 < len(chosen) < 1100
        assert chosen == [one for one in names if is_chosen(one, 10)]

    def test_a_larger_share_takes_the_smaller_one_with_it(self):
        names = [f"visit {n}" for n in range(1000)]

        assert {n for n in names if is_chosen(n, 10)} < {n for n in names if is_chosen(n, 30)}

    def test_nothing_and_everything(self):
        assert not is_chosen("visit", 0)
        assert is_chosen("visit", 100)

    def test_who_answers_alone_follows_from_the_visit_and_not_from_the_order(self):
        assert second_of("v", ["a", "b", "c"]) == second_of("v", ["c", "b", "a"])
        assert {second_of(f"v{n}", ["a", "b"]) for n in range(50)} == {"a", "b"}
