"""The same news for several people. Its keys stand in the outbox for ever: none may change."""

from notifications.types import IN_APP, IN_APP_AND_EMAIL, Channel, Kind, Notice, notices_to
from tests.notifications.conftest import FACTS, NOW


def test_each_person_hears_it_by_each_channel_one_person_after_the_other() -> None:
    told = notices_to([7, 3], IN_APP_AND_EMAIL, Kind.OFFER, key="offer:1", run_at=NOW, payload={})

    assert [(one.key, one.recipient_id, one.channel) for one in told] == [
        ("offer:1:7:in_app", 7, Channel.IN_APP),
        ("offer:1:7:email", 7, Channel.EMAIL),
        ("offer:1:3:in_app", 3, Channel.IN_APP),
        ("offer:1:3:email", 3, Channel.EMAIL),
    ]


def test_by_one_channel_alone_the_key_names_the_person_only() -> None:
    told = notices_to([7, 3], IN_APP, Kind.OFFER, key="offer:1", run_at=NOW, payload={})

    assert [one.key for one in told] == ["offer:1:7", "offer:1:3"]


def test_everything_else_is_told_as_it_was_given() -> None:
    told = notices_to(
        [7], IN_APP, Kind.OFFER, key="offer:1", run_at=NOW, payload=FACTS,
        subject="offer:1", child_id=2, good_until=NOW,
    )  # fmt: skip

    assert told == [
        Notice(
            key="offer:1:7",
            kind=Kind.OFFER,
            recipient_id=7,
            channel=Channel.IN_APP,
            run_at=NOW,
            payload=FACTS,
            subject="offer:1",
            child_id=2,
            good_until=NOW,
        )
    ]


def test_nobody_to_tell_is_no_news() -> None:
    assert notices_to([], IN_APP, Kind.OFFER, key="offer:1", run_at=NOW, payload={}) == []
