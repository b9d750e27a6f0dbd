"""What can be told of a person's numbers without asking anybody. Pure."""

import re
import unicodedata
from datetime import date

_IDENTITY_NUMBER = re.compile(r"[1-8][0-9]{16}[0-9X]")
_MODULUS = 11  # ISO 7064 MOD 11-2, as GB 11643 takes it
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def is_mobile(phone: str) -> bool:
    """Whether this is a mainland mobile number."""
    return _MOBILE.fullmatch(phone) is not None


def tidy(name: str) -> str:
    """A name as it is kept: one kind of characters, no control characters, single blanks."""
    text = unicodedata.normalize("NFKC", name)
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())


def identity_number_of(text: str) -> str:
    """An identity number as it is compared and stored: without blanks, with a capital X."""
    return "".join(text.split()).upper()


def has_the_shape_of_an_identity_number(number: str) -> bool:
    """Whether these are eighteen characters as a 居民身份证号码 has them."""
    return _IDENTITY_NUMBER.fullmatch(number) is not None


def is_identity_number(number: str) -> bool:
    """Whether a 居民身份证号码 has the right shape, a birth date and the right last character."""
    return (
        has_the_shape_of_an_identity_number(number)
        and birth_date_in(number) is not None
        and check_character(number[:-1]) == number[-1]
    )


def check_character(digits: str) -> str:
    """The last character that belongs to the first seventeen digits.

    >>> check_character("11010519491231002")
    'X'
    """
    remainder = 0
    for digit in digits:
        remainder = (remainder + int(digit)) * 2 % _MODULUS
    return "0123456789X"[(1 - remainder) % _MODULUS]


def birth_date_in(number: str) -> date | None:
    """The birth date inside an identity number; None when there is no such day."""
    try:
        return date.fromisoformat(number[6:14])
    except ValueError:
        return None
