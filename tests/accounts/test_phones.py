"""Mobile numbers, however people write them."""

import pytest

from accounts.phones import clean_mobile, masked
from common.refusals import InvalidInput


@pytest.mark.parametrize(
    "written",
    [
        "13800000001",
        " 138 0000 0001 ",
        "138-0000-0001",
        "+8613800000001",
        "+86 138 0000 0001",
        "0086 13800000001",
        "8613800000001",
        "１３８００００００１".replace("１３８", "１３８０"),
        "（+86）13800000001".replace("（", "(").replace("）", ")"),
        "13800000001\u200b".replace("\u200b", "\u00a0"),
    ],
)
def test_reads_a_number_however_it_is_written(written: str) -> None:
    assert clean_mobile(written) == "13800000001"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "请填写手机号"),
        ("   ", "请填写手机号"),
        ("1380000000", "您填了 10 位"),
        ("138000000011", "您填了 12 位"),
        ("12800000001", "检查前三位"),
        ("+14155550100", "中国大陆"),
        ("021-57940000", "座机"),
        ("wang@example.com", "只能是数字"),
        ("1380000000l", "只能是数字"),
    ],
)
def test_says_what_is_wrong_with_a_number(written: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        clean_mobile(written)

    assert sentence in str(fault.value)


def test_masks_all_but_what_its_owner_knows_again() -> None:
    assert masked("13812345678") == "138****5678"
