"""An identity number says when somebody was born, and guards itself by its last digit."""

from datetime import date

import pytest

from common.identity import check_character, identity_number_of
from families.rules import identity_faults
from families.types import IdentityFault, Sex
from tests.families.factories import make_identity_number

BORN_ON = date(2024, 9, 1)


def _with_check(digits: str) -> str:
    return digits + check_character(digits)


@pytest.mark.parametrize(
    ("number", "born_on", "sex", "faults"),
    [
        # Published examples of GB 11643.
        ("11010519491231002X", date(1949, 12, 31), Sex.GIRL, []),
        ("440524188001010014", date(1880, 1, 1), Sex.BOY, []),
        (_with_check("31011620240901002"), BORN_ON, Sex.GIRL, []),
        (_with_check("31011620240901003"), BORN_ON, Sex.BOY, []),
        (_with_check("31011620240229002"), date(2024, 2, 29), Sex.GIRL, []),
        ("", BORN_ON, Sex.GIRL, [IdentityFault.SHAPE]),
        ("31011620240901002", BORN_ON, Sex.GIRL, [IdentityFault.SHAPE]),
        ("3101162024090100222", BORN_ON, Sex.GIRL, [IdentityFault.SHAPE]),
        ("31011620240901002Y", BORN_ON, Sex.GIRL, [IdentityFault.SHAPE]),
        ("X10116202409010022", BORN_ON, Sex.GIRL, [IdentityFault.SHAPE]),
        ("010116202409010022", BORN_ON, Sex.GIRL, [IdentityFault.SHAPE]),
        ("３１０１１６２０２４０９０１００２２", BORN_ON, Sex.GIRL, [IdentityFault.SHAPE]),
        (
            _with_check("31011620230229002"),
            date(2023, 3, 1),
            Sex.GIRL,
            [IdentityFault.BIRTH_DATE],
        ),
        (
            _with_check("31011620241301002"),
            BORN_ON,
            Sex.GIRL,
            [IdentityFault.BIRTH_DATE],
        ),
        (
            _with_check("31011620240901002"),
            date(2024, 9, 2),
            Sex.GIRL,
            [IdentityFault.OTHER_BIRTH_DATE],
        ),
        (_with_check("31011620240901002"), BORN_ON, Sex.BOY, [IdentityFault.OTHER_SEX]),
        ("11010519491231002" + "0", date(1949, 12, 31), Sex.GIRL, [IdentityFault.CHECK_DIGIT]),
        (
            "11010519491231002" + "1",
            date(1949, 12, 30),
            Sex.BOY,
            [
                IdentityFault.OTHER_BIRTH_DATE,
                IdentityFault.OTHER_SEX,
                IdentityFault.CHECK_DIGIT,
            ],
        ),
    ],
)
def test_every_fault_of_a_number_is_told_at_once(number, born_on, sex, faults):
    assert identity_faults(number, born_on=born_on, sex=sex) == faults


def test_one_wrong_digit_anywhere_is_found():
    number = make_identity_number(BORN_ON, Sex.GIRL, serial=1)
    for place in range(17):
        for digit in "0123456789":
            if digit != number[place]:
                wrong = number[:place] + digit + number[place + 1 :]
                assert identity_faults(wrong, born_on=BORN_ON, sex=Sex.GIRL) != []


def test_two_neighbors_that_changed_places_are_found():
    number = make_identity_number(BORN_ON, Sex.GIRL, serial=1)
    for place in range(16):
        if number[place] != number[place + 1]:
            swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
            assert identity_faults(swapped, born_on=BORN_ON, sex=Sex.GIRL) != []


@pytest.mark.parametrize(
    "typed", ["11010519491231002x", " 110105 19491231 002X ", "11010519491231002X"]
)
def test_a_number_is_read_as_people_type_it(typed):
    assert identity_number_of(typed) == "11010519491231002X"
