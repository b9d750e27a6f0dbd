"""Mobile numbers of the mainland, however people write them."""

import re
import unicodedata

from common.refusals import InvalidInput

_DECORATION = re.compile(r"[\s\-()．.·_]")
_COUNTRY = re.compile(r"^(\+86|0086)")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def clean_mobile(text: str) -> str:
    """The eleven digits of a mobile number.

    >>> clean_mobile(" +86 138-0000-0001 "), clean_mobile("１３８００００００１２")
    ('13800000001', '13800000012')

    :raises InvalidInput: with a sentence that says what is wrong with it.
    """
    written = _DECORATION.sub("", unicodedata.normalize("NFKC", text))
    number = _COUNTRY.sub("", written)
    if len(number) == 13 and number.startswith("861"):
        number = number[2:]
    if _MOBILE.fullmatch(number):
        return number
    raise InvalidInput({"phone": [_fault_of(number)]})


def _fault_of(number: str) -> str:
    if not number:
        return "请填写手机号。"
    if number.startswith("+"):
        return "目前只支持中国大陆的手机号（+86）。"
    if not re.fullmatch(r"[0-9]+", number):
        return "手机号只能是数字。"
    if number.startswith("0"):
        return "这像是座机号码，请填写手机号。"
    if len(number) != 11:
        return f"手机号应为 11 位，您填了 {len(number)} 位。"
    return "这不是有效的手机号，请检查前三位。"


def masked(phone: str) -> str:
    """A number that its owner knows again and nobody else learns.

    >>> masked("13800000001")
    '138****0001'
    """
    return f"{phone[:3]}****{phone[-4:]}"
