"""What people are asked to write: something, and not too much."""

import pytest

from common.refusals import InvalidInput, written


def test_what_somebody_wrote_is_taken_without_the_blanks_around_it():
    assert written(" 家里有事\n", "请写明原因。", most=4) == "家里有事"


@pytest.mark.parametrize("text", ["", " \n", "家里有事。"])
def test_nothing_and_too_much_are_said_at_their_field(text):
    with pytest.raises(InvalidInput) as refused:
        written(text, "请写明原因。", field="note", most=4)

    assert refused.value.faults == {"note": ["请写明原因。"]}
