"""The words of every kind of news."""

import pytest

from notifications import messages
from notifications.types import Channel, Kind
from tests.notifications.conftest import FACTS

CODE = "314159"
ABOUT_HEALTH = ("健康", "体检", "过敏", "疾病", "疫苗", "发热", "病史")
TYPED_BY_NO_FAMILY = {"house", "when", "until", "through", "minutes"}
TO_SOMEBODY_WITHOUT_ACCOUNT = {Kind.CODE_SMS, Kind.ACCOUNT_EXISTS_SMS, Kind.UNKNOWN_ACCOUNT_SMS}


def test_every_kind_has_words_and_no_words_are_without_a_kind() -> None:
    assert set(messages.SENTENCES) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
class TestWords:
    def test_are_whole_sentences_with_nothing_left_to_fill_in(self, kind: Kind) -> None:
        text = messages.written(kind, FACTS, code=CODE)

        for part in (text.title, text.body, text.sms):
            assert part
            assert "{" not in part
        assert text.body.endswith(("。", "！")), text.body
        assert text.sms.startswith("【宝宝屋】")

    def test_ask_only_for_facts_that_are_known_here(self, kind: Kind) -> None:
        for channel in Channel:
            assert messages.needs(kind, channel) <= set(FACTS)

    def test_name_no_child_in_an_sms(self, kind: Kind) -> None:
        assert FACTS["child"] not in messages.written(kind, FACTS, code=CODE).sms

    def test_carry_nothing_in_an_sms_that_a_stranger_may_have_typed(self, kind: Kind) -> None:
        assert messages.needs(kind, Channel.SMS) <= TYPED_BY_NO_FAMILY

    def test_carry_nothing_of_health(self, kind: Kind) -> None:
        text = messages.written(kind, FACTS, code=CODE)

        for word in ABOUT_HEALTH:
            assert word not in text.title + text.body + text.sms

    def test_show_the_code_in_its_sms_and_nowhere_else(self, kind: Kind) -> None:
        text = messages.written(kind, FACTS, code=CODE)

        assert (CODE in text.sms) == (kind is Kind.CODE_SMS)
        assert CODE not in text.title + text.body

    def test_fit_into_two_parts_of_an_sms(self, kind: Kind) -> None:
        assert len(messages.written(kind, FACTS, code=CODE).sms) <= 134


def test_one_kind_needs_a_code_and_says_so() -> None:
    assert messages.needs(Kind.CODE_SMS, Channel.SMS) == {"minutes"}


@pytest.mark.parametrize(
    ("url", "led_to"),
    [
        ("/bookings/1/", "/bookings/1/"),
        ("https://evil.example/", ""),
        ("//evil.example/", ""),
        ("/\\evil.example", ""),
        ("", ""),
    ],
)
def test_a_message_leads_into_the_portal_or_nowhere(url: str, led_to: str) -> None:
    assert messages.written(Kind.BOOKED, {**FACTS, "url": url}).url == led_to
